import type { BackendManifest, TensorBackend } from './backend.js';
import { elementBudget } from './budget.js';
import { PruneError } from './errors.js';
import { describe } from './legible.js';
import { requireChoice, requireFraction, requireOptions } from './require.js';
import type { Schedule } from './schedules.js';
import { checkScore, magnitudeScore, type NamedWeight, type ScoreOption } from './scores.js';
import { type Selector, selectWeights } from './selectors.js';

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
  /** Fraction of every weight that always stays, in [0, 1). 0 unless told. Rule `exact` only. */
  readonly floor?: number;
}

/** A weight that the pruner has looked at. */
export interface Prunable<Weight> extends NamedWeight<Weight> {
  readonly shape: readonly number[];
  readonly elements: number;
  /** Fewest elements that may be left. */
  readonly mustKeep: number;
}

/** Options with every default filled in and every value checked. */
export interface CheckedOptions<Weight, Mask> {
  readonly backend: TensorBackend<Weight, Mask>;
  readonly weights: readonly Prunable<Weight>[];
  readonly schedule: Schedule;
  readonly scope: 'global' | 'per-weight';
  readonly rule: 'exact' | 'published';
  readonly score: ScoreOption<Weight>;
  readonly floor: number;
}

/** @throws TypeError | RangeError | PruneError when the options cannot be right; see `createPruner` */
export function checkOptions<Weight, Mask>(
  options: PrunerOptions<Weight, Mask>,
): CheckedOptions<Weight, Mask> {
  requireOptions('createPruner', '', options, KEYS);
  const { backend, schedule, scope = 'global', rule = 'exact', floor = 0 } = options;
  const score = checkScore(options.score ?? magnitudeScore());
  if (typeof backend?.manifest !== 'object') {
    throw new TypeError(`createPruner needs a backend, got ${describe(backend)}`);
  }
  if (typeof schedule !== 'function') {
    throw new TypeError(`createPruner needs schedule to be a function, got ${describe(schedule)}`);
  }
  requireChoice('createPruner', 'scope', scope, ['global', 'per-weight']);
  requireChoice('createPruner', 'rule', rule, ['exact', 'published']);
  requireFraction('createPruner', 'floor', floor);
  if (floor === 1) throw new RangeError('createPruner needs floor below 1, or nothing could be pruned');
  if (rule === 'published' && (scope !== 'global' || floor > 0)) {
    throw new TypeError("rule 'published' is the published program, which is global and knows no floor");
  }
  requireSupport(backend.manifest, score.kind);
  return { backend, weights: checkWeights(options, floor), schedule, scope, rule, score, floor };
}

const KEYS = ['backend', 'weights', 'schedule', 'select', 'scope', 'rule', 'score', 'floor'];

function requireSupport(manifest: BackendManifest, score: ScoreOption<unknown>['kind']): void {
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

function checkWeights<Weight, Mask>(
  { backend, weights, select }: PrunerOptions<Weight, Mask>,
  floor: number,
): Prunable<Weight>[] {
  if (!Array.isArray(weights)) {
    throw new TypeError(`createPruner needs weights to be an array, got ${describe(weights)}`);
  }
  if (weights.length === 0)
    throw new PruneError('no-weights', 'createPruner needs at least one weight, got none');
  const names = new Set<string>();
  const handles = new Map<Weight, string>();
  const prunable = weights.map((entry: NamedWeight<Weight>) => {
    const { name, weight } = requireEntry(entry);
    if (names.has(name))
      throw new PruneError('duplicate-name', `two weights are named ${JSON.stringify(name)}`);
    names.add(name);
    const twin = handles.get(weight);
    if (twin !== undefined) {
      throw new PruneError(
        'duplicate-weight',
        `${JSON.stringify(twin)} and ${JSON.stringify(name)} are one weight`,
      );
    }
    handles.set(weight, name);
    const shape = [...backend.shape(weight)];
    const elements = requireElements(name, shape);
    return { name, weight, shape, elements, mustKeep: mustKeep(floor, elements) };
  });
  const selected = select === undefined ? prunable : selectWeights(prunable, select);
  if (selected.length === 0)
    throw new PruneError('no-weights', 'select needs at least one selector, got none');
  return selected;
}

function requireEntry<Weight>(entry: NamedWeight<Weight>): NamedWeight<Weight> {
  if (typeof entry !== 'object' || entry === null) {
    throw new TypeError(`every weight is { name, weight }, got ${describe(entry)}`);
  }
  if (typeof entry.name !== 'string' || entry.name === '') {
    throw new TypeError(`every weight needs a name, got ${describe(entry.name)}`);
  }
  return entry;
}

/** @throws PruneError `empty-weight`; RangeError when the shape is none */
function requireElements(name: string, shape: readonly number[]): number {
  const elements = shape.reduce((product, edge) => product * edge, 1);
  if (!shape.every((edge) => Number.isSafeInteger(edge) && edge >= 0) || !Number.isSafeInteger(elements)) {
    throw new RangeError(`weight ${JSON.stringify(name)} needs a shape of whole numbers, got [${shape}]`);
  }
  if (elements === 0) {
    throw new PruneError(
      'empty-weight',
      `weight ${JSON.stringify(name)} has the shape [${shape}], no elements`,
    );
  }
  return elements;
}

/** How many elements a floor leaves, rounded up. */
function mustKeep(floor: number, elements: number): number {
  return floor === 0 ? 0 : Math.max(1, elements - elementBudget(1 - floor, elements));
}
