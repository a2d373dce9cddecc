import { quote } from '@synaprune/core/checks';
import { floatOfHalf } from '@synaprune/core/numbers';
import { badModel } from '../artifacts/bad-model.js';
import type { StoredWeight } from '../artifacts/open-artifacts.js';
import type { WeightBytes } from '../artifacts/weight-bytes.js';
import type { CheckedSpec } from '../artifacts/weight-spec.js';

/**
 * The values of a weight as tfjs loads them, row-major: `code · scale + min` where it is quantised. int32 and bool come
 * as the numbers they are.
 *
 * @throws PruneError `bad-model` when it holds strings or complex numbers
 */
export function readFloats(weight: StoredWeight, bytes: WeightBytes): Float32Array {
  return decodeFloats(weight, bytes.read(weight.offset, weight.length));
}

/** As {@link readFloats}, of the weight's own bytes, which begin their buffer. */
export function decodeFloats(
  spec: Pick<CheckedSpec, 'name' | 'dtype' | 'quantization'>,
  { buffer }: Uint8Array<ArrayBuffer>,
): Float32Array {
  const { name, dtype, quantization } = spec;
  if (quantization !== undefined) {
    if (quantization.dtype === 'float16') return Float32Array.from(new Uint16Array(buffer), floatOfHalf);
    const { scale = 1, min = 0 } = quantization;
    const codes = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
    const values = new Float32Array(codes.length);
    for (let i = 0; i < codes.length; i += 1) values[i] = codes[i]! * scale + min;
    return dtype === 'int32' ? values.map(Math.round) : values;
  }
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'int32') return Float32Array.from(new Int32Array(buffer));
  if (dtype === 'bool') return Float32Array.from(new Uint8Array(buffer));
  throw badModel(`the weight ${quote(name)} holds ${dtype}, where numbers are needed`);
}

/**
 * The whole numbers of an int32 or bool weight, row-major, as they are: shapes, axes, sizes.
 *
 * @throws PruneError `bad-model` when it holds anything else
 */
export function readWholes(weight: StoredWeight, bytes: WeightBytes): number[] {
  const { name, dtype, quantization } = weight;
  const { buffer } = bytes.read(weight.offset, weight.length);
  if (quantization === undefined && dtype === 'int32') return [...new Int32Array(buffer)];
  if (quantization === undefined && dtype === 'bool') return [...new Uint8Array(buffer)];
  if (dtype !== 'int32' || quantization === undefined || quantization.dtype === 'float16') {
    throw badModel(`the weight ${quote(name)} holds ${dtype}, where whole numbers are needed`);
  }
  const { scale = 1, min = 0 } = quantization;
  const codes = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Array.from(codes, (code) => Math.round(code * scale + min));
}
