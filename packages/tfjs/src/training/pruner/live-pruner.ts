import type { NamedWeight, Notice, Pruner, PrunerState } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createWatch } from '../../internals/watch-weights.js';
import { type FoundKernels, findKernels, type KernelOptions } from '../../model/kernels.js';
import { trainedVariables } from '../../model/trained-weights.js';
import { FIRST_TOLD, positionBehind } from '../fits/fit-notices.js';
import { createClaims } from './claims.js';
import { compareKernels, tellUntrained } from './kernel-changes.js';
import type { MaskKeeper } from './mask-keeper.js';
import { noKernels } from './no-kernels.js';
import { inOwnWords } from './pruner-notices.js';
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
 * @param create makes a pruner over these weights, through the keeper's backend
 * @throws PruneError `already-pruned`, `no-weights`, and whatever `create` throws; nothing is left behind then
 */
export function createLivePruner(
  model: LayersModel,
  selection: KernelOptions,
  keeper: MaskKeeper,
  telling: Telling,
  rhythm: number | 'epoch',
  create: (weights: readonly NamedWeight<tf.Variable>[]) => Pruner,
): LivePruner {
  let kernels = findKernels(model, selection);
  let seen = trainedVariables(model);
  if (kernels.kernels.length === 0) throw noKernels(model, kernels);
  const claims = createClaims(model.name);
  claims.take(kernels.kernels);
  let current: Pruner;
  try {
    current = create(kernels.kernels);
  } catch (error) {
    claims.release();
    throw error;
  }
  let position: number | null = null;
  let released = false;
  const release = (): void => {
    released = true;
    claims.release();
  };
  /** The position that a new pruner has not been brought to yet. */
  let owed: number | null = null;

  /** A pruner of other kernels, with the masks that they have, in the place of one that is disposed of. */
  const replace = (before: Pruner, found: FoundKernels): Pruner => {
    const next = keeper.handOver(() => create(found.kernels));
    try {
      before.dispose();
    } catch (error) {
      next.dispose();
      throw error;
    }
    return next;
  };
  /** Takes the kernels of now, in a pruner of their own if they are others than before. */
  const follow = (): void => {
    const trained = trainedVariables(model);
    if (released || isSame(trained, seen)) return;
    const found = findKernels(model, selection);
    // Frozen as a whole, as half of an adversarial pair is while the other one learns, a model takes no step.
    if (found.kernels.length === 0) return;
    const notices = compareKernels(kernels, found);
    if (notices.length > 0) {
      claims.take(found.kernels);
      try {
        current = replace(current, found);
      } catch (error) {
        claims.take(kernels.kernels);
        throw error;
      }
      owed = position;
    }
    kernels = found;
    seen = trained;
    for (const { code, weights } of notices) {
      if (code === 'weights-joined') telling.withdraw('weights-left', weights);
      if (code === 'weights-left') telling.withdraw('weights-joined', weights);
    }
    telling.withdraw('pruned-not-trained');
    for (const notice of [...notices, ...tellUntrained(model, found)]) telling.tell(notice);
  };
  const settle = async (): Promise<void> => {
    if (owed === null) return;
    const { notices } = await current.update(owed);
    telling.pass(notices);
    owed = null;
  };
  const watch = createWatch();
  const findWritten = (): Promise<readonly Notice[]> | undefined => {
    if (position === null || !watch.isWritten(kernels.kernels)) return undefined;
    return current.report().then(({ notices }) => {
      const found = inOwnWords(
        notices.filter(({ code }) => code === 'dropped-not-zero'),
        rhythm,
      );
      telling.pass(found);
      return found;
    });
  };
  const look = (): Promise<void> | undefined => {
    follow();
    return owed === null ? undefined : settle();
  };

  const pruner: Pruner = {
    async update(next) {
      follow();
      if (position !== null && next < position) telling.tell(positionBehind(next, position));
      const pending = findWritten();
      const written = pending === undefined ? [] : await pending;
      const result = await current.update(next);
      position = result.position;
      owed = null;
      watch.see(kernels.kernels);
      telling.pass(result.notices);
      return { ...result, notices: [...telling.takeFresh(), ...written, ...result.notices] };
    },
    async enforce() {
      const pending = look();
      if (pending !== undefined) await pending;
      await current.enforce();
      watch.see(kernels.kernels);
    },
    enforceSync() {
      current.enforceSync();
      watch.see(kernels.kernels);
    },
    async report() {
      const pending = look();
      if (pending !== undefined) await pending;
      const report = await current.report();
      const notices = inOwnWords(report.notices, rhythm);
      telling.pass(notices);
      return { ...report, notices: [...telling.told, ...notices] };
    },
    async save() {
      const pending = look();
      if (pending !== undefined) await pending;
      return current.save();
    },
    async restore(state, options) {
      follow();
      await current.restore(state, options);
      for (const code of FIRST_TOLD) telling.withdraw(code);
      // Masks saved before their first update are no more than new ones.
      position = (state as PrunerState).position;
      owed = null;
      watch.see(kernels.kernels);
    },
    dispose() {
      current.dispose();
      keeper.dispose();
      release();
    },
  };
  return { pruner, kernels: () => kernels, position: () => position, look, findWritten, release };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
