import type { Axis } from '../axes/axis.js';
import type { Birth } from '../units/units.js';
import { type AxedValue, type Place, whyAt } from './value.js';

/** Terms of `units`, once for each gate. */
export function gatesOf(place: Place, units: Axis, gates: number): Axis {
  return place.axes.join(Array.from({ length: gates }, () => units));
}

/** The hidden units of a recurrent layer. */
export function hiddenUnits(place: Place, size: number, birth: Birth): Axis {
  return place.axes.born(size, birth);
}

/** A weight's axis is that of gates of hidden units. @throws SizesDiffer */
export function uniteGates(
  place: Place,
  units: Axis,
  {
    weight,
    axis,
    gates,
    side,
  }: {
    readonly weight: AxedValue;
    readonly axis: number;
    readonly gates: number;
    readonly side?: 'makes' | 'reads';
  },
): void {
  const own = weight.axes[axis]!;
  if (side !== undefined && weight.parameter) place.axes.mark(own, side);
  place.axes.unite(
    gates === 1 ? units : gatesOf(place, units, gates),
    own,
    whyAt(place, axis, 'it is that of its units'),
  );
}
