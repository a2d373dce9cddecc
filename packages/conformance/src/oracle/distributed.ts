import { floatOfMagnitude } from '@synaprune/core';

/** How a run shares a target among its weights. `rising`: each weight is sparser than the one before it. */
export type RunDistribution = 'global' | 'uniform' | 'rising' | 'erk' | 'lamp';

/** A unit that could go: what ranks it, and its weight. */
interface Ranked {
  readonly weight: number;
  readonly magnitude: number;
}

/** How sparse each weight gets, where they do not share the target. */
export function sparsitiesOf(
  distribution: RunDistribution,
  shapes: readonly (readonly number[])[],
  target: number,
): readonly number[] | undefined {
  if (distribution === 'global' || distribution === 'lamp') return undefined;
  if (distribution === 'uniform') return shapes.map(() => target);
  if (distribution === 'rising') return shapes.map((_, i) => (target * (i + 1)) / shapes.length);
  return erdosRenyi(shapes, target);
}

/**
 * Sparsities of Erdős–Rényi kernels, by halving: the factor of (sum of the edges) / (product of the edges) at which as much
 * is kept as was asked for, no weight keeping more than it has.
 */
function erdosRenyi(shapes: readonly (readonly number[])[], target: number): number[] {
  const weights = shapes.map((shape) => {
    const elements = shape.reduce((product, edge) => product * edge, 1);
    return {
      elements,
      raw: (shape.length === 0 ? 1 : shape.reduce((sum, edge) => sum + edge, 0)) / elements,
    };
  });
  const keep = (1 - target) * weights.reduce((sum, { elements }) => sum + elements, 0);
  const keptAt = (factor: number) =>
    weights.reduce((sum, { elements, raw }) => sum + elements * Math.min(1, factor * raw), 0);
  let [low, high] = [0, weights.reduce((most, { raw }) => Math.max(most, 1 / raw), 0)];
  for (let i = 0; i < 200; i += 1) {
    const middle = (low + high) / 2;
    if (keptAt(middle) < keep) low = middle;
    else high = middle;
  }
  return weights.map(({ raw }) => Math.min(1, Math.max(0, 1 - high * raw)));
}

/**
 * Units in the order in which LAMP takes them: by their square over the sum of the squares of all units of their weight
 * that come no earlier. What is not finite comes last.
 *
 * @param ranked lowest first
 */
export function byLamp<Unit extends Ranked>(ranked: readonly Unit[]): Unit[] {
  const upward = new Map<number, number>();
  const scored = ranked.toReversed().map((unit) => {
    const square = floatOfMagnitude(unit.magnitude) ** 2;
    if (!Number.isFinite(square)) return { unit, score: Number.POSITIVE_INFINITY };
    const sum = (upward.get(unit.weight) ?? 0) + square;
    upward.set(unit.weight, sum);
    return { unit, score: square === 0 ? 0 : square / sum };
  });
  return scored
    .reverse()
    .sort((a, b) => (a.score === b.score ? a.unit.weight - b.unit.weight : a.score - b.score))
    .map(({ unit }) => unit);
}
