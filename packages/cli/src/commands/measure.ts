import type { Notice } from '@synaprune/core';
import { type BatchTensors, type Comparison, compareOnnx, modelInputs } from '@synaprune/onnxruntime';
import { type InputOptions, noiseOptions } from '../flags/input-options.js';
import { UsageError } from '../flags/usage-error.js';
import { readInputs } from '../inputs/read-inputs.js';
import type { OnnxFile } from '../models/open-model.js';
import type { Progress } from '../output/progress.js';
import { openRuntime, type Runtime } from '../runtime/open-runtime.js';

/** Samples for a model, and what runs them. */
export interface Bench {
  readonly runtime: Runtime;
  /** `undefined` where none were given: noise takes their place. */
  readonly samples: readonly BatchTensors[] | undefined;
  readonly notices: readonly Notice[];
}

/** Reads the inputs that were given for a model and loads a runtime: before anything is done to the model. */
export async function openBench(model: OnnxFile, options: InputOptions, progress: Progress): Promise<Bench> {
  if (options.inputs !== undefined && options.dimensions !== undefined) {
    throw new UsageError('--dimensions are for noise, and --inputs have lengths of their own');
  }
  progress.tell('reading inputs');
  const declared = modelInputs(model.bytes);
  const given =
    options.inputs === undefined
      ? undefined
      : await readInputs(options.inputs, declared, options.samples ?? MOST_SAMPLES, options);
  return {
    runtime: await openRuntime(options.runtime),
    samples: given?.samples,
    notices: given?.notices ?? [],
  };
}

/** Samples that are read unless told. */
const MOST_SAMPLES = 128;

/** Runs both models on the samples of a bench, or on noise. */
export async function measure(
  bench: Bench,
  { before, after }: { readonly before: Uint8Array; readonly after: Uint8Array },
  options: InputOptions,
  progress: Progress,
): Promise<Comparison> {
  return await compareOnnx({
    ort: bench.runtime.ort,
    before,
    after,
    ...(bench.samples === undefined ? noiseOptions(options) : { inputs: bench.samples }),
    ...(options.classes === undefined ? {} : { classes: options.classes }),
    onProgress: ({ stage, done, total }) => progress.tell(stage, done, total ?? 300),
  });
}
