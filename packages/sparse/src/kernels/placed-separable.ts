import { requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { SparseWeights } from '../pack/sparse-weights.js';
import { ACTIVATIONS, type Activation } from './kernels.js';
import { requireInside } from './require-inside.js';

/** Of something that has two edges: down, and to the right. */
export type Edges = readonly [down: number, right: number];

/**
 * A separable convolution inside a memory: a depthwise one, with one filter for each channel, and the product of its pixels.
 * Offsets are in bytes, and multiples of four.
 */
export interface PlacedSeparable {
  /** Of `[images, height, width, inputs]`; the number of inputs is a multiple of four. */
  readonly inputs: number;
  /** Of `[images, rows, columns, outputs]`, written to. It must not overlap what is read. */
  readonly out: number;
  /** Of the depthwise filters, `[window, inputs]`. */
  readonly filter: number;
  /** 1 unless told. */
  readonly images?: number;
  /** Height and width of an image. */
  readonly size: Edges;
  /** Edges of the window. */
  readonly window: Edges;
  /** Rows and columns of places that the window takes. */
  readonly places: Edges;
  /** How far it moves; 1 unless told. */
  readonly strides?: Edges;
  /** From one pixel of it to the next; 1 unless told. */
  readonly dilations?: Edges;
  /** Zeros above and to the left of an image; none unless told. What lies behind its other edges is 0 too. */
  readonly before?: Edges;
  /** Of what the sums start from, one for each output: nothing unless told. */
  readonly bias?: number;
  /** `linear` unless told. */
  readonly activation?: Activation;
}

const CALLER = 'convolve of placed weights';
const KEYS = [
  ...['inputs', 'out', 'filter', 'images', 'size', 'window', 'places', 'strides', 'dilations', 'before'],
  ...['bias', 'activation'],
];
const ONES: Edges = [1, 1];

/** @throws TypeError | RangeError where a part is not in the memory, or inputs are no multiple of four; a bias of 0 is none */
export function checkSeparable(
  sizeBytes: number,
  { shape: [outputs, inputs] }: SparseWeights,
  convolution: PlacedSeparable,
): Required<PlacedSeparable> {
  requireOptions(CALLER, '', convolution as unknown, KEYS);
  const { images = 1, strides = ONES, dilations = ONES, before = [0, 0], ...rest } = convolution;
  const { size, window, places, bias, activation = 'linear' } = rest;
  requireWhole(CALLER, 'images', images);
  for (const [field, edges] of Object.entries({ size, window, places, strides, dilations })) {
    for (const i of [0, 1]) requireWhole(CALLER, `${field}[${i}]`, edges?.[i], 1);
  }
  for (const i of [0, 1]) requireWhole(CALLER, `before[${i}]`, before[i]);
  requireChoice(CALLER, 'activation', activation, ACTIVATIONS);
  if (inputs % 4 !== 0) throw new RangeError(`${CALLER} needs inputs in fours, got weights of ${inputs}`);
  requireInside(CALLER, 'inputs', rest.inputs, images * size[0] * size[1] * inputs, sizeBytes);
  requireInside(CALLER, 'out', rest.out, images * places[0] * places[1] * outputs, sizeBytes);
  requireInside(CALLER, 'filter', rest.filter, window[0] * window[1] * inputs, sizeBytes);
  if (bias !== undefined) requireInside(CALLER, 'bias', bias, outputs, sizeBytes, 4);
  return { ...rest, images, strides, dilations, before, bias: bias ?? 0, activation };
}
