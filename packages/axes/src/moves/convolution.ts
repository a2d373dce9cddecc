import { SizesDiffer } from '../axes/axes.js';
import type { Axis } from '../axes/axis.js';
import type { Dim } from '../axes/dim.js';
import type { Birth } from '../units/units.js';
import { contract } from './products.js';
import { type AxedValue, computed, holdSome, type Place, whyAt } from './value.js';

/** How a convolution's filters lie. */
export interface Filters {
  readonly weight: AxedValue;
  /** The axis of `weight` with the input channels of one group; with all of them where `transposed`. */
  readonly inputs: number;
  /** The axis of `weight` with all output channels; with those of one group where `transposed`. */
  readonly outputs: number;
  readonly groups: number;
  /** Whether input channels are stored group by group, as transposed convolutions have them. */
  readonly transposed?: boolean;
  readonly bias?: AxedValue | undefined;
}

/** A convolution, and the axis of its groups where it has more than one. */
export interface Convolved {
  readonly output: AxedValue;
  readonly groups?: Axis;
}

/**
 * A convolution over every axis of `x` but the first and the channels. In groups, a group goes as a whole, or the same
 * place in every group does.
 *
 * @param channels the axis of `x`
 * @param sizes of the output's axes; those of the first and the channels are not looked at
 * @throws SizesDiffer
 */
export function convolve(
  place: Place,
  x: AxedValue,
  channels: number,
  filters: Filters,
  sizes: readonly Dim[],
): Convolved {
  const { axes } = place;
  const { weight, bias, groups } = filters;
  const spatial = x.axes.map((_, i) => i).filter((i) => i !== 0 && i !== channels);
  holdSome(place, x, spatial, 'the convolution goes along it');
  const windows = weight.axes.map((_, i) => i).filter((i) => i !== filters.inputs && i !== filters.outputs);
  holdSome(place, weight, windows, 'the convolution goes along it');
  const [inputs, outputs] = [weight.axes[filters.inputs]!, weight.axes[filters.outputs]!];
  let made = outputs;
  let grouped: Axis | undefined;
  if (groups === 1) {
    contract(place, { value: x, axis: channels }, { value: weight, axis: filters.inputs });
  } else {
    const birth: Birth = { label: place.label, kind: 'channels' };
    const why = whyAt(place, channels, 'its groups are read by theirs');
    const stored = Number(inputs.dim);
    const count = filters.transposed ? stored : stored * groups;
    const read = x.axes[channels]!;
    if (typeof read.dim === 'number' && read.dim !== count) {
      throw new SizesDiffer(`${why}: there are ${read.dim} channels, and filters for ${count}`);
    }
    const halves = (axis: Axis, size: number) => axes.split(axis, [groups, size / groups], birth);
    // How many channels come may be left open; how many are read is not.
    const given = typeof read.dim === 'number' ? read : axes.held(count, axes.whyHeld(read) ?? why);
    const [group, own] = halves(given, count) as [Axis, Axis];
    grouped = group;
    axes.mark(inputs, 'reads');
    if (!x.zero[channels] && !weight.zero[filters.inputs]) {
      axes.hold(
        own,
        whyAt(place, channels, 'it is added up over, and units are not 0 there without weights'),
      );
    }
    if (filters.transposed) {
      const [outer, inner] = halves(inputs, count) as [Axis, Axis];
      axes.unite(group, outer, why);
      axes.unite(own, inner, why);
      made = axes.merge([group, outputs]);
    } else {
      const [outer] = halves(outputs, outputs.dim as number) as [Axis, Axis];
      axes.unite(group, outer, why);
      axes.unite(own, inputs, why);
    }
  }
  if (weight.parameter) axes.mark(outputs, 'makes');
  if (bias !== undefined)
    axes.unite(made, bias.axes[0]!, whyAt(place, channels, 'its bias lines up with it'));
  // Filters that are computed, of sigmoids say, need not be 0 without what they are computed of.
  const silent =
    weight.zero[filters.outputs]! && (!(filters.transposed && groups > 1) || weight.zero[filters.inputs]!);
  const output = computed(
    x.axes.map((axis, i) =>
      i === channels
        ? made
        : i === 0
          ? axis
          : axes.held(sizes[i]!, whyAt(place, i, 'the convolution goes along it')),
    ),
    x.axes.map((_, i) =>
      i === channels ? silent && (bias?.zero[0] ?? true) : bias === undefined && x.zero[i]!,
    ),
  );
  return grouped === undefined ? { output } : { output, groups: grouped };
}
