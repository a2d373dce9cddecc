import type { NamedWeight, Notice, Pruner, PrunerState, Select } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createWatch } from '../../internals/watch-weights.js';
import type { FoundKernels } from '../../model/kernels.js';
import { followKernels } from './follow-kernels.js';
import type { MaskKeeper } from './mask-keeper.js';
import { FIRST_TOLD, inOwnWords, positionBehind } from './pruner-notices.js';
import type { Telling } from './telling.js';

/** A pruner over the kernels that a model trains, whichever they are by now. Made by {@link createLivePruner}. */
export interface LivePruner {
  /** Stays the same while the kernels change. */
  readonly pruner: Pruner;
  kernels(): FoundKernels;
  /** Position of the last update, or of the state restored since; `null` before. */
  position(): number | null;
  /**
   * Looks at what the model trains by now, so that what joined or left takes part or no longer does, at the
   * position where the pruning is. Gives nothing to wait for where nothing has changed.
   */
  look(): Promise<void> | undefined;
  /**
   * Whether dropped weights hold something, where weights were written since they were last zeroed; it is told.
   * Gives nothing to wait for where nobody wrote.
   */
  findWritten(): Promise<readonly Notice[]> | undefined;
  /** Stays with the kernels of now, and lets other prunings have them. */
  release(): void;
}

/**
 * @param rhythm what positions count, for words about them
 * @param changed called when masks may have changed and weights were zeroed
 * @param create makes a pruner over these weights, through the keeper's backend
 * @throws PruneError `already-pruned`, `no-weights`, and whatever `create` throws; nothing is left behind then
 */
export function createLivePruner(
  model: LayersModel,
  select: Select | undefined,
  keeper: MaskKeeper,
  telling: Telling,
  rhythm: number | 'epoch',
  changed: () => void,
  create: (weights: readonly NamedWeight<tf.Variable>[]) => Pruner,
): LivePruner {
  let position: number | null = null;
  /** The position that a new pruner has not been brought to yet. */
  let owed: number | null = null;
  const followed = followKernels(model, select, keeper, telling, create, () => {
    owed = position;
  });
  const { kernels } = followed;

  const settle = async (): Promise<void> => {
    if (owed === null) return;
    const { notices } = await followed.pruner().update(owed);
    changed();
    telling.pass(notices);
    owed = null;
  };
  const watch = createWatch();
  const findWritten = (): Promise<readonly Notice[]> | undefined => {
    if (position === null || !watch.isWritten(kernels().kernels)) return undefined;
    return followed
      .pruner()
      .report()
      .then(({ notices }) => {
        const found = inOwnWords(
          notices.filter(({ code }) => code === 'dropped-not-zero'),
          rhythm,
        );
        telling.pass(found);
        return found;
      });
  };
  const look = (): Promise<void> | undefined => {
    followed.look();
    return owed === null ? undefined : settle();
  };

  const pruner: Pruner = {
    async update(next) {
      followed.look();
      if (position !== null && next < position) telling.tell(positionBehind(next, position));
      const pending = findWritten();
      const written = pending === undefined ? [] : await pending;
      const result = await followed.pruner().update(next);
      changed();
      position = result.position;
      owed = null;
      watch.see(kernels().kernels);
      // Told already, in words that are right here.
      const others = result.notices.filter(({ code }) => code !== 'dropped-not-zero');
      telling.pass(others);
      return { ...result, notices: [...telling.takeFresh(), ...written, ...others] };
    },
    async enforce() {
      const pending = look();
      if (pending !== undefined) await pending;
      await followed.pruner().enforce();
      watch.see(kernels().kernels);
    },
    enforceSync() {
      followed.pruner().enforceSync();
      watch.see(kernels().kernels);
    },
    async report() {
      const pending = look();
      if (pending !== undefined) await pending;
      const report = await followed.pruner().report();
      const notices = inOwnWords(report.notices, rhythm);
      telling.pass(notices);
      return { ...report, notices: [...telling.told, ...notices] };
    },
    async masks() {
      const pending = look();
      if (pending !== undefined) await pending;
      return followed.pruner().masks();
    },
    async save() {
      const pending = look();
      if (pending !== undefined) await pending;
      return followed.pruner().save();
    },
    async digest() {
      const pending = look();
      if (pending !== undefined) await pending;
      return followed.pruner().digest();
    },
    async restore(state, options) {
      followed.look();
      await followed.pruner().restore(state, options);
      changed();
      for (const code of FIRST_TOLD) telling.withdraw(code);
      // Masks saved before their first update are no more than new ones, and a list of masks knows of no update.
      position = Array.isArray(state) ? null : (state as PrunerState).position;
      owed = null;
      watch.see(kernels().kernels);
    },
    dispose() {
      followed.pruner().dispose();
      keeper.dispose();
      followed.release();
    },
  };
  return { pruner, kernels, position: () => position, look, findWritten, release: followed.release };
}
