import { codecOf, viewOf } from '../elements/codec.js';
import { parameterOf, readFloats } from '../elements/quantised-values.js';
import { bytesOf } from '../model/element-type.js';
import type { Tensor } from '../model/model.js';

/** How the elements of a weight are ranked and dropped, where they lie. `data` are the weight's own bytes, or a copy. */
export interface WeightFormat {
  /** The float32 numbers that it stands for, in memory of their own. */
  readonly rank: () => Float32Array<ArrayBuffer>;
  /** Makes dropped elements +0, or their zero point; bit `i % 8` of byte `i >> 3` of `kept` is 1 for what stays. */
  readonly clear: (data: Uint8Array, kept: Uint8Array) => void;
  /** Elements that are ±0, or their zero point. */
  readonly countZeros: (data: Uint8Array) => number;
}

/** How a weight is pruned, or why it cannot be. */
export function formatOf(tensor: Tensor): WeightFormat | string {
  const { type, elements, data, outside, sparse, quantisation, shape } = tensor;
  if (outside !== undefined) return outside;
  if (sparse) return 'stored sparse already';
  if (elements === 0 || data === undefined) return 'no elements';
  const codec = codecOf(type);
  if (codec === undefined) return `of type ${type}`;
  if (data.length !== bytesOf(type, elements)) return `of type ${type}, in ${data.length} bytes`;
  if (typeof quantisation === 'string') return quantisation;
  const { range, read, write } = codec;
  if (range !== undefined && quantisation === undefined) return `of type ${type}, without a scale`;
  const zeroPoints = range === undefined ? [0] : (quantisation?.zeroPoints ?? []);
  const outlying = zeroPoints.find((zero) => range !== undefined && !(zero >= range[0] && zero <= range[1]));
  if (outlying !== undefined) return `quantised, and its zero point ${outlying} is no ${type}`;
  const parameter = quantisation === undefined ? () => 0 : parameterOf(quantisation, shape);
  const zeroOf = zeroPoints.length === 1 ? () => zeroPoints[0]! : (i: number) => zeroPoints[parameter(i)]!;
  return {
    rank: () => readFloats(tensor)!,
    clear: (bytes, kept) => {
      const view = viewOf(bytes);
      for (let i = 0; i < elements; i += 1) {
        if (((kept[i >> 3]! >> (i & 7)) & 1) === 0) write(view, i, zeroOf(i));
      }
    },
    countZeros: (bytes) => {
      const view = viewOf(bytes);
      let zeros = 0;
      for (let i = 0; i < elements; i += 1) if (read(view, i) === zeroOf(i)) zeros += 1;
      return zeros;
    },
  };
}
