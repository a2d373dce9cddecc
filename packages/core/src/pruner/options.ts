import { PruneError } from '../checks/errors.js';
import { describe } from '../checks/legible.js';
import { requireBoolean, requireChoice, requireOptions } from '../checks/require.js';
import type { TensorBackend } from '../contract/backend.js';
import { requireBackend } from '../contract/backend-checks.js';
import type { Schedule } from '../schedule/schedules.js';
import { checkScore, magnitudeScore, type NamedWeight, type ScoreOption } from '../score/scores.js';
import { type CheckedFloor, checkFloor, type Floor } from '../selection/floor.js';
import type { Selector } from '../selection/selectors.js';
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
  readonly select?: readonly Selector[];
  /**
   * `global` (default) ranks the elements of all weights together, so that weights end unequally sparse.
   * `per-weight` gives every weight the same sparsity.
   */
  readonly scope?: 'global' | 'per-weight';
  /**
   * `exact` (default): after an update exactly {@link elementBudget} elements are dropped, however many tie.
   * `published`: what the program of Vos et al. 2025 does, oddities included; for replication, global only.
   */
  readonly rule?: 'exact' | 'published';
  /** What ranks the elements. {@link magnitudeScore} unless told. */
  readonly score?: ScoreOption<Weight>;
  /**
   * What of every weight always stays: a fraction in [0, 1), or `{ fraction, elements }`. 0 unless told. Where the
   * target asks for more than the floors leave, as sparsity 1 does, an update is refused (`floor-conflict`). Rule
   * `exact` only.
   */
  readonly floor?: Floor;
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

/** Options with every default filled in and every value checked. */
export interface CheckedOptions<Weight, Mask> {
  readonly backend: TensorBackend<Weight, Mask>;
  readonly weights: readonly Prunable<Weight>[];
  readonly schedule: Schedule;
  readonly scope: 'global' | 'per-weight';
  readonly rule: 'exact' | 'published';
  readonly score: ScoreOption<Weight>;
  readonly floor: CheckedFloor;
  readonly untrained: 'rank' | 'wait';
  readonly keepZeros: boolean;
}

/** @throws TypeError | RangeError | PruneError when the options cannot be right; see `createPruner` */
export function checkOptions<Weight, Mask>(
  options: PrunerOptions<Weight, Mask>,
): CheckedOptions<Weight, Mask> {
  requireOptions('createPruner', '', options, KEYS, ELSEWHERE);
  const { backend, schedule, scope = 'global', rule = 'exact' } = options;
  const { untrained = 'rank', keepZeros = false } = options;
  const score = checkScore(options.score === undefined ? magnitudeScore() : options.score);
  requireBackend(backend);
  if (typeof schedule !== 'function') {
    throw new TypeError(`createPruner needs schedule to be a function, got ${describe(schedule)}`);
  }
  requireChoice('createPruner', 'scope', scope, ['global', 'per-weight']);
  requireChoice('createPruner', 'rule', rule, ['exact', 'published']);
  requireChoice('createPruner', 'untrained', untrained, ['rank', 'wait']);
  requireBoolean('createPruner', 'keepZeros', keepZeros);
  const floor = checkFloor(options.floor === undefined ? 0 : options.floor);
  const plain = scope === 'global' && floor.fraction === 0 && floor.elements === 0;
  if (rule === 'published' && !(plain && untrained === 'rank' && !keepZeros)) {
    throw new TypeError(
      "rule 'published' is the published program, which is global and knows no floor, untrained or keepZeros",
    );
  }
  requireSupport(backend, score.kind);
  const weights = checkWeights(options, floor);
  return { backend, weights, schedule, scope, rule, score, floor, untrained, keepZeros };
}

const KEYS = [
  'backend',
  'weights',
  'schedule',
  'select',
  'scope',
  'rule',
  'score',
  'floor',
  'untrained',
  'keepZeros',
];

/** What `pruneModel`, `pruneOnnx` and `createTrainer` call what is called otherwise here. */
const ELSEWHERE = {
  include: 'select picks weights, by the same names, patterns and functions',
  exclude: 'select picks weights; a function such as ({ name }) => name !== "head" leaves some out',
};

function requireSupport<Weight, Mask>(
  { manifest }: TensorBackend<Weight, Mask>,
  score: ScoreOption<unknown>['kind'],
): void {
  const needs = [
    ['patterns', 'element'],
    ['directions', 'drop'],
    ['scores', score],
  ] as const;
  for (const [list, need] of needs) {
    const has: readonly string[] = manifest[list];
    if (!has.includes(need)) {
      throw new PruneError(
        'unsupported',
        `backend ${manifest.name} has the ${list} ${has.join(', ')}; needed ${need}`,
      );
    }
  }
}
