import { PruneError } from '../checks/errors.js';
import { listNames } from '../checks/legible.js';
import { allSettled } from '../checks/settle.js';
import type { CutGroup, Item, TensorBackend } from '../contract/backend.js';
import { elementBudget, publishedBudget } from './budget.js';
import { cutRescaled } from './cut-rescaled.js';
import { boundsOf, cutWithin } from './cut-within.js';
import { type Distribution, distribute, rescalingOf, type TargetGroup } from './distributions/index.js';
import type { Pattern } from './patterns/pattern.js';
import type { Growth } from './regrowth.js';

/** A lot as the plan sees it: what to cut, how large it is, how much of it is left and must stay. */
export interface Stock<Weight, Mask> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly item: Item<Weight, Mask>;
  /** How many units could be dropped of it, all together. */
  readonly units: number;
  /** How many of them are kept. */
  readonly kept: number;
  /** Fewest units that may be left. */
  readonly mustKeep: number;
  /** Most units that may be left, as far as the target goes. */
  readonly mayKeep: number;
  /** Left out of this update, because it has not been trained yet. */
  readonly waits: boolean;
}

/** How much to drop of what. */
export interface Aim {
  readonly rule: 'exact' | 'published';
  readonly distribution: Distribution;
  readonly pattern: Pick<Pattern, 'share' | 'kind' | 'keepsSome'>;
  readonly sparsity: number;
  /** Fraction of what the target leaves that is dropped beyond it, to grow again. */
  readonly regrown?: number | undefined;
}

/** The cuts that bring the masks to a target, and how many units they take. */
export interface Plan<Weight, Mask> {
  readonly groups: readonly CutGroup<Weight, Mask>[];
  /** Units the cuts drop; `undefined` where the rule does not promise a number. */
  readonly drops: number | undefined;
  /** How many units are to come back afterwards, out of which weights. */
  readonly growths: readonly Growth[];
  /** Why the published rule changed nothing though the target asked for more. */
  readonly skipped?: 'target-not-below-active';
}

const NOTHING = { groups: [], drops: 0, growths: [] } as const;

/** The cuts for one update: over all weights together, or weight by weight. */
export async function planUpdate<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  aim: Aim,
  stock: readonly Stock<Weight, Mask>[],
): Promise<Plan<Weight, Mask>> {
  if (aim.rule === 'published') return planPublished(backend, stock, aim.sparsity);
  // Asked for together, so that a backend that has to wait can answer all in one round trip.
  const plans = await allSettled(groupsOf(aim, stock).map((group) => planGroup(backend, aim, group, stock)));
  return {
    groups: plans.flatMap((plan) => plan.groups),
    drops: plans.reduce((total, plan) => total + plan.drops!, 0),
    growths: plans.flatMap((plan) => plan.growths),
  };
}

/** The weights that share a target. Those that wait by themselves are left out. */
function groupsOf(
  { distribution, sparsity }: Aim,
  stock: readonly Omit<Stock<unknown, unknown>, 'item'>[],
): TargetGroup[] {
  const groups = distribute(distribution, stock, sparsity);
  return isTogether(distribution)
    ? groups
    : groups.filter(({ members }) => members.some((i) => !stock[i]!.waits));
}

/** Whether the weights are ranked together, as they are or by scores made comparable. */
function isTogether(distribution: Distribution): boolean {
  return distribution === 'global' || rescalingOf(distribution) !== undefined;
}

/**
 * Rule `exact`: of all units together, `elementBudget(target, units)` are dropped afterwards, or as many as already
 * are, if that is more. With regrowth more are dropped, and come back.
 */
async function planGroup<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { pattern, regrown, distribution }: Aim,
  { members, target }: TargetGroup,
  stock: readonly Stock<Weight, Mask>[],
): Promise<Plan<Weight, Mask>> {
  const own = members.map((member) => stock[member]!);
  const ready = own.filter(({ waits }) => !waits);
  const { due, spare, units } = requireRoom(own, target, pattern);
  const budget = elementBudget(pattern.share(target), units);
  const extra = regrown === undefined ? 0 : elementBudget(regrown, units - budget);
  const drops = Math.min(due + extra, spare);
  const back = regrown === undefined ? 0 : Math.max(0, drops) - due;
  const growths =
    back > 0 ? [{ members: members.filter((member) => !stock[member]!.waits), count: back }] : [];
  if (drops <= 0) return { ...NOTHING, growths };
  const rescale = rescalingOf(distribution);
  const bounds = boundsOf(ready, drops);
  const bounded = ready.map((lot, i) => ({ ...lot, ...bounds[i]! }));
  const cuts =
    rescale === undefined
      ? cutWithin(backend, bounded, drops)
      : cutRescaled(backend, bounded, drops, rescale);
  return { groups: await cuts, drops, growths };
}

/**
 * How many units are to go to meet a target of all weights together.
 *
 * @throws PruneError `floor-conflict` when floors, and weights that wait, leave fewer
 */
function requireRoom(
  stock: readonly Omit<Stock<unknown, unknown>, 'item'>[],
  target: number,
  pattern: Pick<Pattern, 'share' | 'kind' | 'keepsSome'>,
): { readonly due: number; readonly spare: number; readonly units: number } {
  const units = total(stock, (weight) => weight.units);
  const dropped = units - total(stock, (weight) => weight.kept);
  const due = elementBudget(pattern.share(target), units) - dropped;
  const spare = total(stock, ({ kept, mustKeep, waits }) => (waits ? 0 : Math.max(0, kept - mustKeep)));
  if (due <= spare) return { due, spare, units };
  const waiting = stock.filter(({ waits }) => waits).map(({ name }) => name);
  const without = waiting.length === 0 ? '' : `, with ${listNames(waiting)} waiting to be trained,`;
  const needs = pattern.keepsSome === true ? ', and a channel of every group and for every weight,' : '';
  const way = waiting.length === 0 ? 'for a lower floor' : 'when they are trained';
  const what = pattern.kind === 'element' ? 'elements' : 'units';
  throw new PruneError(
    'floor-conflict',
    `sparsity ${target} asks to drop ${due} more of the ${units} ${what} of ` +
      `${listNames(stock.map(({ name }) => name))}, but the floor${needs}${without} leaves ${spare}. Ask for less, or ${way}`,
  );
}

/**
 * That rule `exact` can meet a target with so much left of each weight, asked before anything is looked for.
 *
 * @throws PruneError `floor-conflict`
 */
export function requireRooms(aim: Aim, stock: readonly Omit<Stock<unknown, unknown>, 'item'>[]): void {
  for (const { members, target } of groupsOf(aim, stock)) {
    requireRoom(
      members.map((member) => stock[member]!),
      target,
      aim.pattern,
    );
  }
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
  const elements = total(live, (weight) => weight.units);
  const kept = total(live, (weight) => weight.kept);
  const request = publishedBudget(target, elements) - (elements - kept);
  if (request <= 0) return NOTHING;
  if (request >= kept) return { ...NOTHING, skipped: 'target-not-below-active' };
  const items = live.map((weight) => weight.item);
  const cut = await backend.findCut(items, request);
  return { groups: [{ items, cut: { ...cut, ties: 0 } }], drops: undefined, growths: [] };
}

function total<Value>(values: readonly Value[], of: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
