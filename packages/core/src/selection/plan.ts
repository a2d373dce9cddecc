import { PruneError } from '../checks/errors.js';
import { describe, listNames } from '../checks/legible.js';
import { allSettled } from '../checks/settle.js';
import type { CutGroup, Item, TensorBackend, ThresholdCut } from '../contract/backend.js';
import type { CheckedOptions } from '../pruner/options.js';
import { elementBudget, publishedBudget } from './budget.js';

/** A weight as the plan sees it: what to cut, how large it is, how much of it is left and must stay. */
export interface Stock<Weight, Mask> {
  readonly name: string;
  readonly item: Item<Weight, Mask>;
  readonly elements: number;
  readonly kept: number;
  /** Fewest elements that may be left. */
  readonly mustKeep: number;
  /** Left out of this update, because it has not been trained yet. */
  readonly waits: boolean;
}

/** The cuts that bring the masks to a target, and how many elements they take. */
export interface Plan<Weight, Mask> {
  readonly groups: readonly CutGroup<Weight, Mask>[];
  /** Elements the cuts drop; `undefined` where the rule does not promise a number. */
  readonly drops: number | undefined;
  /** Why the published rule changed nothing though the target asked for more. */
  readonly skipped?: 'target-not-below-active';
}

const NOTHING = { groups: [], drops: 0 } as const;

/** The cuts for one update: over all weights together, or weight by weight. */
export async function planUpdate<Weight, Mask>(
  { backend, rule, scope }: Pick<CheckedOptions<Weight, Mask>, 'backend' | 'rule' | 'scope'>,
  stock: readonly Stock<Weight, Mask>[],
  sparsity: number,
): Promise<Plan<Weight, Mask>> {
  if (rule === 'published') return planPublished(backend, stock, sparsity);
  if (scope === 'global') return planExact(backend, stock, sparsity);
  // Asked for together, so that a backend that has to wait can answer all in one round trip.
  const ready = stock.filter(({ waits }) => !waits);
  const plans = await allSettled(ready.map((weight) => planExact(backend, [weight], sparsity)));
  return {
    groups: plans.flatMap((plan) => plan.groups),
    drops: plans.reduce((total, plan) => total + plan.drops!, 0),
  };
}

/**
 * Drops what the plan takes, in one call, so that it happens whole or not at all. Weights that the plan leaves
 * alone take part with a cut that takes nothing: their dropped elements are zeroed too.
 */
export async function applyPlan<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
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

/**
 * Rule `exact`: of all elements together, `elementBudget(target, elements)` are dropped afterwards, or as many
 * as already are, if that is more.
 */
async function planExact<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  stock: readonly Stock<Weight, Mask>[],
  target: number,
): Promise<Plan<Weight, Mask>> {
  const drops = requireRoom(stock, target);
  if (drops <= 0) return NOTHING;
  return {
    groups: await cutAboveFloors(
      backend,
      stock.filter(({ waits }) => !waits),
      drops,
    ),
    drops,
  };
}

/**
 * How many elements are to go to meet a target of all weights together.
 *
 * @throws PruneError `floor-conflict` when floors, and weights that wait, leave fewer
 */
function requireRoom(stock: readonly Omit<Stock<unknown, unknown>, 'item'>[], target: number): number {
  const elements = total(stock, (weight) => weight.elements);
  const dropped = elements - total(stock, (weight) => weight.kept);
  const drops = elementBudget(target, elements) - dropped;
  const spare = total(stock, ({ kept, mustKeep, waits }) => (waits ? 0 : Math.max(0, kept - mustKeep)));
  if (drops <= spare) return drops;
  const waiting = stock.filter(({ waits }) => waits).map(({ name }) => name);
  const without = waiting.length === 0 ? '' : `, with ${listNames(waiting)} waiting to be trained,`;
  const way = waiting.length === 0 ? 'for a lower floor' : 'when they are trained';
  throw new PruneError(
    'floor-conflict',
    `sparsity ${target} asks to drop ${drops} more of the ${elements} elements of ` +
      `${listNames(stock.map(({ name }) => name))}, but the floor${without} leaves ${spare}. Ask for less, or ${way}`,
  );
}

/**
 * That rule `exact` can meet a target with so much left of each weight, asked before anything is looked for.
 *
 * @throws PruneError `floor-conflict`
 */
export function requireRooms(
  scope: 'global' | 'per-weight',
  stock: readonly Omit<Stock<unknown, unknown>, 'item'>[],
  target: number,
): void {
  if (scope === 'global') requireRoom(stock, target);
  else for (const weight of stock) if (!weight.waits) requireRoom([weight], target);
}

/**
 * Rule `published`, as the program of Vos et al. 2025 does it: of the weights that have anything left,
 * `trunc(target · elements)` minus what is dropped is the request; kept elements strictly below the
 * request-th smallest magnitude go, ties stay; and nothing changes when the request is 0 or not less than
 * what is kept.
 */
async function planPublished<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  stock: readonly Stock<Weight, Mask>[],
  target: number,
): Promise<Plan<Weight, Mask>> {
  const live = stock.filter((weight) => weight.kept > 0);
  const elements = total(live, (weight) => weight.elements);
  const kept = total(live, (weight) => weight.kept);
  const request = publishedBudget(target, elements) - (elements - kept);
  if (request <= 0) return NOTHING;
  if (request >= kept) return { ...NOTHING, skipped: 'target-not-below-active' };
  const items = live.map((weight) => weight.item);
  const cut = await findCut(backend, items, request);
  return { groups: [{ items, cut: { ...cut, ties: 0 } }], drops: undefined };
}

/**
 * Cuts that take exactly `count` elements and leave every weight its floor. A weight that the common cut
 * would empty too far gives all it can spare and leaves the pool; the others make up the difference.
 */
async function cutAboveFloors<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  stock: readonly Stock<Weight, Mask>[],
  count: number,
): Promise<CutGroup<Weight, Mask>[]> {
  const groups: CutGroup<Weight, Mask>[] = [];
  let pool = stock.filter((weight) => weight.kept > weight.mustKeep);
  let left = count;
  while (left > 0) {
    const items = pool.map((weight) => weight.item);
    const cut = await findCut(backend, items, left);
    const taken = pool.some((weight) => weight.mustKeep > 0) ? await takenBy(backend, items, cut) : [];
    const short = pool.filter((weight, i) => weight.kept - (taken[i] ?? 0) < weight.mustKeep);
    if (short.length === 0) return [...groups, { items, cut }];
    for (const { item, kept, mustKeep } of short) {
      groups.push({ items: [item], cut: await findCut(backend, [item], kept - mustKeep) });
      left -= kept - mustKeep;
    }
    pool = pool.filter((weight) => !short.includes(weight));
  }
  return groups;
}

/** How many elements of each item a cut would take. */
async function takenBy<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  cut: ThresholdCut,
): Promise<number[]> {
  const [below, upTo] = await backend.countBelow(items, [cut.magnitude, cut.magnitude + 1]);
  let quota = cut.ties;
  return items.map((_, i) => {
    const ties = Math.min(quota, upTo![i]! - below![i]!);
    quota -= ties;
    return below![i]! + ties;
  });
}

async function findCut<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  count: number,
): Promise<ThresholdCut> {
  const cut = await backend.findCut(items, { direction: 'drop', pattern: { kind: 'element' }, count });
  if (cut?.kind === 'threshold' && Number.isInteger(cut.magnitude) && Number.isInteger(cut.ties)) return cut;
  throw new PruneError(
    'contract-violation',
    `backend ${backend.manifest.name} needs findCut to give a cut, got ${describe(cut)}`,
  );
}

function total<Value>(values: readonly Value[], of: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
