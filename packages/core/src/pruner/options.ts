import { PruneError } from '../checks/errors.js';
import { PRUNING_OPTIONS } from '../checks/pruning-options.js';
import {
  requireBoolean,
  requireChoice,
  requireFraction,
  requireOptions,
  requireThat,
} from '../checks/require.js';
import type { Score, TensorBackend } from '../contract/backend.js';
import { guardBackend } from '../contract/guard-backend.js';
import type { Schedule } from '../schedule/schedule.js';
import type { NamedWeight } from '../score/named-weight.js';
import type { ObservedScore } from '../score/observed-score.js';
import { checkScore, magnitudeScore, ranksBy, type ScoreOption } from '../score/scores.js';
import { elementBudget } from '../selection/budget.js';
import { requireCeilings } from '../selection/ceiling.js';
import { checkDistribution, type Distribution } from '../selection/distributions/index.js';
import { type CheckedFloor, checkFloor, type Floor, mustKeep } from '../selection/floor.js';
import { checkPattern, type PatternOption } from '../selection/patterns/index.js';
import type { Lot, Pattern } from '../selection/patterns/pattern.js';
import { checkRegrowth, type Regrowth } from '../selection/regrowth.js';
import type { Select } from '../selection/selectors.js';
import { checkMasks, type GivenMask, type OpenedMask } from './given-masks.js';
import { checkWeights, type Prunable } from './weights.js';

/** What `createPruner` is told. */
export interface PrunerOptions<Weight, Mask> {
  /** Where the weights live. */
  readonly backend: TensorBackend<Weight, Mask>;
  /** The weights to prune, in an order that is part of the result: ties are broken by it. */
  readonly weights: readonly NamedWeight<Weight>[];
  /** Sparsity at each position. */
  readonly schedule: Schedule;
  /** Narrows `weights`; each selector must match at least one. All of them unless told. */
  readonly select?: Select;
  /**
   * `global` (default) ranks the elements of all weights together, so that weights end unequally sparse. `uniform`
   * gives every weight the same sparsity, `erk` leaves small ones denser. `lamp` ranks all together, each element by
   * its part of what is left of its weight, and reads the scores for that. A function gives each its own.
   */
  readonly distribution?: Distribution;
  /**
   * What is dropped as one: single elements (default), blocks, N of M, channels. The budget counts what is dropped as
   * one: sparsity 0.5 of 9 blocks is 4 blocks, however many elements the last of a row have.
   */
  readonly pattern?: PatternOption;
  /** Brings dropped elements back, by another score. Rule `exact` only, and not with the pattern `n:m`. */
  readonly regrow?: Omit<Regrowth<Weight>, 'by'> & { readonly by: Regrowth<Weight>['by'] | ObservedScore };
  /**
   * Masks to start with, as {@link Pruner.masks} gives them; weights without one start dense. What they drop is zeroed
   * by the first update or enforce. Where they cannot be written, every call that needs them throws the reason.
   */
  readonly masks?: readonly GivenMask[];
  /**
   * `exact` (default): after an update exactly {@link elementBudget} elements are dropped, however many tie.
   * `published`: what the program of Vos et al. 2025 does, oddities included; for replication, global only.
   */
  readonly rule?: 'exact' | 'published';
  /**
   * What ranks the elements. {@link magnitudeScore} unless told. A score that looks at training, such as
   * `movementScore()`, is taken as it is by doors that train; here it comes with an observer that looks for it.
   */
  readonly score?: ScoreOption<Weight> | ObservedScore;
  /**
   * What of every weight always stays: a fraction in [0, 1), or `{ fraction, elements }`. 0 unless told. Where the
   * target asks for more than the floors leave, as sparsity 1 does, an update is refused (`floor-conflict`). Rule
   * `exact` only.
   */
  readonly floor?: Floor;
  /**
   * What of every weight stays at most, as a fraction in [0, 1], rounded down; 1 unless told. Weights above it go first,
   * so that it holds as soon as the target allows; where it does not hold at the schedule's end, results and reports say
   * so (`above-ceiling`). What cannot hold is refused (`ceiling-conflict`): a higher floor, a schedule that ends lower.
   * Rule `exact` only, and not with the pattern `n:m`.
   */
  readonly ceiling?: number;
  /**
   * What becomes of a weight whose kept elements are all zero, as a layer that starts at zero is (LoRA's B, ReZero)
   * until it is trained. `rank` (default): it is ranked like any other, so that by magnitude it goes first and for
   * good. `wait`: it is left out, in this update, until it holds something; the others make up the whole budget, or
   * the update is refused (`floor-conflict`). Zero is what the weight holds, whatever the score. Rule `exact` only.
   */
  readonly untrained?: 'rank' | 'wait';
  /**
   * Whether elements that are exactly zero when the first update comes count as dropped and stay dropped, beside
   * the floor too: the way to go on from a sparse model whose masks nobody kept. A target below what is zero already
   * then changes nothing; above it the budget is met exactly. `false` unless told. Weights that wait are left alone.
   * Where the device flushes subnormals they are zero. Rule `exact` only.
   */
  readonly keepZeros?: boolean;
}

/** A lot, its floor and its ceiling. */
export interface BoundedLot extends Lot {
  /** Fewest units that may be left. */
  readonly mustKeep: number;
  /** Most units that may be left, as far as the target goes. */
  readonly mayKeep: number;
}

/** Options with every default filled in and every value checked. */
export interface CheckedOptions<Weight, Mask> {
  readonly backend: TensorBackend<Weight, Mask>;
  readonly weights: readonly Prunable<Weight>[];
  readonly schedule: Schedule;
  readonly distribution: Distribution;
  readonly pattern: Pattern;
  readonly lots: readonly BoundedLot[];
  readonly regrow: Regrowth<Weight> | undefined;
  /** Masks to start with, by the index of their weight. */
  readonly masks: readonly OpenedMask[];
  readonly rule: 'exact' | 'published';
  readonly score: ScoreOption<Weight>;
  readonly floor: CheckedFloor;
  readonly ceiling: number;
  readonly untrained: 'rank' | 'wait';
  readonly keepZeros: boolean;
}

/** @throws TypeError | RangeError | PruneError when the options cannot be right; see `createPruner` */
export function checkOptions<Weight, Mask>(
  options: PrunerOptions<Weight, Mask>,
): CheckedOptions<Weight, Mask> {
  requireOptions('createPruner', '', options, KEYS, ELSEWHERE);
  const { schedule, rule = 'exact' } = options;
  const { untrained = 'rank', keepZeros = false, ceiling = 1 } = options;
  const score = checkScore(options.score === undefined ? magnitudeScore() : options.score);
  const backend = guardBackend(options.backend);
  requireThat('createPruner', 'schedule', schedule, 'a function', typeof schedule === 'function');
  const distribution = checkDistribution(
    options.distribution === undefined ? 'global' : options.distribution,
  );
  const asked = checkPattern(options.pattern === undefined ? { kind: 'element' } : options.pattern);
  const regrow = options.regrow === undefined ? undefined : checkRegrowth(options.regrow);
  requireChoice('createPruner', 'rule', rule, ['exact', 'published']);
  requireChoice('createPruner', 'untrained', untrained, ['rank', 'wait']);
  requireBoolean('createPruner', 'keepZeros', keepZeros);
  const floor = checkFloor(options.floor === undefined ? 0 : options.floor);
  requireFraction('createPruner', 'ceiling', ceiling);
  const { kind } = asked;
  if (kind !== 'element') requirePlain(kind, { floor, ceiling, keepZeros, regrow });
  const plain =
    distribution === 'global' &&
    floor.fraction === 0 &&
    floor.elements === 0 &&
    ceiling === 1 &&
    kind === 'element';
  if (rule === 'published' && !(plain && untrained === 'rank' && !keepZeros && regrow === undefined)) {
    throw new TypeError(
      "rule 'published' is the published program, which ranks single elements of all weights together and knows no " +
        'floor, ceiling, untrained, keepZeros or regrow',
    );
  }
  for (const one of regrow === undefined ? [score] : [score, regrow.by]) requireScore(backend, ranksBy(one));
  const { weights, pattern } = checkWeights({ ...options, backend }, asked);
  const lots = pattern.lots.map((lot) => ({
    ...lot,
    mustKeep: Math.max(lot.least, mustKeep(floor, lot.units)),
    mayKeep: elementBudget(ceiling, lot.units),
  }));
  if (ceiling < 1) requireCeilings(lots, schedule, pattern);
  const masks =
    options.masks === undefined ? [] : checkMasks('createPruner', options.masks, weights, pattern);
  return {
    backend,
    weights,
    schedule,
    distribution,
    pattern,
    lots,
    regrow,
    masks,
    rule,
    score,
    floor,
    ceiling,
    untrained,
    keepZeros,
  };
}

/** @throws TypeError where an option counts elements, and the pattern does not drop them one by one */
function requirePlain(
  kind: string,
  {
    floor,
    ceiling,
    keepZeros,
    regrow,
  }: {
    readonly floor: CheckedFloor;
    readonly ceiling: number;
    readonly keepZeros: boolean;
    readonly regrow: unknown;
  },
): void {
  const refused = [
    floor.elements > 0 && 'floor.elements counts elements, and here blocks go as a whole: give a fraction',
    keepZeros && 'keepZeros looks at elements: restore the masks instead',
    kind === 'n:m' && floor.fraction > 0 && 'floor has no meaning: keep says what stays of every group',
    kind === 'n:m' && ceiling < 1 && 'ceiling has no meaning: keep says what stays of every group',
    kind === 'n:m' && regrow !== undefined && 'regrow cannot keep N of M',
  ].find((reason) => reason !== false);
  if (refused !== undefined) throw new TypeError(`with the pattern ${kind}, ${refused}`);
}

const KEYS = ['backend', 'weights', ...PRUNING_OPTIONS];

/** What other doors and other libraries call what is called otherwise here. */
const ELSEWHERE = {
  include: 'it is select: { include }',
  exclude: 'it is select: { exclude }',
  minElements: 'it is select: { minElements }',
  scope: "it is distribution: 'global' or 'uniform'",
};

function requireScore<Weight, Mask>(
  { manifest }: TensorBackend<Weight, Mask>,
  score: Score<unknown>['kind'],
): void {
  const has: readonly string[] = manifest.scores;
  if (has.includes(score)) return;
  throw new PruneError(
    'unsupported',
    `backend ${manifest.name} has the scores ${has.join(', ')}; needed ${score}`,
  );
}
