import type { AxedValue, Axes, Axis } from '../index.js';

/** Which indices of an axis go when a set of units does. */
export function removedAlong(axes: Axes, axis: Axis, gone: ReadonlySet<number>): boolean[] {
  const terms = axes.termsOf(axis);
  const size = Number(axis.dim);
  if (terms === undefined) {
    return Array.from({ length: size }, (_, i) => {
      const factors = axes.factorsOf(axis);
      if (factors.length === 1) return false;
      // The first factor is the outermost.
      let rest = i;
      return [...factors].reverse().some((factor) => {
        const own = removedAlong(axes, factor, gone);
        const at = rest % own.length;
        rest = Math.floor(rest / own.length);
        return own[at]!;
      });
    });
  }
  return Array.from(terms, (term) => axes.units.unitsOf(term).some((unit) => gone.has(unit)));
}

/** Which elements of a value go, row-major: those at an index that goes along any axis. */
export function removedElements(axes: Axes, value: AxedValue, gone: ReadonlySet<number>): boolean[] {
  let elements = [false];
  for (const axis of value.axes) {
    const removed = removedAlong(axes, axis, gone);
    elements = elements.flatMap((before) => removed.map((each) => before || each));
  }
  return elements;
}

/** A place for tests. */
export function placeIn(axes: Axes, acrossNormalisation = false) {
  return { axes, label: 'node "n" (Test)', acrossNormalisation };
}

/** All units that are free. */
export function freeUnits(axes: Axes): number[] {
  return axes.units.survey().groups.flatMap(({ units }) => units);
}
