import { columnsOfConvolution } from '@synaprune/refit';
import type { HostTensor, PartSource } from './part.js';

/** How a convolution moves over its input. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros before and behind each spatial axis, all before first, where they are told. */
  readonly padding: 'same' | 'valid' | readonly number[];
  readonly channels: 'first' | 'last';
}

/** The window of a convolutional layer, of what it saves; `undefined` where tfjs itself would not run it. */
export function windowOf({ config }: PartSource, axes: number): Window | undefined {
  const { kernelSize, strides, dilationRate, padding, dataFormat } = config;
  if (padding !== 'same' && padding !== 'valid' && !Array.isArray(padding)) return undefined;
  return {
    kernel: edges(kernelSize, axes),
    strides: edges(strides ?? 1, axes),
    dilations: edges(dilationRate ?? 1, axes),
    padding,
    channels: dataFormat === 'channelsFirst' ? 'first' : 'last',
  };
}

function edges(value: unknown, axes: number): number[] {
  const list = [value].flat() as number[];
  return list.length === axes ? list : new Array<number>(axes).fill(list[0]!);
}

/** Spatial edges of an input. */
export function spatialOf(
  shape: readonly number[],
  { channels }: Pick<Window, 'channels'>,
): readonly number[] {
  return channels === 'last' ? shape.slice(1, -1) : shape.slice(2);
}

/** Channels of an input. */
export function channelsOf(shape: readonly number[], { channels }: Pick<Window, 'channels'>): number {
  return channels === 'last' ? shape[shape.length - 1]! : shape[1]!;
}

/** How far a kernel reaches along an axis. */
const reachOf = ({ kernel, dilations }: Window, i: number): number => (kernel[i]! - 1) * dilations[i]! + 1;

/** Positions of the output. */
export function outputEdges(shape: readonly number[], window: Window): readonly number[] {
  const { padding, strides } = window;
  return spatialOf(shape, window).map((edge, i) => {
    if (padding === 'same') return Math.ceil(edge / strides[i]!);
    const zeros = padding === 'valid' ? 0 : padding[i]! + padding[i + padding.length / 2]!;
    return Math.max(0, Math.floor((edge + zeros - reachOf(window, i)) / strides[i]!) + 1);
  });
}

/** Zeros before each spatial axis, then behind each. */
function padsOf(shape: readonly number[], window: Window): readonly number[] {
  const { padding, strides } = window;
  if (padding !== 'same' && padding !== 'valid') return padding;
  const outputs = outputEdges(shape, window);
  const needed = spatialOf(shape, window).map((edge, i) =>
    padding === 'valid' ? 0 : Math.max(0, (outputs[i]! - 1) * strides[i]! + reachOf(window, i) - edge),
  );
  const before = needed.map((zeros) => Math.floor(zeros / 2));
  return [...before, ...needed.map((zeros, i) => zeros - before[i]!)];
}

/** What a convolution multiplies its kernel with: `[samples, …kernel, channels]`. */
export function patchesOf(input: HostTensor, window: Window, most: number): Float32Array {
  const { kernel, strides, dilations } = window;
  const spatial = spatialOf(input.shape, window);
  const { columns } = columnsOfConvolution({
    input: channelsLast(input, window),
    shape: [input.shape[0]!, ...spatial, channelsOf(input.shape, window)],
    kernel,
    strides,
    dilations,
    pads: [...padsOf(input.shape, window)],
    channels: 'last',
    positions: most,
  });
  return columns;
}

/** The values of an input with channels behind. */
export function channelsLast(
  { values, shape }: HostTensor,
  { channels }: Pick<Window, 'channels'>,
): Float32Array {
  if (channels === 'last') return values;
  const [batch, count] = shape as [number, number];
  const plane = values.length / (batch * count);
  const moved = new Float32Array(values.length);
  for (let b = 0; b < batch; b += 1) {
    for (let c = 0; c < count; c += 1) {
      const from = (b * count + c) * plane;
      for (let i = 0; i < plane; i += 1) moved[(b * plane + i) * count + c] = values[from + i]!;
    }
  }
  return moved;
}
