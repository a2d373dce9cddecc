import { PruneError, type Schedule } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import {
  DROPOUT_RAMP,
  DROPOUT_RAMP_ELSEWHERE,
  type DropoutRamp,
  scheduleFromDropout,
} from '@synaprune/core/methods';
import { insideOf } from '../trainer/inside.js';
import type { TrainerPruneOptions } from '../trainer/prune-options.js';
import type { TrainerPruning } from '../trainer/pruning.js';
import type { Trainer } from '../trainer/trainer-api.js';
import { type DropoutNode, findDropout, withoutDropout } from './find-dropout.js';

/** What {@link replaceDropout} found, and what stands in its place. */
export interface ReplacedDropout {
  /** The `Dropout` nodes that have effect in training, and their rates. */
  readonly dropout: readonly DropoutNode[];
  /** Sparsity that the schedule comes to. */
  readonly sparsity: number;
  readonly schedule: Schedule;
  /** What was done, in a sentence. */
  readonly text: string;
}

/** What {@link replaceDropout} is told with a trainer: what `trainer.prune` takes beside the schedule, and the ramp. */
export interface ReplaceDropoutOptions extends DropoutRamp, Omit<TrainerPruneOptions, 'schedule'> {}

/**
 * Prunes in dropout's place: finds every `Dropout` node that would drop something in training, sets it aside, and prunes
 * to a sparsity that the rates give, their plain mean.
 *
 * With a trainer it is one call: the trainer passes everything through dropout, as it does unless told otherwise, and
 * is pruned from now on. A trainer with `dropout: 'coupled'` keeps its dropout, whose rates fall as sparsity rises. With the
 * bytes of a model, it gives the model with an `Identity` in the place of each `Dropout`, and the schedule.
 *
 * Nodes inside the branches of an `If` or a loop are not looked at.
 *
 * @throws PruneError `no-dropout` when no dropout of the model has effect, `bad-model` for a rate that is none,
 *   `unsupported` for one that is computed; whatever `trainer.prune` throws
 * @throws TypeError | RangeError when an option is unknown or wrong, or the trainer trains dropout as it is
 * @see Vos et al. 2025, https://arxiv.org/abs/2508.09330
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { createTrainer, replaceDropout } from '@synaprune/onnxruntime';
 * import * as ort from 'onnxruntime-web';
 *
 * const weights = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: { w: { shape: [8, 10], data: weights(80) }, rate: { shape: [], data: [0.4] } },
 *   nodes: [
 *     ['Dropout', ['x', 'rate'], ['d']],
 *     ['MatMul', ['d', 'w'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const trainer = await createTrainer({ ort, model, loss: 'mse', optimizer: 'adam', learningRate: 0.01 });
 * const pruning = replaceDropout(trainer, { end: 4 });
 * for (let step = 0; step < 6; step += 1) {
 *   await trainer.step({ inputs: { x: weights(32) }, targets: { y: weights(40) } });
 * }
 * console.log(pruning.sparsity, (await pruning.report()).total.sparsity); // 0.4 0.4
 * await trainer.dispose();
 * ```
 */
export function replaceDropout(
  model: Uint8Array,
  options?: DropoutRamp,
): ReplacedDropout & { readonly model: Uint8Array };
export function replaceDropout(
  trainer: Trainer,
  options?: ReplaceDropoutOptions,
): ReplacedDropout & TrainerPruning;
export function replaceDropout(
  of: Uint8Array | Trainer,
  options: ReplaceDropoutOptions = {},
): ReplacedDropout & (TrainerPruning | { readonly model: Uint8Array }) {
  if (of instanceof Uint8Array) {
    requireOptions('replaceDropout', '', options, DROPOUT_RAMP, DROPOUT_RAMP_ELSEWHERE);
    return { ...derive(of, 'set aside', options), model: withoutDropout(of) };
  }
  const inside = insideOf(of);
  if (inside === undefined) {
    throw new TypeError(
      `replaceDropout needs a trainer, or the bytes of an .onnx file as a Uint8Array; got ${describe(of)}`,
    );
  }
  if (inside.dropout === 'train') {
    throw new TypeError(
      "replaceDropout needs a trainer that does not train dropout: leave dropout: 'train' out of createTrainer, or make " +
        "it 'coupled' for dropout that falls as sparsity rises",
    );
  }
  const { sparsity, from, start, end, ramp, ...rest } = options;
  if ('schedule' in rest)
    throw new TypeError(`replaceDropout has no option "schedule": ${DROPOUT_RAMP_ELSEWHERE.schedule}`);
  if (end === undefined && !countsEpochs(options)) {
    throw new TypeError(
      'replaceDropout needs end, the step at which the sparsity is reached, or stepsPerEpoch, to count in epochs',
    );
  }
  const did = inside.dropout === 'coupled' ? 'kept, to fall as sparsity rises,' : 'set aside';
  const replaced = derive(inside.model, did, options);
  return { ...of.prune({ ...rest, schedule: replaced.schedule }), ...replaced };
}

function countsEpochs(options: Pick<ReplaceDropoutOptions, 'every' | 'stepsPerEpoch'>): boolean {
  const { every, stepsPerEpoch } = options;
  return every === 'epoch' || (every === undefined && stepsPerEpoch !== undefined);
}

/** What stands in the place of a model's dropout, and what was done in a sentence. @throws as {@link replaceDropout} */
function derive(model: Uint8Array, did: string, options: ReplaceDropoutOptions): ReplacedDropout {
  const dropout = findDropout(model);
  if (dropout.length === 0) {
    throw new PruneError(
      'no-dropout',
      'replaceDropout needs a model with dropout that has effect, and this one has none: trainer.prune prunes it. ' +
        'Exporters leave dropout out unless told to export for training',
    );
  }
  const rates = dropout.map(({ rate }) => rate);
  const ramp = scheduleFromDropout(
    'replaceDropout',
    rates,
    options,
    countsEpochs(options) ? 'epoch' : 'step',
  );
  const uses = dropout.map(({ node, rate }) => `${node} (rate ${rate})`).join(', ');
  return { ...ramp, dropout, text: `dropout ${did}: ${uses}; pruning to ${ramp.text}` };
}
