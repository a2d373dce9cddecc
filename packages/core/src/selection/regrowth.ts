import { requireFraction, requireOptions, requireThat } from '../checks/require.js';
import type { Item, TensorBackend } from '../contract/backend.js';
import { weightSeed } from '../contract/random-score.js';
import type { ObservedScore } from '../score/observed-score.js';
import { checkScore, type ScoreOption, savedScore } from '../score/scores.js';
import { combineMasks, disposeMasks, invertMasks } from './masks.js';
import type { UnitHandle } from './patterns/pattern.js';
import { ABOVE_ZERO } from './zeros.js';

/**
 * Brings dropped elements back: at every update so many of the kept elements that rank lowest are dropped beyond the
 * target, and as many of all dropped elements come back, those that `by` ranks highest. An element that comes back is
 * zero until it is trained; one that goes and comes back in one update keeps its value. Where the target has fallen since,
 * elements come back too, until it is met. A score that looks at training, and has seen no step yet, brings nothing back at
 * the first update.
 *
 * By a random score chance is fresh at every position, or the same elements would come back for ever.
 *
 * @see Mocanu et al. 2018 (SET, by chance), https://arxiv.org/abs/1707.04780
 * @see Evci et al. 2020 (RigL, by gradient), https://arxiv.org/abs/1911.11134
 */
export interface Regrowth<Weight> {
  /** What ranks dropped elements: highest first; of equals, those of the later weight and the higher index. */
  readonly by: ScoreOption<Weight>;
  /** Fraction of the elements that the target leaves, in [0, 1], or what gives it at a position. */
  readonly fraction: number | GrowthFraction;
}

/** A fraction at each position. */
export interface GrowthFraction {
  (position: number): number;
  /** Its name in saved states; `function` unless told. */
  readonly kind?: string;
}

/** @throws TypeError | RangeError when it is no regrowth */
export function checkRegrowth<Weight>(
  option: Omit<Regrowth<Weight>, 'by'> & { readonly by: ScoreOption<Weight> | ObservedScore },
): Regrowth<Weight> {
  requireOptions('createPruner', 'regrow', option, ['by', 'fraction']);
  const { by, fraction } = option;
  const isWhole = by !== undefined && fraction !== undefined;
  requireThat('createPruner', 'regrow', option, '{ by, fraction }', isWhole);
  if (typeof fraction !== 'function') requireFraction('createPruner', 'regrow.fraction', fraction);
  return { by: checkScore(by, 'regrow.by'), fraction };
}

/** The fraction at a position. @throws RangeError | TypeError when the caller's function gives none */
export function fractionAt({ fraction }: Pick<Regrowth<unknown>, 'fraction'>, position: number): number {
  if (typeof fraction === 'number') return fraction;
  const given = fraction(position);
  requireFraction('createPruner', `regrow.fraction(${position})`, given);
  return given;
}

/** What ranks dropped elements at a position: chance is a function of seed and position, and so resumes. */
export function growthScoreAt<Weight>(
  { by }: Pick<Regrowth<Weight>, 'by'>,
  position: number,
): ScoreOption<Weight> {
  return by.kind === 'random' ? { kind: 'random', seed: weightSeed(by.seed, `${position}`) } : by;
}

/** What a saved state says of it. A fraction that is a function is code, and said by its name. */
export function savedRegrowth<Weight>({
  by,
  fraction,
}: Regrowth<Weight>): Readonly<Record<string, string | number>> {
  return {
    ...savedScore(by),
    fraction: typeof fraction === 'number' ? fraction : (fraction.kind ?? 'function'),
  };
}

/** Lots out of which so many units come back. */
export interface Growth {
  readonly members: readonly number[];
  readonly count: number;
}

/**
 * Brings units back in the masks of `items`.
 *
 * @param ranked the same weights, ranked by the score of growth
 * @returns how many came back, and the weights whose score said nothing of what was dropped
 */
export async function grow(
  backend: TensorBackend<UnitHandle, UnitHandle>,
  items: readonly Item<UnitHandle, UnitHandle>[],
  ranked: readonly Item<UnitHandle, UnitHandle>[],
  growths: readonly Growth[],
): Promise<{ readonly grown: number; readonly blank: readonly number[] }> {
  let grown = 0;
  const blank: number[] = [];
  for (const { members, count } of growths) {
    if (count <= 0) continue;
    const own = members.map((member) => items[member]!);
    const inverse = await invertMasks(backend, own);
    try {
      const dropped = members.map((member, i) => ({ ...ranked[member]!, mask: inverse[i]! }));
      const there = await backend.countKept(inverse);
      const available = there.reduce((sum, one) => sum + one, 0);
      const passed = available - Math.min(count, available);
      // Where all come back, it is no matter what ranks them.
      const [zeros] = passed > 0 ? await backend.countBelow(dropped, [ABOVE_ZERO]) : [];
      if (passed > 0) {
        const cut = await backend.findCut(dropped, passed);
        await backend.drop([{ items: dropped, cut }]);
      }
      const back = await backend.countKept(inverse);
      for (const [i, member] of members.entries()) {
        await combineMasks(backend, own[i]!.mask, inverse[i]!, 'or');
        grown += back[i]!;
        if (back[i]! > 0 && zeros?.[i] === there[i]) blank.push(member);
      }
    } finally {
      disposeMasks(backend, inverse);
    }
  }
  return { grown, blank };
}
