import { describe, requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';

/** What {@link columnsOfConvolution} is told. Spatial axes may be any number: 1 (audio), 2 (images), 3 (volumes). */
export interface ConvolutionColumnsOptions {
  /** A layer's input, row-major. */
  readonly input: Float32Array;
  /** `[batch, channels, …spatial]`, or `[batch, …spatial, channels]` where channels come last. */
  readonly shape: readonly number[];
  /** Edges of the kernel, one for each spatial axis. */
  readonly kernel: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  /** Zeros before each spatial axis, then behind each, as ONNX has them: `[top, left, bottom, right]`. 0 unless told. */
  readonly pads?: readonly number[];
  /** Groups of the convolution; 1 unless told. */
  readonly groups?: number;
  /** Which group's inputs, from 0. */
  readonly group?: number;
  /** Where channels stand, in the input and in the columns. First unless told, as in ONNX. */
  readonly channels?: 'first' | 'last';
  /** Most positions taken, evenly strided over batch and space. All of them unless told. */
  readonly positions?: number;
}

/**
 * What a convolution multiplies with its kernel, as rows of a matrix (im2col): a sample for each position of its output.
 * Features stand as in the kernel of the format: `[channels / groups, …kernel]` with channels first (ONNX, a row of the
 * weight), `[…kernel, channels / groups]` with channels last (TensorFlow).
 *
 * @returns `[samples, channels / groups · kernel elements]`, row-major, and how many positions the output has
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type, length or range
 *
 * @example
 * ```ts
 * import { columnsOfConvolution } from '@synaprune/refit';
 *
 * const { columns, samples } = columnsOfConvolution({
 *   input: Float32Array.of(1, 2, 3, 4),
 *   shape: [1, 1, 4],
 *   kernel: [3],
 * });
 * console.log(samples, [...columns]); // 2 [ 1, 2, 3, 2, 3, 4 ]
 * ```
 */
export function columnsOfConvolution(options: ConvolutionColumnsOptions): {
  readonly columns: Float32Array;
  readonly samples: number;
  readonly features: number;
  readonly positions: number;
} {
  const { input, batch, channels, last, spatial, kernel, strides, dilations, pads, groups, group, most } =
    check(options);
  const axes = kernel.length;
  const outputs = spatial.map((edge, i) => {
    const reach = (kernel[i]! - 1) * dilations[i]! + 1;
    return Math.floor((edge + pads[i]! + pads[axes + i]! - reach) / strides[i]!) + 1;
  });
  const smallest = outputs.findIndex((edge) => edge < 1);
  if (smallest >= 0) {
    throw new RangeError(
      `${CALLER} needs an input that the kernel fits into; axis ${smallest} has ${spatial[smallest]} elements`,
    );
  }

  const area = product(outputs);
  const positions = batch * area;
  const samples = Math.min(positions, most);
  const own = channels / groups;
  const taps = product(kernel);
  const features = own * taps;
  const columns = new Float32Array(samples * features);
  const plane = product(spatial);
  // Distances in the input and in a sample, of one channel and of one tap of the kernel.
  const [channelStep, tapStep] = last ? [1, channels] : [plane, 1];
  const [channelFeature, tapFeature] = last ? [1, own] : [taps, 1];

  for (let sample = 0; sample < samples; sample += 1) {
    const position = Math.floor((sample * positions) / samples);
    const image = Math.floor(position / area) * channels * plane + group * own * channelStep;
    const corner = cornerOf(position % area, outputs, strides, pads);
    for (let tap = 0; tap < taps; tap += 1) {
      const at = placeOf(tap, kernel, dilations, corner, spatial);
      if (at < 0) continue;
      const from = image + at * tapStep;
      const to = sample * features + tap * tapFeature;
      for (let c = 0; c < own; c += 1) columns[to + c * channelFeature] = input[from + c * channelStep]!;
    }
  }
  return { columns, samples, features, positions };
}

const CALLER = 'columnsOfConvolution';

/** Where the kernel's first tap falls, on each spatial axis: below 0 in the padding. */
function cornerOf(
  position: number,
  outputs: readonly number[],
  strides: readonly number[],
  pads: readonly number[],
): readonly number[] {
  const corner: number[] = new Array(outputs.length);
  let left = position;
  for (let i = outputs.length - 1; i >= 0; i -= 1) {
    corner[i] = (left % outputs[i]!) * strides[i]! - pads[i]!;
    left = Math.floor(left / outputs[i]!);
  }
  return corner;
}

/** The index in the plane where a tap falls, or -1 in the padding. */
function placeOf(
  tap: number,
  kernel: readonly number[],
  dilations: readonly number[],
  corner: readonly number[],
  spatial: readonly number[],
): number {
  let left = tap;
  let place = 0;
  let step = 1;
  for (let i = kernel.length - 1; i >= 0; i -= 1) {
    const at = corner[i]! + (left % kernel[i]!) * dilations[i]!;
    if (at < 0 || at >= spatial[i]!) return -1;
    place += at * step;
    step *= spatial[i]!;
    left = Math.floor(left / kernel[i]!);
  }
  return place;
}

function check(options: ConvolutionColumnsOptions) {
  requireOptions(CALLER, '', options, KEYS);
  const { input, shape, kernel, groups = 1, group = 0, channels = 'first', positions } = options;
  requireEdges('shape', shape, undefined, 1);
  if (!(input instanceof Float32Array)) {
    throw new TypeError(`${CALLER} needs input to be a Float32Array, got ${describe(input)}`);
  }
  if (input.length !== product(shape)) {
    throw new RangeError(
      `${CALLER} needs ${product(shape)} numbers for an input of shape [${shape}], got ${input.length}`,
    );
  }
  if (shape.length < 3) {
    throw new RangeError(`${CALLER} needs shape to have batch, channels and space, got [${shape}]`);
  }
  const axes = shape.length - 2;
  const { strides = shape.slice(2).fill(1), dilations = shape.slice(2).fill(1) } = options;
  const { pads = new Array<number>(2 * axes).fill(0) } = options;
  requireEdges('kernel', kernel, axes, 1);
  requireEdges('strides', strides, axes, 1);
  requireEdges('dilations', dilations, axes, 1);
  requireEdges('pads', pads, 2 * axes, 0);
  requireChoice(CALLER, 'channels', channels, ['first', 'last']);
  requireWhole(CALLER, 'groups', groups, 1);
  requireWhole(CALLER, 'group', group);
  if (positions !== undefined) requireWhole(CALLER, 'positions', positions, 1);
  const last = channels === 'last';
  const count = last ? shape[shape.length - 1]! : shape[1]!;
  if (count % groups !== 0 || group >= groups) {
    throw new RangeError(
      `${CALLER} needs groups that divide ${count} channels and group below groups, got groups ${groups}, group ${group}`,
    );
  }
  return {
    input,
    batch: shape[0]!,
    channels: count,
    last,
    spatial: last ? shape.slice(1, -1) : shape.slice(2),
    kernel,
    strides,
    dilations,
    pads,
    groups,
    group,
    most: positions ?? Number.MAX_SAFE_INTEGER,
  };
}

const KEYS = [
  'input',
  'shape',
  'kernel',
  'strides',
  'dilations',
  'pads',
  'groups',
  'group',
  'channels',
  'positions',
];

function requireEdges(field: string, edges: unknown, length: number | undefined, least: number): void {
  if (!Array.isArray(edges) || (length !== undefined && edges.length !== length)) {
    const needed = length === undefined ? 'a list of numbers' : `a list of ${length} numbers`;
    throw new TypeError(`${CALLER} needs ${field} to be ${needed}, got ${describe(edges)}`);
  }
  for (const [i, edge] of edges.entries()) requireWhole(CALLER, `${field}[${i}]`, edge, least);
}

function product(edges: readonly number[]): number {
  return edges.reduce((all, edge) => all * edge, 1);
}
