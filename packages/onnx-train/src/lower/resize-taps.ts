import { range } from '../arithmetic/arithmetic.js';

/** One axis of an image that gets another size. */
export interface AxisToResize {
  readonly size: number;
  readonly resized: number;
  readonly scale: number;
  /** What part of the axis is looked at, where the coordinates ask for one; 0 and 1 are its ends. */
  readonly region: readonly [start: number, end: number] | readonly number[];
}

/** Where the element `at` of a resized axis lies on the axis that it is made of. */
export type Coordinate = (at: number, axis: AxisToResize) => number;

/** How elements between elements are made. */
export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinate: Coordinate;
  readonly round: (x: number) => number;
  /** Whether what lies outside is a value of its own. */
  readonly crops: boolean;
  readonly cubic: number;
  readonly antialias: boolean;
  readonly excludesOutside: boolean;
}

/** Elements that one is made of, by their indices, and how much of each. */
export type Taps = readonly (readonly [index: number, weight: number])[];

const halfPixel: Coordinate = (at, { scale }) => (at + 0.5) / scale - 0.5;

export const coordinates: Readonly<Record<string, Coordinate>> = {
  asymmetric: (at, { scale }) => at / scale,
  half_pixel: halfPixel,
  pytorch_half_pixel: (at, axis) => (axis.resized > 1 ? halfPixel(at, axis) : 0),
  half_pixel_symmetric: (at, axis) => {
    const { size, resized, scale } = axis;
    return (size / 2) * (1 - resized / (scale * size)) + halfPixel(at, axis);
  },
  align_corners: (at, { size, resized }) => (resized > 1 ? (at * (size - 1)) / (resized - 1) : 0),
  tf_crop_and_resize: (at, { size, resized, region }) => {
    const [start, end] = region as readonly [number, number];
    const last = size - 1;
    if (resized === 1) return ((start + end) * last) / 2;
    return start * last + (at * (end - start) * last) / (resized - 1);
  },
};

export const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic convolution, 0 from a distance of 2 on. */
function cubicWeight(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/**
 * The elements that each element of a resized axis is made of, with their weights, and whether it lies beyond the
 * image. With antialias the filter is as much wider as the axis becomes shorter.
 */
export function tapsOf(
  axis: AxisToResize,
  interpolation: Interpolation,
): { readonly taps: readonly Taps[]; readonly beyond: readonly boolean[] } {
  const { size, resized, scale } = axis;
  const { mode, coordinate, round, crops, cubic, antialias, excludesOutside } = interpolation;
  const within = (index: number) => Math.min(Math.max(index, 0), size - 1);
  const at = range(resized).map((to) => coordinate(to, axis));
  const beyond = at.map((from) => crops && (from < 0 || from > size - 1));
  const narrow = antialias ? Math.min(scale, 1) : 1;
  const reach = (mode === 'cubic' ? 2 : 1) / narrow;
  const filter = (distance: number) =>
    mode === 'cubic' ? cubicWeight(distance, cubic) : Math.max(0, 1 - Math.abs(distance));
  const taps = at.map((from): Taps => {
    if (mode === 'nearest') return [[within(round(from)), 1]];
    const first = Math.floor(from - reach) + 1;
    const weighted = range(Math.ceil(from + reach) - first)
      .map((index) => [first + index, filter((first + index - from) * narrow)] as const)
      .filter(([index]) => !excludesOutside || within(index) === index);
    const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
    const share = antialias || excludesOutside ? total : 1;
    return weighted.map(([index, weight]) => [within(index), weight / share]);
  });
  return { taps, beyond };
}
