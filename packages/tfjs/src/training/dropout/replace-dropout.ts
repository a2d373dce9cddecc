import { PruneError, type Schedule } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import {
  DROPOUT_RAMP,
  DROPOUT_RAMP_ELSEWHERE,
  type DropoutRamp,
  scheduleFromDropout,
} from '@synaprune/core/methods';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DropoutUse, findDropout, setDropoutAside } from '../../model/dropout.js';
import type { ModelPruning } from '../model-pruning.js';
import { pruneModel } from '../prune-model.js';
import { PRUNE_MODEL_KEYS, type PruneModelOptions } from '../prune-model-options.js';

/** What {@link replaceDropout} is told: what `pruneModel` takes, and how the sparsity gets to where it is to be. */
export interface ReplaceDropoutOptions extends DropoutRamp, Omit<PruneModelOptions, 'schedule'> {}

/** A pruning that stands in dropout's place. Made by {@link replaceDropout}. */
export interface DropoutReplacement extends ModelPruning {
  /** What was set aside, with the rates from before. */
  readonly dropout: readonly DropoutUse[];
  /** Sparsity that the schedule comes to. */
  readonly sparsity: number;
  readonly schedule: Schedule;
  /** What was done, in sentences. */
  readonly text: string;
  /** Ends the pruning and puts the rates back. What is zero stays zero until it is trained. Harmless when repeated. */
  undo(): void;
}

/**
 * Prunes a compiled layers model in dropout's place: finds all dropout that has effect, sets it aside, and starts
 * `pruneModel` with a schedule to a sparsity that the rates give, their plain mean. What was done is printed, and is in
 * `text`. The callback belongs into every fit, as with `pruneModel`.
 *
 * `dispose()` ends the pruning and leaves dropout aside; `undo()` puts it back, too.
 *
 * @throws PruneError `no-dropout` when no dropout of the model has effect, and whatever `pruneModel` throws. The rates are
 *   as before then
 * @throws TypeError | RangeError when an option is unknown, or has a wrong type or value
 * @see Vos et al. 2025, https://arxiv.org/abs/2508.09330
 *
 * @example
 * ```ts
 * import { replaceDropout } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 10, inputShape: [10] }),
 *     tf.layers.dropout({ name: 'drop', rate: 0.4 }),
 *     tf.layers.dense({ units: 10 }),
 *   ],
 * });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = replaceDropout(model, { end: 4, print: false });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, verbose: 0, callbacks: pruning.callback });
 *
 * console.log(pruning.dropout.map(({ layer, rate }) => `${layer} ${rate}`), pruning.sparsity); // [ 'Dropout 0.4' ] 0.4
 * console.log((await pruning.pruner.report()).total.sparsity); // 0.4
 * pruning.undo();
 * ```
 */
export function replaceDropout(model: LayersModel, options: ReplaceDropoutOptions = {}): DropoutReplacement {
  const found = findDropout(model);
  requireOptions('replaceDropout', '', options as unknown, KEYS, DROPOUT_RAMP_ELSEWHERE);
  if (found.length === 0) {
    throw new PruneError(
      'no-dropout',
      `replaceDropout needs a model with dropout that has effect, and ${model.name} has none: pruneModel prunes it`,
    );
  }
  const { sparsity: _sparsity, from: _from, start: _start, end: _end, ramp: _ramp, ...rest } = options;
  const { every = 'epoch' } = rest;
  const rates = found.map(({ rate }) => rate);
  const place = scheduleFromDropout('replaceDropout', rates, options, every === 'epoch' ? 'epoch' : 'step');
  const { sparsity, schedule } = place;
  const pruning = pruneModel(model, { ...rest, schedule });
  const { restore } = setDropoutAside(model);
  const uses = found.map(({ name, field, rate }) => `${name} (${field} ${rate})`).join(', ');
  const text = `dropout set aside: ${uses}; pruning to ${place.text}`;
  const { print = console.log } = rest;
  if (print !== false) print(text);
  const { dispose } = pruning;
  return Object.assign(pruning, {
    dropout: found,
    sparsity,
    schedule,
    text,
    undo() {
      dispose();
      restore();
    },
  });
}

const KEYS = [...DROPOUT_RAMP, ...PRUNE_MODEL_KEYS.filter((key) => key !== 'schedule')];
