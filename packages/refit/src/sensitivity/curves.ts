import {
  describe,
  isRecord,
  quote,
  requireFraction,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';

/** How much is left of a model's agreement when one layer, or one group of channels, is pruned alone. */
export interface SensitivityCurve {
  readonly name: string;
  /** Elements of the layer, or channels of the group. */
  readonly elements: number;
  /** In any order, each sparsity once. Of a sparsity of 0 the agreement is 1, and need not be there. */
  readonly levels: readonly SensitivityLevel[];
}

/** One point of a {@link SensitivityCurve}. */
export interface SensitivityLevel {
  /** In [0, 1]. */
  readonly sparsity: number;
  /** In [0, 1], as {@link createAgreement} gives it. */
  readonly agreement: number;
}

/** @throws TypeError | RangeError when a curve is no such thing, or two have one name */
export function requireCurves(
  caller: string,
  curves: unknown,
): asserts curves is readonly SensitivityCurve[] {
  if (!Array.isArray(curves)) {
    throw new TypeError(`${caller} needs a list of curves, got ${describe(curves)}`);
  }
  const names = new Set<string>();
  curves.forEach((curve: unknown, i) => {
    if (!isRecord(curve) || typeof curve.name !== 'string' || !Array.isArray(curve.levels)) {
      throw new TypeError(
        `${caller} needs curves[${i}] to be { name, elements, levels }, got ${describe(curve)}`,
      );
    }
    const { name } = curve;
    if (names.has(name)) throw new RangeError(`${caller} needs one curve a name, got two of ${quote(name)}`);
    names.add(name);
    requireWhole(caller, `elements of ${quote(name)}`, curve.elements, 1);
    const seen = new Set<number>();
    for (const level of curve.levels) {
      requireOptions(caller, `a level of ${quote(name)}`, level, ['sparsity', 'agreement']);
      requireFraction(caller, `sparsity of ${quote(name)}`, level.sparsity);
      requireFraction(caller, `agreement of ${quote(name)}`, level.agreement);
      if (seen.has(level.sparsity)) {
        throw new RangeError(
          `${caller} needs each sparsity of ${quote(name)} once, got ${level.sparsity} twice`,
        );
      }
      seen.add(level.sparsity);
    }
  });
}
