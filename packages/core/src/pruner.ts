import type { Item } from './backend.js';
import { PruneError } from './errors.js';
import { createFlight } from './flight.js';
import { createMasks, disposeMasks } from './masks.js';
import { type CheckedOptions, checkOptions, type PrunerOptions } from './options.js';
import { countBits, toBase64 } from './packed-bits.js';
import { applyPlan, planUpdate } from './plan.js';
import { countWeights, type PruningReport } from './report.js';
import { requireFinite } from './require.js';
import { allSettled } from './settle.js';
import { openState, type PrunerState, type StateOptions, sealState } from './state.js';
import { requireSparsity, requireUnchanged, withScores } from './update-checks.js';

/** What one update did. */
export interface UpdateResult {
  readonly position: number;
  /** Sparsity that the schedule gave. */
  readonly target: number;
  /** Elements dropped by this update. */
  readonly dropped: number;
  /** Fraction of all elements dropped so far, in [0, 1]. */
  readonly sparsity: number;
  /** Set when rule `published` left the masks alone because the target was not below what is active. */
  readonly skipped?: 'target-not-below-active';
}

/** Masks for a list of weights, and the verbs to grow and apply them. Made by {@link createPruner}. */
export interface Pruner {
  /**
   * Brings the masks to `schedule(position)` and sets dropped elements to +0. Never brings an element back:
   * a target below what is already dropped changes nothing.
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
   * Counts what the masks keep, per weight and in total. It looks at no weight: after a step without `enforce`,
   * dropped elements may hold anything.
   */
  report(): Promise<PruningReport>;
  /** The masks and what was asked for last, as plain portable data. */
  save(): Promise<PrunerState>;
  /**
   * Takes over the masks of a saved state and sets dropped elements to +0. Restore the weights first, from
   * the runtime's own checkpoint.
   *
   * @throws PruneError `state-corrupt`, `state-version`, `state-mismatch`, `weight-changed`, `busy`,
   *   `disposed`; masks and weights are then as they were
   */
  restore(state: unknown): Promise<void>;
  /**
   * Gives the masks back. The weights stay, pruned. Harmless when repeated.
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
  const { backend, weights, schedule, rule } = checked;
  const flight = createFlight();
  let masks = createMasks(backend, weights);
  let position: number | null = null;
  let target: number | null = null;

  const items = (): Item<Weight, Mask>[] =>
    weights.map((named, i) => ({ weight: named.weight, mask: masks[i]!, score: { kind: 'magnitude' } }));

  const enforceNow = (): void | Promise<void> => {
    requireUnchanged(checked);
    return backend.enforce(items());
  };

  return {
    update: (next) =>
      flight.exclusive('update', async () => {
        requireFinite('update', 'position', next);
        const sparsity = requireSparsity(schedule(next), next, rule);
        requireUnchanged(checked);
        const ranked = withScores(checked, items());
        const before = await backend.countKept(masks);
        const stock = weights.map(({ name, elements, mustKeep }, i) => ({
          name,
          elements,
          mustKeep,
          item: ranked[i]!,
          kept: before[i]!,
        }));
        const plan = await planUpdate(checked, stock, sparsity);
        await applyPlan(backend, plan, items());
        // From here on the masks have grown, whatever else may fail. Adding 0 makes +0 of −0, as JSON would.
        position = next + 0;
        target = sparsity;
        const kept = sum(await backend.countKept(masks));
        const dropped = sum(before) - kept;
        if (dropped !== (plan.drops ?? dropped)) {
          throw new PruneError(
            'contract-violation',
            `asked backend ${backend.manifest.name} to drop ${plan.drops} elements, and ${dropped} were dropped: ` +
              'either it broke its contract or the weights were written while the update was in flight',
          );
        }
        const elements = sum(weights.map((weight) => weight.elements));
        const skipped = plan.skipped === undefined ? {} : { skipped: plan.skipped };
        return {
          position: next + 0,
          target: sparsity,
          dropped,
          sparsity: (elements - kept) / elements,
          ...skipped,
        };
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
        return { ...(await countWeights(backend, weights, items())), ...at };
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

    restore: (value) =>
      flight.exclusive('restore', async () => {
        const state = openState(value, { weights, options: stateOptions(checked) });
        requireUnchanged(checked);
        const old = masks;
        // The new masks are whole before the old ones go, so that a failure leaves everything as it was.
        const fresh = createMasks(backend, weights);
        try {
          for (const [i, packed] of state.masks.entries()) await backend.writeMask(fresh[i]!, packed);
          masks = fresh;
          await backend.enforce(items());
        } catch (error) {
          masks = old;
          disposeMasks(backend, fresh);
          throw error;
        }
        position = state.position;
        target = state.target;
        disposeMasks(backend, old);
      }),

    dispose: () => {
      flight.close();
      const last = masks;
      masks = [];
      disposeMasks(backend, last);
    },
  };
}

function stateOptions<Weight, Mask>({
  rule,
  scope,
  score,
  floor,
}: CheckedOptions<Weight, Mask>): StateOptions {
  const kind = score.kind === 'random' ? { kind: score.kind, seed: score.seed } : { kind: score.kind };
  return { rule, scope, pattern: { kind: 'element' }, score: kind, floor };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
