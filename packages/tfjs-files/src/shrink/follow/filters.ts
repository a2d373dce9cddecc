import {
  type AxedValue,
  type Axis,
  computed,
  convolve,
  type Dim,
  holdSome,
  type Place,
  unsqueeze,
  whyAt,
} from '@synaprune/axes';

/** What a convolution reads, and in which lengths it leaves the axes that it goes along. */
export interface Convolving {
  readonly x: AxedValue;
  /** Filters: axes that are gone along, then two of channels. */
  readonly weight: AxedValue;
  /** The axis of `x` with the channels. */
  readonly channels: number;
  /** Of the axes that it goes along. */
  readonly sizes: ReadonlyMap<number, Dim>;
}

function allSizes({ x, sizes }: Convolving): Dim[] {
  return x.axes.map((_, i) => sizes.get(i) ?? 0);
}

/** A convolution whose filters have the channels that they read, then those that they make. */
export function filtered(place: Place, parts: Convolving): AxedValue {
  const { x, weight, channels } = parts;
  const rank = weight.axes.length;
  const filters = { weight, inputs: rank - 2, outputs: rank - 1, groups: 1 };
  return convolve(place, x, channels, filters, allSizes(parts)).output;
}

/** A convolution turned round: its filters have the channels that it makes before those that it reads. */
export function turnedRound(place: Place, parts: Convolving): AxedValue {
  const { x, weight, channels } = parts;
  const rank = weight.axes.length;
  const filters = { weight, inputs: rank - 1, outputs: rank - 2, groups: 1 };
  return convolve(place, x, channels, filters, allSizes(parts)).output;
}

/** A convolution of every channel by itself, each giving as many as the last axis of the filters has. */
export function eachChannel(place: Place, { x, weight, channels, sizes }: Convolving): AxedValue {
  const { axes } = place;
  holdSome(place, x, [...sizes.keys()], 'the convolution goes along it');
  const [own, copies] = weight.axes.slice(-2) as [Axis, Axis];
  const [ofOwn, ofCopies] = weight.zero.slice(-2);
  holdSome(place, weight, [...weight.axes.keys()].slice(0, -2), 'the convolution goes along it');
  axes.unite(x.axes[channels]!, own, whyAt(place, channels, 'its filters line up with it'));
  if (weight.parameter) axes.mark(own, 'makes');
  if (copies.dim === 1) axes.hold(copies, whyAt(place, channels, 'it has one index'));
  else if (weight.parameter) axes.mark(copies, 'makes');
  const made = copies.dim === 1 ? own : axes.merge([own, copies]);
  return computed(
    x.axes.map((axis, i) =>
      i === channels
        ? made
        : sizes.has(i)
          ? axes.held(sizes.get(i)!, whyAt(place, i, 'the convolution goes along it'))
          : axis,
    ),
    x.axes.map((_, i) => i === channels && (ofOwn! || x.zero[i]!) && (copies.dim === 1 || ofCopies!)),
  );
}

/** The axes that windows go along, of a value with channels. */
export function spatialOf(rank: number, channels: number): readonly number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 0 && i !== channels);
}

/** A vector lined up with the channels of a value. */
export function alongChannels<Value extends AxedValue>(
  place: Place,
  vector: Value,
  { axes }: AxedValue,
  channels: number,
): AxedValue {
  const behind = axes.length - 1 - channels;
  if (vector.axes.length !== 1 || behind === 0) return vector;
  return unsqueeze(
    place,
    vector,
    Array.from({ length: behind }, (_, i) => i + 1),
  );
}

/** Axes that windows go along, in new lengths; the others go through. */
export function goAlong(
  place: Place,
  x: AxedValue,
  sizes: ReadonlyMap<number, Dim>,
  what: string,
): AxedValue {
  holdSome(place, x, [...sizes.keys()], what);
  return computed(
    x.axes.map((axis, i) => (sizes.has(i) ? place.axes.held(sizes.get(i)!, whyAt(place, i, what)) : axis)),
    x.zero.map((each, i) => each && !sizes.has(i)),
  );
}
