import { type Notice, PruneError } from '@synaprune/core';
import type { BatchTensors, ModelInput } from '@synaprune/onnxruntime';
import {
  type Comparison,
  compareModels,
  type ModelBatch,
  modelInputs,
  type RunnableModel,
} from '@synaprune/tfjs';
import type { TfjsArtifacts } from '@synaprune/tfjs-files';
import type { InputOptions } from '../flags/input-options.js';
import { readInputs } from '../inputs/read-inputs.js';
import type { TfjsFile } from '../models/open-model.js';
import type { Progress } from '../output/progress.js';
import { loadTfjs, openTfjs, type Tfjs } from '../runtime/open-tfjs.js';

/** A model of TensorFlow.js with samples for it. */
export interface TfjsBench {
  readonly runtime: Tfjs;
  readonly model: RunnableModel;
  readonly inputs: readonly ModelBatch[];
  readonly notices: readonly Notice[];
}

/** Samples that are read unless told. */
const MOST_SAMPLES = 128;

/** Loads a model and reads the inputs that were given for it. */
export async function openTfjsBench(
  { artifacts }: TfjsFile,
  path: string,
  flags: InputOptions,
  progress: Progress,
): Promise<TfjsBench> {
  progress.tell('reading inputs');
  const runtime = await openTfjs();
  const model = await loadTfjs(runtime, artifacts);
  const declared = modelInputs(model).map(({ name, shape, dtype }): ModelInput => {
    return { name, dims: shape ?? null, names: [], type: dtype };
  });
  const { samples, notices } = await readInputs(path, declared, flags.samples ?? MOST_SAMPLES, flags);
  return { runtime, model, inputs: samples.map((sample) => batchOf(runtime, sample, declared)), notices };
}

function batchOf({ tf }: Tfjs, sample: BatchTensors, declared: readonly ModelInput[]): ModelBatch {
  return Object.fromEntries(
    declared.map(({ name, type }) => {
      const { data, dims } = sample[name] as {
        readonly data: Float32Array;
        readonly dims: readonly number[];
      };
      return [name, tf.tensor(data, [...dims], type as 'float32')];
    }),
  );
}

/** Runs the model of a bench and another on its samples. */
export async function measureTfjs(
  { runtime, model, inputs }: TfjsBench,
  after: TfjsArtifacts,
  { classes }: InputOptions,
): Promise<Comparison> {
  const other = await loadTfjs(runtime, after);
  try {
    return await compareModels(model, other, { inputs, ...(classes === undefined ? {} : { classes }) });
  } catch (error) {
    if (error instanceof PruneError || error instanceof TypeError || error instanceof RangeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `TensorFlow.js cannot run the model: ${why}`, { cause: error });
  } finally {
    other.dispose();
  }
}
