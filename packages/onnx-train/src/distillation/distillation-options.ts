import { PruneError } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import type { ExternalData } from '@synaprune/onnx';
import { readModel } from '@synaprune/onnx/graph';
import type { TargetLoss } from '../options/loss-options.js';
import type { TrainingStepOptions } from '../options/options.js';
import { findCandidates } from '../weights/candidates.js';
import { wholeModel } from '../weights/whole-model.js';
import { softOutputs } from './soft-loss.js';

/** What {@link distillationOptions} is told. */
export interface DistillationSettings {
  /** Outputs that are to be like the teacher's; all that hold floats unless told. */
  readonly outputs?: readonly string[] | undefined;
  /** The files that the model keeps weights in, as for {@link buildTrainingStep}. */
  readonly externalData?: ExternalData | undefined;
}

/** Options of a training step that brings a model near another. */
export type DistillationOptions = Required<
  Pick<
    TrainingStepOptions,
    'loss' | 'outputs' | 'optimizer' | 'clip' | 'trainable' | 'batchNormalization' | 'dropout'
  >
> &
  Pick<TrainingStepOptions, 'externalData'>;

/** Roles of what is trained. */
const TRAINED: ReadonlySet<string> = new Set(['kernel', 'recurrent kernel', 'bias', 'normalisation']);

/**
 * Options of a training step that brings a model's outputs near those of another, the dense one, and harms nothing on the
 * way: for `buildTrainingStep` and for `createTrainer` of `@synaprune/onnxruntime`.
 *
 * - `loss`, `outputs`: all outputs of floats. Cross-entropy against the other model's probabilities where all end in a
 *   `Softmax`, or all in a `Sigmoid`; mean square where they hold anything else or differ.
 * - `trainable`: kernels, biases and normalisations, and nothing else; of those, no bases that nobody learned.
 * - `optimizer`: Adam; `clip`: gradients to a length of 1 all together.
 * - `batchNormalization`, `dropout`: as when the model is used. A few samples make poor statistics.
 *
 * @throws TypeError | RangeError when an option is wrong, or there is no such output of floats
 * @throws PruneError `bad-model`; `external-data`; `no-weights` when nothing could be trained
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { distillationOptions } from '@synaprune/onnx-train';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: { w: { shape: [8, 4], data: new Float32Array(32).fill(0.5) } },
 *   nodes: [
 *     ['MatMul', ['x', 'w'], ['h']],
 *     ['Softmax', ['h'], ['y'], { axis: -1 }],
 *   ],
 *   outputs: ['y'],
 * });
 * console.log(distillationOptions(model).loss); // { kind: 'crossEntropy', from: 'probabilities', axis: -1 }
 * ```
 */
export function distillationOptions(
  model: Uint8Array,
  settings: DistillationSettings = {},
): DistillationOptions {
  const caller = 'distillationOptions';
  const given: unknown = settings;
  requireOptions(caller, '', given, ['outputs', 'externalData']);
  const { outputs: asked, externalData } = settings;
  if (asked !== undefined && !Array.isArray(asked)) {
    throw new TypeError(`${caller} needs outputs to be a list of names, got ${describe(asked)}`);
  }
  const whole = wholeModel(model, externalData);
  const source = readModel(whole);
  const candidates = findCandidates(source, whole, undefined);
  const trained = new Set(
    candidates
      .filter(({ standing, role }) => standing === 'parameter' && TRAINED.has(role))
      .map(({ name }) => name),
  );
  if (trained.size === 0) {
    throw new PruneError(
      'no-weights',
      'the model has no kernel, bias or normalisation that could be trained',
    );
  }
  const soft = softOutputs(whole, source);
  const chosen = asked?.map((name) => soft.find((one) => one.name === name)) ?? soft;
  if (chosen.length === 0 || chosen.includes(undefined)) {
    const names = soft.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
    const got = asked === undefined ? '' : `, got ${JSON.stringify(asked)}`;
    throw new RangeError(`${caller} needs outputs of floats, of which the model has ${names}${got}`);
  }
  const outputs = chosen.map((one) => one!.name);
  const losses = chosen.map((one) => one!.loss);
  const alike = losses.every((loss) => JSON.stringify(loss) === JSON.stringify(losses[0]));
  const loss: TargetLoss = alike ? losses[0]! : { kind: 'mse' };
  return {
    loss,
    outputs,
    optimizer: 'adam',
    clip: { norm: 1 },
    trainable: ({ name }) => trained.has(name),
    batchNormalization: 'inference',
    dropout: 'inference',
    ...(externalData === undefined ? {} : { externalData }),
  };
}
