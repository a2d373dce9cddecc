import type { StoredWeight } from '../artifacts/open-artifacts.js';
import { decodeFloats } from '../elements/read-values.js';

/** How the elements of a weight are ranked and dropped, where they lie. `bytes` are the weight's own, from their start. */
export interface WeightFormat {
  /** What a dropped element stands for: 0, or of a quantised weight whose codes have no zero what is nearest. */
  readonly zero: number;
  /** The values as tfjs loads them, in memory of their own or that of `bytes`, which nobody else may need then. */
  rank(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** Makes every dropped element +0, or the code nearest to it; bit `i % 8` of byte `i >> 3` of `kept` is 1 for what stays. */
  clear(bytes: Uint8Array<ArrayBuffer>, kept: Uint8Array): void;
  /** Elements that are ±0, or the code nearest to it. */
  countZeros(bytes: Uint8Array<ArrayBuffer>): number;
}

/** How a weight is pruned, or why it cannot be. */
export function formatOf(weight: StoredWeight): WeightFormat | string {
  const { dtype, quantization, elements } = weight;
  if (elements === 0) return 'no elements';
  if (dtype !== 'float32') return `of type ${dtype}`;
  if (quantization === undefined) return floats(weight, ({ buffer }) => new Uint32Array(buffer), 0x7fffffff);
  if (quantization.dtype === 'float16')
    return floats(weight, ({ buffer }) => new Uint16Array(buffer), 0x7fff);
  const { scale = 1, min = 0 } = quantization;
  if (scale === 0 && min !== 0) return `quantised, and every code is ${min}`;
  const most = quantization.dtype === 'uint8' ? 255 : 65_535;
  const code = nearestToZero(scale, min, most);
  const zero = Math.fround(code * scale + min);
  // Within the range the nearest is half a step away at most; writers that round the range may miss by another half.
  if (Math.abs(zero) > Math.abs(scale)) return `quantised, and no code is near zero: the nearest is ${zero}`;
  const codesOf = ({ buffer }: Uint8Array<ArrayBuffer>): Uint8Array | Uint16Array =>
    quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return {
    zero,
    rank: (bytes) => own(decodeFloats(weight, bytes)),
    clear: (bytes, kept) => {
      const codes = codesOf(bytes);
      for (let i = 0; i < elements; i += 1) if (isDropped(kept, i)) codes[i] = code;
    },
    countZeros: (bytes) => {
      let zeros = 0;
      for (const each of codesOf(bytes)) {
        if (each === code || Math.fround(each * scale + min) === 0) zeros += 1;
      }
      return zeros;
    },
  };
}

function floats(
  weight: StoredWeight,
  bitsOf: (bytes: Uint8Array<ArrayBuffer>) => Uint16Array | Uint32Array,
  magnitude: number,
): WeightFormat {
  return {
    zero: 0,
    rank: (bytes) => own(decodeFloats(weight, bytes)),
    clear: (bytes, kept) => {
      const bits = bitsOf(bytes);
      for (let i = 0; i < weight.elements; i += 1) if (isDropped(kept, i)) bits[i] = 0;
    },
    countZeros: (bytes) => {
      let zeros = 0;
      for (const each of bitsOf(bytes)) if ((each & magnitude) === 0) zeros += 1;
      return zeros;
    },
  };
}

/** The code whose number is nearest to zero; of two as near the lower. */
function nearestToZero(scale: number, min: number, most: number): number {
  if (scale === 0) return 0;
  const exact = Math.min(most, Math.max(0, -min / scale));
  const [low, high] = [Math.floor(exact), Math.ceil(exact)];
  return Math.abs(high * scale + min) < Math.abs(low * scale + min) ? high : low;
}

function isDropped(kept: Uint8Array, i: number): boolean {
  return ((kept[i >>> 3]! >>> (i & 7)) & 1) === 0;
}

function own(values: Float32Array): Float32Array<ArrayBuffer> {
  return values as Float32Array<ArrayBuffer>;
}
