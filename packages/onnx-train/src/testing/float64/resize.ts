import { type Attributes, listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import type { TestTensor } from '../models.js';
import { at, made, type Reference } from './reference.js';

/** One axis: how long it was and becomes, by what factor, and what part of it is looked at. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  readonly region: readonly [start: number, end: number];
}

/** An element of a result, by elements that it is made of; outside: of none, by a mode that crops. */
type Mixed = readonly { readonly index: number; readonly share: number }[] | 'outside';

const originals: Readonly<Record<string, (x: number, axis: Axis) => number>> = {
  half_pixel: (x, { scale }) => (x + 0.5) / scale - 0.5,
  half_pixel_symmetric: (x, { from, to, scale }) => {
    const adjustment = to / (scale * from);
    return (from / 2) * (1 - adjustment) + (x + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (x, { to, scale }) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  align_corners: (x, { from, to }) => (to === 1 ? 0 : (x * (from - 1)) / (to - 1)),
  asymmetric: (x, { scale }) => x / scale,
  tf_crop_and_resize: (x, { from, to, region: [start, end] }) =>
    to > 1
      ? start * (from - 1) + (x * (end - start) * (from - 1)) / (to - 1)
      : 0.5 * (start + end) * (from - 1),
};

function nearest(x: number, mode: string): number {
  const [low, high] = [Math.floor(x), Math.ceil(x)];
  if (mode === 'floor') return low;
  if (mode === 'ceil') return high;
  if (x - low === 0.5) return mode === 'round_prefer_ceil' ? high : low;
  return Math.round(x);
}

function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0;
}

function mixedOf(x: number, axis: Axis, attributes: Attributes): Mixed {
  const by = textAt(attributes, 'coordinate_transformation_mode', 'half_pixel');
  const original = originals[by]!(x, axis);
  const last = axis.from - 1;
  if (by === 'tf_crop_and_resize' && (original < 0 || original > last)) return 'outside';
  const edge = (index: number) => Math.max(0, Math.min(last, index));
  const mode = textAt(attributes, 'mode', 'nearest');
  if (mode === 'nearest') {
    const index = nearest(original, textAt(attributes, 'nearest_mode', 'round_prefer_floor'));
    return [{ index: edge(index), share: 1 }];
  }
  const antialias = numberAt(attributes, 'antialias', 0) === 1;
  const exclude = numberAt(attributes, 'exclude_outside', 0) === 1;
  // A filter is stretched over all elements that one of a smaller result stands for.
  const stretch = antialias ? Math.max(1, 1 / axis.scale) : 1;
  const reach = Math.ceil((mode === 'linear' ? 1 : 2) * stretch) + 1;
  const middle = Math.floor(original);
  const mixed = Array.from({ length: 2 * reach + 1 }, (_, each) => {
    const index = middle - reach + each;
    const distance = (index - original) / stretch;
    const share =
      mode === 'linear'
        ? Math.max(0, 1 - Math.abs(distance))
        : cubic(distance, numberAt(attributes, 'cubic_coeff_a', -0.75));
    return { index, share: exclude && index !== edge(index) ? 0 : share };
  });
  const total = antialias || exclude ? mixed.reduce((sum, { share }) => sum + share, 0) : 1;
  return mixed.map(({ index, share }) => ({ index: edge(index), share: share / total }));
}

function axesOf(
  [x, roi, scales, sizes]: readonly (TestTensor | undefined)[],
  attributes: Attributes,
): readonly Axis[] {
  const { shape } = x!;
  const chosen = listAt(attributes, 'axes') ?? shape.map((_, axis) => axis);
  const ratios = chosen.map((axis, each) => (sizes ? sizes.data[each]! / shape[axis]! : scales!.data[each]!));
  const policy = textAt(attributes, 'keep_aspect_ratio_policy', 'stretch');
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return shape.map((from, axis) => {
    const each = chosen.indexOf(axis);
    if (each < 0) return { from, to: from, scale: 1, region: [0, 1] };
    const scale = sizes && policy !== 'stretch' ? ratio : ratios[each]!;
    const to = !sizes
      ? Math.floor(from * scale)
      : policy === 'stretch'
        ? sizes.data[each]!
        : Math.floor(from * scale + 0.5);
    return { from, to, scale, region: [roi?.data[each] ?? 0, roi?.data[each + chosen.length] ?? 1] };
  });
}

/** An image that gets another size. */
export const resize: Reference = (inputs, attributes) => {
  const x = inputs[0]!;
  const axes = axesOf(inputs, attributes);
  const along = axes.map((axis) => Array.from({ length: axis.to }, (_, to) => mixedOf(to, axis, attributes)));
  return made(
    axes.map(({ to }) => to),
    (index) => {
      const mixed = index.map((to, axis) => along[axis]![to]!);
      const sum = (axis: number, place: readonly number[], share: number): number => {
        if (axis === mixed.length) return share * at(x, place);
        const parts = mixed[axis] as Exclude<Mixed, 'outside'>;
        return parts.reduce(
          (total, part) =>
            part.share === 0 ? total : total + sum(axis + 1, [...place, part.index], share * part.share),
          0,
        );
      };
      return mixed.includes('outside') ? numberAt(attributes, 'extrapolation_value', 0) : sum(0, [], 1);
    },
  );
};
