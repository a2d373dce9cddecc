import { PruneError } from '../checks/errors.js';
import { quote } from '../checks/legible.js';
import type { Notice } from '../checks/notice.js';
import type { Schedule } from '../schedule/schedule.js';
import { elementBudget } from './budget.js';
import type { Pattern } from './patterns/pattern.js';

/** A lot between its floor and its ceiling. */
interface Bounded {
  readonly name: string;
  readonly units: number;
  readonly mustKeep: number;
  /** Most units that may be left. */
  readonly mayKeep: number;
}

/**
 * That ceilings can be held: above the floors, and within what the schedule comes to, where it says so.
 *
 * @throws PruneError `ceiling-conflict` that says which lots, or by how much
 */
export function requireCeilings(
  lots: readonly Bounded[],
  schedule: Schedule,
  pattern: Pick<Pattern, 'share'>,
): void {
  const narrow = apart(lots, ({ mustKeep, mayKeep }) => mustKeep - mayKeep);
  if (narrow.length > 0) {
    throw new PruneError(
      'ceiling-conflict',
      `the floor keeps more than the ceiling lets stay: ${listed(narrow)}. Move one, or leave them out by select`,
    );
  }
  const needed = lots.reduce((sum, { units, mayKeep }) => sum + units - mayKeep, 0);
  const { to } = schedule;
  if (needed === 0 || typeof to !== 'number' || !(to >= 0 && to <= 1)) return;
  const budget = elementBudget(
    pattern.share(to),
    lots.reduce((sum, { units }) => sum + units, 0),
  );
  if (needed <= budget) return;
  throw new PruneError(
    'ceiling-conflict',
    `the ceiling asks to drop ${needed}, and the schedule ends at ${to}, which drops ${budget}: ${needed - budget} too few`,
  );
}

/**
 * `above-ceiling`: more is left of lots than the ceiling lets stay, where the schedule is at its end.
 *
 * @param kept units of each lot; undefined where nobody counts them
 */
export function aboveCeiling(
  lots: readonly Bounded[],
  kept: readonly number[] | undefined,
  { end }: Schedule,
  position: number | null,
): Notice[] {
  if (kept === undefined || position === null || (end !== undefined && position < end)) return [];
  const above = apart(lots, ({ mayKeep }, i) => kept[i]! - mayKeep);
  if (above.length === 0) return [];
  const message = `more is left than the ceiling lets stay: ${listed(above)}. Ask for more, or raise the ceiling`;
  return [{ code: 'above-ceiling', message, weights: above.map(({ name }) => name) }];
}

/** The lots that are beyond a bound, and by how many units. */
function apart(
  lots: readonly Bounded[],
  by: (lot: Bounded, i: number) => number,
): { readonly name: string; readonly by: number }[] {
  return lots.map((lot, i) => ({ name: lot.name, by: by(lot, i) })).filter((lot) => lot.by > 0);
}

function listed(lots: readonly { readonly name: string; readonly by: number }[]): string {
  return lots.map(({ name, by }) => `${quote(name)} by ${by}`).join(', ');
}
