import type { Axis } from '../axes/axis.js';
import type { Birth } from '../units/units.js';
import { holdAcross } from './reductions.js';
import { type AxedValue, computed, holdSome, type Place, whyAt } from './value.js';

/**
 * Channels that are scaled and shifted each by itself: by statistics of the file, as batch normalisation does, or of what
 * lies behind them, as instance normalisation does.
 *
 * @param over axes that statistics are taken over
 */
export function normaliseChannels(
  place: Place,
  x: AxedValue,
  channels: number,
  parameters: readonly AxedValue[],
  over: readonly number[] = [],
): AxedValue {
  for (const i of over) holdAcross(place, x.axes[i]!, i);
  for (const { axes } of parameters) {
    place.axes.unite(x.axes[channels]!, axes[0]!, whyAt(place, channels, 'its parameters line up with it'));
  }
  const isZero = parameters.every(({ zero }) => zero[0]);
  return computed(
    x.axes,
    x.axes.map((_, i) => i === channels && isZero),
  );
}

/** Normalised over the given axes, as layer normalisation, softmax and L2 normalisation do. */
export function normaliseOver(
  place: Place,
  x: AxedValue,
  over: readonly number[],
  parameters: readonly AxedValue[] = [],
): AxedValue {
  for (const i of over) holdAcross(place, x.axes[i]!, i);
  for (const { axes } of parameters) {
    for (const [i, axis] of axes.entries()) {
      const at = x.axes.length - axes.length + i;
      if (axis.dim !== 1)
        place.axes.unite(x.axes[at]!, axis, whyAt(place, at, 'its parameters line up with it'));
    }
  }
  const isZeroAt =
    (i: number) =>
    ({ axes, zero }: AxedValue): boolean => {
      const at = i - x.axes.length + axes.length;
      return axes[at] !== undefined && axes[at].dim !== 1 && zero[at]!;
    };
  return computed(
    x.axes,
    x.axes.map((_, i) => over.includes(i) && parameters.length > 0 && parameters.every(isZeroAt(i))),
  );
}

/**
 * Groups of channels, each normalised over its channels and all that comes behind. Groups go as a whole.
 *
 * @param perGroup whether the parameters have an element a group, not one a channel
 */
export function normaliseGroups(
  place: Place,
  x: AxedValue,
  {
    channels,
    groups,
    parameters,
    perGroup,
  }: {
    readonly channels: number;
    readonly groups: number;
    readonly parameters: readonly AxedValue[];
    readonly perGroup: boolean;
  },
): { readonly output: AxedValue; readonly groups: Axis } {
  const { axes } = place;
  const axis = x.axes[channels]!;
  const birth: Birth = { label: place.label, kind: 'channels' };
  const [outer, inner] = axes.split(axis, [groups, Number(axis.dim) / groups], birth) as [Axis, Axis];
  holdAcross(place, inner, channels);
  holdSome(
    place,
    x,
    x.axes.map((_, i) => i).filter((i) => i > channels),
    'it is normalised over',
  );
  const why = whyAt(place, channels, 'its parameters line up with it');
  for (const each of parameters) axes.unite(perGroup ? outer : axis, each.axes[0]!, why);
  return {
    output: computed(
      x.axes,
      x.axes.map(
        (_, i) => i === channels && parameters.length > 0 && parameters.every(({ zero }) => zero[0]),
      ),
    ),
    groups: outer,
  };
}
