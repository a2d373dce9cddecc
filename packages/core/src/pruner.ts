import type { Item } from './backend.js';
import { PruneError } from './errors.js';
import { createFlight } from './flight.js';
import { type CheckedOptions, checkOptions, type Prunable, type PrunerOptions } from './options.js';
import { countBits, toBase64 } from './packed-bits.js';
import { type Plan, planExact, planPublished, type Stock } from './plan.js';
import { countWeights, type PruningReport } from './report.js';
import { describe, requireFinite } from './require.js';
import { scoreOf } from './scores.js';
import { openState, type PrunerState, type StateOptions, sealState } from './state.js';

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
   * @throws PruneError `invalid-sparsity` when the schedule returns no sparsity, `floor-conflict`,
   *   `score-mismatch`, `weight-changed`, `busy`, `disposed`; masks and weights are then as they were
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
   * @throws PruneError as `enforce`, and `asynchronous` when the backend has to wait
   */
  enforceSync(): void;
  /** Counts what the masks keep, per weight and in total. */
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
  /** Gives the masks back. The weights stay, pruned. Harmless when repeated. */
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
  let masks = createMasks(checked, weights);
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
        const stock = weights.map(({ name, elements, floor }, i) => ({
          name,
          elements,
          floor,
          item: ranked[i]!,
          kept: before[i]!,
        }));
        const plan = await planUpdate(checked, stock, sparsity);
        await applyPlan(checked, plan, items());
        const kept = sum(await backend.countKept(masks));
        const dropped = sum(before) - kept;
        if (dropped !== (plan.drops ?? dropped)) {
          throw new PruneError(
            'contract-violation',
            `backend ${backend.manifest.name} was asked to drop ${plan.drops} elements and dropped ${dropped}`,
          );
        }
        position = next;
        target = sparsity;
        const elements = sum(weights.map((weight) => weight.elements));
        const skipped = plan.skipped === undefined ? {} : { skipped: plan.skipped };
        return {
          position: next,
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
      const pending = enforceNow();
      if (pending !== undefined) {
        // Nobody can wait for it; its failure is reported here, once.
        pending.catch(() => {});
        throw new PruneError(
          'asynchronous',
          `backend ${backend.manifest.name} cannot enforce without waiting`,
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
        const saved = await Promise.all(
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
        const fresh = createMasks(checked, weights);
        try {
          for (const [i, packed] of state.masks.entries()) await backend.writeMask(fresh[i]!, packed);
          masks = fresh;
          await backend.enforce(items());
        } catch (error) {
          masks = old;
          for (const mask of fresh) backend.disposeMask(mask);
          throw error;
        }
        for (const mask of old) backend.disposeMask(mask);
        position = state.position;
        target = state.target;
      }),

    dispose: () => {
      flight.close();
      for (const mask of masks) backend.disposeMask(mask);
      masks = [];
    },
  };
}

/** One mask a weight; none is left behind when one cannot be made. */
function createMasks<Weight, Mask>(
  { backend }: CheckedOptions<Weight, Mask>,
  weights: readonly Prunable<Weight>[],
): Mask[] {
  const masks: Mask[] = [];
  try {
    for (const { weight } of weights) masks.push(backend.createMask(weight));
  } catch (error) {
    for (const mask of masks) backend.disposeMask(mask);
    throw error;
  }
  return masks;
}

/** The cuts for one update: over all weights together, or weight by weight. */
async function planUpdate<Weight, Mask>(
  { backend, rule, scope }: CheckedOptions<Weight, Mask>,
  stock: readonly Stock<Weight, Mask>[],
  sparsity: number,
): Promise<Plan<Weight, Mask>> {
  if (rule === 'published') return planPublished(backend, stock, sparsity);
  if (scope === 'global') return planExact(backend, stock, sparsity);
  // Asked for together, so that a backend that has to wait can answer all in one round trip.
  const plans = await Promise.all(stock.map((weight) => planExact(backend, [weight], sparsity)));
  return {
    groups: plans.flatMap((plan) => plan.groups),
    drops: plans.reduce((total, plan) => total + plan.drops!, 0),
  };
}

/**
 * Drops what the plan takes, in one call, so that it happens whole or not at all. Weights that the plan leaves
 * alone take part with a cut that takes nothing: their dropped elements are zeroed too.
 */
async function applyPlan<Weight, Mask>(
  { backend }: CheckedOptions<Weight, Mask>,
  { groups }: Plan<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Promise<void> {
  const touched = new Set(groups.flatMap((group) => group.items.map((item) => item.mask)));
  const untouched = items.filter((item) => !touched.has(item.mask));
  const nothing = {
    kind: 'threshold',
    direction: 'drop',
    pattern: { kind: 'element' },
    magnitude: 0,
    ties: 0,
  } as const;
  await backend.dropBelow(untouched.length > 0 ? [...groups, { items: untouched, cut: nothing }] : groups);
}

/** @throws PruneError `score-mismatch` when a score tensor does not fit its weight */
function withScores<Weight, Mask>(
  { backend, weights, score }: CheckedOptions<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Item<Weight, Mask>[] {
  return items.map((item, i) => {
    const { name, shape } = weights[i]!;
    const ranked = scoreOf(score, weights[i]!);
    if (ranked.kind === 'tensor') {
      const got = ranked.tensor == null ? undefined : backend.shape(ranked.tensor);
      if (got === undefined || String(got) !== String(shape)) {
        const found = got === undefined ? describe(ranked.tensor) : `the shape [${got}]`;
        throw new PruneError(
          'score-mismatch',
          `the score of ${name} needs the shape [${shape}], got ${found}`,
        );
      }
    }
    return { ...item, score: ranked };
  });
}

/** @throws PruneError `weight-changed` when a weight no longer has the shape it had */
function requireUnchanged<Weight, Mask>({ backend, weights }: CheckedOptions<Weight, Mask>): void {
  for (const { name, weight, shape } of weights) {
    const now = backend.shape(weight);
    if (String(now) !== String(shape)) {
      throw new PruneError('weight-changed', `weight ${name} had the shape [${shape}] and now has [${now}]`);
    }
  }
}

/** @throws PruneError `invalid-sparsity` when a schedule returned no sparsity */
function requireSparsity(value: unknown, position: number, rule: 'exact' | 'published'): number {
  // The published program takes targets above 1, and then does nothing: they are replayed, not refused.
  const most = rule === 'published' ? Number.POSITIVE_INFINITY : 1;
  if (typeof value === 'number' && value >= 0 && value <= most && value !== Number.POSITIVE_INFINITY)
    return value;
  throw new PruneError(
    'invalid-sparsity',
    `the schedule must return a sparsity in [0, 1]; at position ${position} it returned ${describe(value)}`,
  );
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
