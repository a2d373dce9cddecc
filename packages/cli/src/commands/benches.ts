import type { InputOptions } from '../flags/input-options.js';
import type { ModelFile } from '../models/open-model.js';
import type { Progress } from '../output/progress.js';
import { type Bench, openBench } from './measure.js';
import { openTfjsBench, type TfjsBench } from './tfjs-bench.js';

/** What a model is run on, by its format. */
export interface Benches {
  /** Of an ONNX model. */
  readonly bench: Bench | undefined;
  /** Of a model of TensorFlow.js that inputs were given for. */
  readonly tfjs: TfjsBench | undefined;
}

/** Reads the inputs that were given for a model and loads what runs it: before anything is done to the model. */
export async function openBenches(
  model: ModelFile,
  flags: InputOptions,
  progress: Progress,
): Promise<Benches> {
  if (model.format === 'onnx') return { bench: await openBench(model, flags, progress), tfjs: undefined };
  const { inputs } = flags;
  const tfjs = inputs === undefined ? undefined : await openTfjsBench(model, inputs, flags, progress);
  return { bench: undefined, tfjs };
}
