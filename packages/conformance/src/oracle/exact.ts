import { elementBudget } from '@synaprune/core';
import { byLamp } from './distributed.js';
import {
  type DeviceRanking,
  growthMagnitudesOf,
  isHollow,
  type Model,
  magnitudesOf,
  type ScoreKind,
  zeroDropped,
} from './model.js';
import { mostUnits, type RunPattern, type Unit, unitsOf } from './units.js';

/** A floor, as a fraction or both ways. */
export type RunFloor = number | { readonly fraction?: number; readonly elements?: number };

/** How rule `exact` prunes. */
export interface ExactOptions {
  readonly score: ScoreKind;
  readonly ranking: DeviceRanking;
  readonly pattern?: RunPattern;
  /** How sparse each model gets, where they do not share the target. */
  readonly sparsities?: readonly number[] | undefined;
  /** Whether all are ranked together by LAMP. */
  readonly lamp?: boolean;
  readonly floor?: RunFloor;
  /** What of every weight stays at most, as far as the target goes. */
  readonly ceiling?: number;
  readonly wait?: boolean;
  readonly regrow?:
    | { readonly by: ScoreKind; readonly fraction: number; readonly position: number }
    | undefined;
}

/**
 * Brings models to a target by rule `exact`: one unit after another, lowest first, passing over weights that are down
 * to their floor, and over those that wait because nothing but zeros is in them; before all others those of weights that
 * are above their ceiling, until they are not. Where it regrows, so many more are
 * dropped, and as many of all that are dropped come back, highest first.
 */
export function pruneExact(models: readonly Model[], target: number, options: ExactOptions): void {
  const { sparsities } = options;
  if (sparsities === undefined) pruneTogether(models, target, options);
  // Each for itself, those that wait not at all.
  else for (const [i, model] of models.entries()) pruneTogether([model], sparsities[i]!, options);
  zeroDropped(models);
}

interface Place extends Unit {
  readonly weight: number;
}

function pruneTogether(
  models: readonly Model[],
  target: number,
  {
    score,
    ranking,
    pattern = { kind: 'element' },
    sparsities,
    lamp = false,
    floor = 0,
    ceiling = 1,
    wait = false,
    regrow,
  }: ExactOptions,
): void {
  const waits = models.map((model) => wait && isHollow(model, ranking));
  if (sparsities !== undefined && waits[0]!) return;
  const kept = placesOf(true, models, pattern, ranking, (model) => magnitudesOf(model, score, ranking));
  const most = models.map((model) => mostUnits(pattern, model));
  const left = models.map(() => 0);
  for (const { weight } of kept) left[weight]! += 1;
  // At least the floor's fraction stays, hence the rounding up.
  const { fraction = 0, elements: fewest = 0 } = typeof floor === 'number' ? { fraction: floor } : floor;
  const floors = most.map((units, weight) =>
    waits[weight]!
      ? left[weight]!
      : Math.min(left[weight]!, Math.max(Math.ceil(fraction * units - 1e-9), fewest)),
  );
  const share =
    pattern.kind === 'n:m' ? Math.min(1, target / ((pattern.of - pattern.keep) / pattern.of)) : target;
  const units = sum(most);
  const budget = elementBudget(share, units);
  const due = budget - (units - sum(left));
  const extra = regrow === undefined ? 0 : elementBudget(regrow.fraction, units - budget);
  let wanted = Math.min(due + extra, sum(left) - sum(floors));
  const back = regrow === undefined ? 0 : Math.max(0, wanted) - due;
  // At most the ceiling's fraction stays, hence the rounding down.
  const ceilings = most.map((units) => Math.floor(ceiling * units + 1e-9));
  const ranked = lamp ? byLamp(kept) : kept;
  const gone = new Set<Unit>();
  const aboveCeilings = ceilings.map((units, weight) => Math.max(units, floors[weight]!));
  for (const least of ceiling < 1 ? [aboveCeilings, floors] : [floors]) {
    for (const place of ranked) {
      if (wanted <= 0) break;
      const { weight, members } = place;
      if (gone.has(place) || left[weight]! <= least[weight]!) continue;
      for (const member of members) models[weight]!.kept[member] = 0;
      gone.add(place);
      left[weight]! -= 1;
      wanted -= 1;
    }
  }
  if (back <= 0) return;
  const grown = (model: Model) => growthMagnitudesOf(model, regrow!, ranking);
  const dropped = placesOf(false, models, pattern, ranking, grown);
  const ready = dropped.filter(({ weight }) => !waits[weight]);
  for (const { weight, members } of ready.slice(-back)) {
    for (const member of members) models[weight]!.kept[member] = 1;
  }
}

/** The units of all models that are kept, or those that are not, lowest first. */
function placesOf(
  kept: boolean,
  models: readonly Model[],
  pattern: RunPattern,
  ranking: DeviceRanking,
  magnitudes: (model: Model) => Uint32Array,
): Place[] {
  const places: Place[] = [];
  for (const [weight, model] of models.entries()) {
    for (const { index, members, magnitude, kept: own } of unitsOf(
      pattern,
      model,
      magnitudes(model),
      ranking,
    )) {
      if (own === kept) places.push({ index, members, magnitude, kept, weight });
    }
  }
  return places.sort((a, b) => a.magnitude - b.magnitude || a.weight - b.weight || a.index - b.index);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
