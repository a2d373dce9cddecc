import { createTrainer, type Trainer } from '@synaprune/onnxruntime';
import type { ForwardModel } from '../models/build-model.js';
import type { TrainingSpec } from '../run.js';
import type { Part, Task } from '../task.js';
import type { Noise } from './noise.js';
import type { StudyRuntime } from './open-runtime.js';

/** Rows of one evaluation: large enough that calls cost nothing, small enough for the cache. */
const EVALUATED = 512;

/** A model in training, fed with windows of a task. */
export interface Learner {
  readonly trainer: Trainer;
  /** One step on these windows. @returns the loss before it, mean squared error on the model's scale */
  step(part: Part, windows: Int32Array, noise: Noise | null): Promise<number>;
  /** Outputs for the target on the model's scale, one a window. Dropout is on where there is noise. */
  outputs(part: Part, noise: Noise | null): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens a trainer on a model: Adam as PyTorch has it by default, and the mean squared error. */
export async function createLearner(
  { ort, sessionOptions }: StudyRuntime,
  model: ForwardModel,
  task: Task,
  training: TrainingSpec,
  batchSize: number,
): Promise<Learner> {
  const { learningRate, weightDecay } = training;
  const { length, channels, targetChannel } = task;
  const features = task.features.length;
  const width = length * features;
  const outputs = model.output === 'channels' ? channels : 1;
  const shapes = (rows: number) => ({
    window: [rows, length, features],
    ...Object.fromEntries(model.noise.map(({ name, shape }) => [name, [rows, ...shape]])),
  });
  const trainer = await createTrainer({
    ort,
    sessionOptions,
    model: model.bytes,
    inputs: shapes(batchSize),
    loss: 'mse',
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay },
    learningRate,
    masked: [...model.kernels],
  });
  const masks = createMasks(model);

  return {
    trainer,
    async step(part, windows, noise) {
      const rows = windows.length;
      const wanted = model.output === 'channels' ? part.nextRow : part.targets;
      const { loss } = await trainer.step({
        inputs: {
          window: { data: gather(part.inputs, width, windows), dims: [rows, length, features] },
          ...masks(rows, noise),
        },
        targets: { forecast: { data: gather(wanted, outputs, windows), dims: [rows, outputs] } },
      });
      return loss;
    },
    async outputs(part, noise) {
      const values = new Float32Array(part.count);
      const most = Math.min(EVALUATED, noise?.rows ?? EVALUATED);
      for (let from = 0; from < part.count; from += most) {
        const rows = Math.min(most, part.count - from);
        const data = part.inputs.subarray(from * width, (from + rows) * width);
        const { forecast } = await trainer.predict({
          window: { data, dims: [rows, length, features] },
          ...masks(rows, noise),
        });
        const got = forecast!.data as Float32Array;
        const column = outputs === 1 ? 0 : targetChannel.index;
        for (let i = 0; i < rows; i += 1) values[from + i] = got[i * outputs + column]!;
      }
      return values;
    },
    dispose: () => trainer.dispose(),
  };
}

/** Masks of dropout by the model's names: ones where there is no noise. Their memory is used again and again. */
function createMasks({ noise: inputs }: ForwardModel) {
  const kept = new Map<string, { readonly data: Float32Array; readonly dims: number[]; ones: boolean }>();
  return (rows: number, noise: Noise | null) => {
    const masks: Record<string, { data: Float32Array; dims: number[] }> = {};
    for (const { name, shape } of inputs) {
      const dims = [rows, ...shape];
      const key = `${name} ${rows}`;
      const mask = kept.get(key) ?? {
        data: new Float32Array(dims.reduce((a, b) => a * b)),
        dims,
        ones: false,
      };
      kept.set(key, mask);
      if (noise !== null) noise.fill(mask.data);
      else if (!mask.ones) mask.data.fill(1);
      mask.ones = noise === null;
      masks[name] = mask;
    }
    return masks;
  };
}

function gather(values: Float32Array, width: number, windows: Int32Array): Float32Array {
  const rows = new Float32Array(windows.length * width);
  for (const [i, window] of windows.entries()) {
    rows.set(values.subarray(window * width, (window + 1) * width), i * width);
  }
  return rows;
}
