import { PruneError, type Schedule, synapticRamp } from '@synaprune/core';
import { describe, requireFraction, requireOptions } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DropoutUse, findDropout, setDropoutAside } from '../../model/dropout.js';
import type { ModelPruning } from '../model-pruning.js';
import { pruneModel } from '../prune-model.js';
import { PRUNE_MODEL_KEYS, type PruneModelOptions } from '../prune-model-options.js';

/** What {@link replaceDropout} is told: what `pruneModel` takes, and how the sparsity gets to where it is to be. */
export interface ReplaceDropoutOptions extends Omit<PruneModelOptions, 'schedule'> {
  /** Sparsity to come to, in [0, 1]: the plain mean of the rates that have effect, unless told. */
  readonly sparsity?: number;
  /** Sparsity at `start`, at most {@link ReplaceDropoutOptions.sparsity}; 0 unless told. */
  readonly from?: number;
  /** First position that prunes; 0 unless told. Positions are epochs, or steps, as `every` says. */
  readonly start?: number;
  /** Position at which the sparsity is reached; 20 unless told, as in the paper. */
  readonly end?: number;
  /** What makes a schedule of these four: `synapticRamp` unless told. */
  readonly ramp?: (ramp: {
    readonly from: number;
    readonly to: number;
    readonly start: number;
    readonly end: number;
  }) => Schedule;
}

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
  requireOptions('replaceDropout', '', options as unknown, KEYS, {
    schedule: 'it is ramp: what makes one of { from, to, start, end }',
    to: 'it is sparsity',
  });
  if (found.length === 0) {
    throw new PruneError(
      'no-dropout',
      `replaceDropout needs a model with dropout that has effect, and ${model.name} has none: pruneModel prunes it`,
    );
  }
  const { sparsity: asked, from = 0, start = 0, end = 20, ramp = synapticRamp, ...rest } = options;
  const sparsity = asked ?? found.reduce((sum, { rate }) => sum + rate, 0) / found.length;
  requireFraction('replaceDropout', 'sparsity', sparsity);
  if (typeof ramp !== 'function') {
    throw new TypeError(
      `replaceDropout needs ramp to be a function, as linearRamp is one, got ${describe(ramp)}`,
    );
  }
  const schedule = ramp({ from, to: sparsity, start, end });
  const pruning = pruneModel(model, { ...rest, schedule });
  const { restore } = setDropoutAside(model);
  const text = tell(found, asked === undefined, { sparsity, start, end, every: rest.every });
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

const RAMP = ['sparsity', 'from', 'start', 'end', 'ramp'];
const KEYS = [...RAMP, ...PRUNE_MODEL_KEYS.filter((key) => key !== 'schedule')];

function tell(
  dropout: readonly DropoutUse[],
  derived: boolean,
  { sparsity, start, end, every }: { sparsity: number; start: number; end: number; every: unknown },
): string {
  const uses = dropout.map(({ name, field, rate }) => `${name} (${field} ${rate})`).join(', ');
  const whence = derived ? `the mean of ${dropout.length === 1 ? 'its rate' : 'their rates'}` : 'as asked';
  const unit = every === undefined || every === 'epoch' ? 'epoch' : 'step';
  return (
    `set aside the dropout of ${uses}; pruning in its place to sparsity ${Number(sparsity.toFixed(6))}, ${whence}, ` +
    `from ${unit} ${start} to ${unit} ${end}`
  );
}
