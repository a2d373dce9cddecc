import { PruneError } from '../checks/errors.js';
import { createGate } from '../checks/gate.js';
import type { Notice } from '../checks/notice.js';
import { requireFinite } from '../checks/require.js';
import { allSettled } from '../checks/settle.js';
import type { Awaitable } from '../contract/backend.js';
import { countBits } from '../contract/packed-bits.js';
import { abandonMasks, createMasks, disposeMasks } from '../selection/masks.js';
import { changeMasks, chooseAmongAll } from './change-masks.js';
import { findForgotten } from './forgotten-enforce.js';
import { type OpenedMask, openMasks } from './given-masks.js';
import { openMemories } from './memories.js';
import { droppedNotZero, emptiedNotices, scheduleChanged, scheduleUnfinished } from './notices.js';
import { checkOptions, type PrunerOptions } from './options.js';
import { itemsOf } from './prepare-update.js';
import type { Pruner } from './pruner-api.js';
import { ceilingNotices, isReachedBy } from './reached.js';
import { countWeights } from './report.js';
import type { RestoreOptions } from './restore-options.js';
import { digestOf, type Remembered } from './state.js';
import { stateOf } from './state-of.js';
import { openState } from './state-opening.js';
import { stateOptions } from './state-options.js';
import { guardReading } from './state-reading.js';
import { countUpdate, type UpdateResult } from './update.js';
import { offerAnew } from './update-anew.js';
import { requireSparsity, requireUnchanged } from './update-checks.js';

/**
 * Prunes a list of weights while they train.
 *
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError `no-weights`, `duplicate-name`, `duplicate-weight`, `empty-weight`, `unmatched-selector`,
 *   or `unsupported` when the backend's manifest lacks what is asked for
 *
 * @example
 * ```ts
 * import { createPruner, synapticRamp } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(0.5, -0.1, 0.3, -0.9, 0.2, 0.7, -0.4, 0.6, 0.8, -1);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: synapticRamp({ from: 0.3, to: 0.7, start: 2, end: 20 }),
 * });
 * for (let epoch = 0; epoch <= 20; epoch += 1) {
 *   await pruner.update(epoch);
 *   kernel[1] = 0.01; // an optimizer step: momentum moves a dropped weight
 *   await pruner.enforce();
 * }
 * console.log((await pruner.report()).total.sparsity, kernel[1]); // 0.7 0
 * pruner.dispose();
 * ```
 */
export function createPruner<Weight, Mask>(options: PrunerOptions<Weight, Mask>): Pruner {
  const checked = checkOptions(options);
  const { backend, weights, schedule, rule, pattern } = checked;
  const gate = createGate('pruner');
  let masks: readonly Mask[] = createMasks(backend, weights);
  let position: number | null = null;
  let target: number | null = null;
  /** What is to be told of a state that was restored, until an update has told it. */
  let ofRestored: readonly Notice[] = [];
  const untold: unknown[] = [];
  /** Whether anybody enforced the masks since the last update. */
  let enforced = true;

  /** Writes masks one by one: at once where the backend does, so that nobody has to wait for them. */
  const writeMasks = (fresh: readonly Mask[], given: readonly OpenedMask[], from = 0): Awaitable<void> => {
    for (let i = from; i < given.length; i += 1) {
      const { index, bits } = given[i]!;
      const pending = backend.writeMask(fresh[index]!, bits);
      if (pending instanceof Promise) return pending.then(() => writeMasks(fresh, given, i + 1));
    }
  };
  // Writing may have to wait, and this function cannot: every call waits for it. A failure stays, and fails every
  // call that needs the masks, until others are restored.
  let starting: Awaitable<void>;
  let notStarted: { readonly error: unknown } | undefined;
  try {
    starting = writeMasks(masks, checked.masks)?.then(
      () => {
        starting = undefined;
      },
      (error: unknown) => {
        starting = undefined;
        notStarted = { error };
      },
    );
  } catch (error) {
    abandonMasks(backend, masks);
    throw error;
  }
  const started =
    <Result>(work: () => Promise<Result>) =>
    async (): Promise<Result> => {
      if (starting !== undefined) await starting;
      if (notStarted !== undefined) throw notStarted.error;
      return work();
    };

  let items = itemsOf(checked, masks);

  const enforceNow = (): void | Promise<void> => {
    if (backend.manifest.readOnly === true) {
      throw new PruneError(
        'unsupported',
        `backend ${backend.manifest.name} only looks at weights; it cannot enforce`,
      );
    }
    try {
      const pending = backend.enforce(items);
      enforced = true;
      return pending;
    } catch (error) {
      // The guard looks at every shape before anything is written, but does not know the weights' names.
      if (error instanceof PruneError && error.code === 'weight-changed') requireUnchanged(checked);
      throw error;
    }
  };

  /** Gives something back when the work is done and cannot fail any more: a failure is told by `dispose`. */
  const tellLater = (giveBack: () => void): void => {
    try {
      giveBack();
    } catch (error) {
      untold.push(error);
    }
  };

  const open = (
    value: unknown,
    matching: RestoreOptions,
  ): {
    readonly masks: readonly OpenedMask[];
    readonly position: number | null;
    readonly target: number | null;
    readonly remembered?: Remembered | undefined;
  } => {
    if (guardReading(() => Array.isArray(value))) {
      const given = openMasks(value as readonly unknown[], weights, { pattern, matching });
      return { masks: given, position: null, target: null };
    }
    const state = openState(value, { weights, options: stateOptions(checked), matching });
    pattern.requireMasks(state.masks);
    return { ...state, masks: state.masks.map((bits, index) => ({ index, bits })) };
  };

  /** Puts new masks in the place of the old ones, for good. */
  const replaceMasks = (fresh: readonly Mask[]): void => {
    const old = masks;
    masks = fresh;
    items = itemsOf(checked, fresh);
    if (old !== fresh) tellLater(() => disposeMasks(backend, old));
  };

  const change = (next: number, anew: boolean): Promise<UpdateResult> =>
    gate.exclusive(
      'update',
      started(async () => {
        requireFinite('update', 'position', next);
        const sparsity = requireSparsity(schedule(next), next, rule);
        requireUnchanged(checked);
        const occasion = { position: next + 0, sparsity, first: position === null };
        const forgotten = enforced || anew ? [] : await findForgotten(checked, masks);
        const earlier = anew ? await backend.countKept(masks) : undefined;
        const { prepared, applied } = anew
          ? await chooseAmongAll(checked, occasion, tellLater)
          : await changeMasks(checked, masks, occasion, tellLater);
        replaceMasks(applied.masks);
        ({ position } = occasion);
        target = sparsity;
        enforced = false;
        const counted = await countUpdate(checked, prepared, applied, occasion, earlier);
        const told = ofRestored;
        ofRestored = [];
        return { ...counted, notices: [...told, ...forgotten, ...counted.notices] };
      }),
    );

  const pruner: Pruner = {
    update: (next) => change(next, false),

    enforce: () =>
      gate.shared(
        'enforce',
        started(async () => {
          // Without the test, a backend that answers at once would still cost the caller a turn.
          const pending = enforceNow();
          if (pending !== undefined) await pending;
        }),
      ),

    enforceSync: () => {
      const pending = gate.during('enforceSync', () => {
        const { name, enforceWaits = false } = backend.manifest;
        if (starting !== undefined) {
          throw new PruneError('asynchronous', 'the masks given are still being written; await enforce()');
        }
        if (notStarted !== undefined) throw notStarted.error;
        if (enforceWaits) {
          throw new PruneError(
            'asynchronous',
            `backend ${name} cannot enforce without waiting; await enforce()`,
          );
        }
        return enforceNow();
      });
      if (pending instanceof Promise) {
        pending.catch(() => {});
        throw new PruneError(
          'contract-violation',
          `backend ${backend.manifest.name} waits in enforce, which its manifest does not say (enforceWaits)`,
        );
      }
    },

    report: () =>
      gate.shared(
        'report',
        started(async () => {
          requireUnchanged(checked);
          const at = { position, target };
          const counts = await countWeights(backend, weights, items);
          const groups = await pattern.count?.(backend, items);
          const isReached = (sparsity: number): boolean =>
            isReachedBy(checked, counts.weights, groups, sparsity);
          const notices = [
            ...droppedNotZero(counts.weights),
            ...emptiedNotices(counts.weights, at.target, groups),
            ...ceilingNotices(checked, counts.weights, groups, position),
            ...ofRestored,
            ...scheduleUnfinished(schedule, at, isReached),
          ];
          return { ...counts, ...(groups === undefined ? {} : { groups }), ...at, notices };
        }),
      ),

    masks: () =>
      gate.shared(
        'masks',
        started(() =>
          allSettled(
            weights.map(async ({ name, shape }, i) => {
              const bits = (await backend.readMask(masks[i]!)).slice();
              return { name, shape: [...shape], kept: countBits(bits), bits };
            }),
          ),
        ),
      ),

    save: () =>
      gate.shared(
        'save',
        started(() => stateOf(checked, masks, { position, target })),
      ),

    digest: () =>
      gate.shared(
        'digest',
        started(async () => digestOf(await stateOf(checked, masks, { position, target }))),
      ),

    restore: (value, matching = {}) =>
      gate.exclusive('restore', async () => {
        if (starting !== undefined) await starting;
        const state = open(value, matching);
        requireUnchanged(checked);
        const memories = await openMemories(checked, state.remembered);
        // The new masks are whole before the old ones go, so that a failure leaves everything as it was.
        let fresh: readonly Mask[] = [];
        try {
          fresh = createMasks(backend, weights);
          await writeMasks(fresh, state.masks);
          if (backend.manifest.readOnly !== true) await backend.enforce(itemsOf(checked, fresh));
        } catch (error) {
          abandonMasks(backend, fresh);
          memories.discard();
          throw error;
        }
        memories.commit();
        replaceMasks(fresh);
        notStarted = undefined;
        ({ position, target } = state);
        enforced = true;
        ofRestored = scheduleChanged(schedule, state);
      }),

    dispose: () => {
      gate.close();
      const [last, earlier] = [masks, untold.splice(0)];
      items = masks = [];
      disposeMasks(backend, last);
      if (earlier.length > 0) throw earlier[0];
    },
  };
  offerAnew(pruner, checked, (next) => change(next, true));
  return pruner;
}
