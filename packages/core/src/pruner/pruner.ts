import { PruneError } from '../checks/errors.js';
import { requireFinite } from '../checks/require.js';
import { allSettled } from '../checks/settle.js';
import type { Item } from '../contract/backend.js';
import { countBits, toBase64 } from '../contract/packed-bits.js';
import { elementBudget } from '../selection/budget.js';
import { savedFloor } from '../selection/floor.js';
import { abandonMasks, createMasks, disposeMasks } from '../selection/masks.js';
import { createFlight } from './flight.js';
import { droppedNotZero, emptiedNotices, scheduleUnfinished } from './notices.js';
import { type CheckedOptions, checkOptions, type PrunerOptions } from './options.js';
import { countWeights, type PruningReport } from './report.js';
import type { RestoreOptions } from './restore-options.js';
import { type PrunerState, type StateOptions, sealState } from './state.js';
import { openState } from './state-opening.js';
import { applyUpdate, countUpdate, itemsOf, prepareUpdate, type UpdateResult } from './update.js';
import { requireSparsity, requireUnchanged } from './update-checks.js';

/** Masks for a list of weights, and the verbs to grow and apply them. Made by {@link createPruner}. */
export interface Pruner {
  /**
   * Brings the masks to `schedule(position)` and sets dropped elements to +0. Never brings an element back:
   * a target below what is already dropped changes nothing. The first update also counts what is zero in the
   * weights: see {@link UpdateResult.notices}.
   *
   * The weights must stay still until it settles: no optimizer step while an update is in flight.
   *
   * @throws PruneError `invalid-sparsity` when the schedule returns no sparsity, `floor-conflict`,
   *   `score-mismatch`, `weight-changed`, `busy`, `disposed`; masks and weights are then as they were.
   *   `contract-violation` when another number of elements was dropped than was asked for: then masks and
   *   weights have changed, and either the backend or the stillness of the weights was broken
   */
  update(position: number): Promise<UpdateResult>;
  /**
   * Sets dropped elements to +0. Call it after every optimizer step: momentum revives dropped weights, and
   * an optimizer knows nothing of masks. Idempotent.
   *
   * @throws PruneError `weight-changed`, `busy` when an update or restore is in flight, `disposed`
   */
  enforce(): Promise<void>;
  /**
   * {@link Pruner.enforce} for hooks that cannot wait.
   *
   * @throws PruneError as `enforce`, and `asynchronous` when the backend has to wait; nothing is written then
   */
  enforceSync(): void;
  /**
   * Counts what the masks keep and what is zero in the weights, per weight and in total. For that it makes a mask
   * of each weight and gives it back.
   *
   * @throws PruneError `weight-changed`, `busy`, `disposed`
   */
  report(): Promise<PruningReport>;
  /** The masks and what was asked for last, as plain portable data. */
  save(): Promise<PrunerState>;
  /**
   * Takes over the masks of a saved state and sets dropped elements to +0. Restore the weights first, from
   * the runtime's own checkpoint. Weights are matched by name and must come in the same order, unless
   * {@link RestoreOptions} say otherwise.
   *
   * @throws TypeError when the options are wrong
   * @throws PruneError `state-corrupt`, `state-version`, `state-mismatch`, `weight-changed`, `busy`,
   *   `disposed`; masks and weights are then as they were
   */
  restore(state: unknown, options?: RestoreOptions): Promise<void>;
  /**
   * Gives the masks back. The weights stay, pruned. Harmless when repeated. A failure to give masks back in an
   * earlier call, which that call could not tell because it had succeeded, is thrown here.
   *
   * @throws PruneError `busy` while another call is in flight
   */
  dispose(): void;
}

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
  const { backend, weights, schedule, rule, scope } = checked;
  const flight = createFlight();
  let masks: readonly Mask[] = createMasks(backend, weights);
  let position: number | null = null;
  let target: number | null = null;
  const untold: unknown[] = [];

  const items = (): Item<Weight, Mask>[] => itemsOf(checked, masks);

  const enforceNow = (): void | Promise<void> => {
    requireUnchanged(checked);
    return backend.enforce(items());
  };

  /** Puts new masks in the place of the old ones, for good: a failure to give those back is told by `dispose`. */
  const replaceMasks = (fresh: readonly Mask[]): void => {
    const old = masks;
    masks = fresh;
    if (old === fresh) return;
    try {
      disposeMasks(backend, old);
    } catch (error) {
      untold.push(error);
    }
  };

  return {
    update: (next) =>
      flight.exclusive('update', async () => {
        requireFinite('update', 'position', next);
        const sparsity = requireSparsity(schedule(next), next, rule);
        requireUnchanged(checked);
        const first = position === null;
        const prepared = await prepareUpdate(checked, masks, { sparsity, first });
        try {
          await applyUpdate(checked, prepared);
        } catch (error) {
          if (prepared.masks !== masks) abandonMasks(backend, prepared.masks);
          throw error;
        }
        // From here on the masks have grown, whatever else may fail. Adding 0 makes +0 of −0, as JSON would.
        replaceMasks(prepared.masks);
        position = next + 0;
        target = sparsity;
        return countUpdate(checked, prepared, { position, target, first });
      }),

    enforce: () =>
      flight.shared('enforce', async () => {
        // Without the test, a backend that answers at once would still cost the caller a turn.
        const pending = enforceNow();
        if (pending !== undefined) await pending;
      }),

    enforceSync: () => {
      flight.check('enforceSync');
      const { name, enforceWaits = false } = backend.manifest;
      if (enforceWaits) {
        throw new PruneError(
          'asynchronous',
          `backend ${name} cannot enforce without waiting; await enforce()`,
        );
      }
      const pending = enforceNow();
      if (pending instanceof Promise) {
        flight.track('enforceSync', pending);
        throw new PruneError(
          'contract-violation',
          `backend ${name} waits in enforce, which its manifest does not say (enforceWaits)`,
        );
      }
    },

    report: () =>
      flight.shared('report', async () => {
        requireUnchanged(checked);
        const at = { position, target };
        const counts = await countWeights(backend, weights, items());
        const groups = scope === 'global' ? [counts.total] : counts.weights;
        const isReached = (sparsity: number): boolean =>
          groups.every(({ elements, dropped }) => dropped >= elementBudget(sparsity, elements));
        const notices = [
          ...droppedNotZero(counts.weights),
          ...emptiedNotices(counts.weights, at.target),
          ...scheduleUnfinished(schedule, at, isReached),
        ];
        return { ...counts, ...at, notices };
      }),

    save: () =>
      flight.shared('save', async () => {
        const at = { position, target };
        const saved = await allSettled(
          weights.map(async ({ name, shape }, i) => {
            const packed = await backend.readMask(masks[i]!);
            return { name, shape: [...shape], kept: countBits(packed), mask: toBase64(packed) };
          }),
        );
        return sealState({ ...stateOptions(checked), ...at, weights: saved });
      }),

    restore: (value, matching = {}) =>
      flight.exclusive('restore', async () => {
        const state = openState(value, { weights, options: stateOptions(checked), matching });
        requireUnchanged(checked);
        // The new masks are whole before the old ones go, so that a failure leaves everything as it was.
        const fresh = createMasks(backend, weights);
        try {
          for (const [i, packed] of state.masks.entries()) await backend.writeMask(fresh[i]!, packed);
          await backend.enforce(itemsOf(checked, fresh));
        } catch (error) {
          abandonMasks(backend, fresh);
          throw error;
        }
        replaceMasks(fresh);
        position = state.position;
        target = state.target;
      }),

    dispose: () => {
      flight.close();
      const last = masks;
      masks = [];
      const earlier = untold.splice(0);
      disposeMasks(backend, last);
      if (earlier.length > 0) throw earlier[0];
    },
  };
}

/** What a state must have been saved with to be taken over. */
function stateOptions<Weight, Mask>({
  rule,
  scope,
  score,
  floor,
  untrained,
  keepZeros,
}: CheckedOptions<Weight, Mask>): StateOptions {
  const kind = score.kind === 'random' ? { kind: score.kind, seed: score.seed } : { kind: score.kind };
  return {
    rule,
    scope,
    pattern: { kind: 'element' },
    score: kind,
    floor: savedFloor(floor),
    // Said only where it is not the default, so that states without are the same as ever.
    ...(untrained === 'wait' ? { untrained } : {}),
    ...(keepZeros ? { keepZeros } : {}),
  };
}
