import { describe, listNames } from '@synaprune/core/checks';
import type { Quantization } from '../artifacts/artifacts.js';
import { LARGEST_FLOAT16, toFloat16 } from './float16.js';

const DTYPES: readonly Quantization['dtype'][] = ['float16', 'uint8', 'uint16'];

/** Values in fewer bits, as tfjs reads them back. */
export interface Quantised {
  readonly quantization: Quantization;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Float32 values in 8 or 16 bits each, as files of tfjs have them: codes that stand for `code · scale + min`, or
 * float16. Zero stays exactly zero, and nothing else becomes zero, however small: what rounds there gets the smallest
 * value beside it. So what was dropped can be told from the file.
 *
 * @returns `undefined` where the type cannot hold the values: NaN, infinities, too large for a float16
 *
 * @throws TypeError when an argument has a wrong type, or there is no such `dtype`
 *
 * @example
 * ```ts
 * import { quantiseValues } from '@synaprune/tfjs-files';
 *
 * const made = quantiseValues(Float32Array.of(-1, 0, 0.001), 'uint8');
 * const { scale = 1, min = 0 } = made?.quantization ?? {};
 * console.log(Array.from(made?.bytes ?? [], (code) => code * scale + min)[1]); // 0
 * ```
 */
export function quantiseValues(values: Float32Array, dtype: Quantization['dtype']): Quantised | undefined {
  if (!(values instanceof Float32Array)) {
    throw new TypeError(`quantiseValues needs values to be a Float32Array, got ${describe(values)}`);
  }
  if (!DTYPES.includes(dtype)) {
    throw new TypeError(
      `quantiseValues needs dtype to be one of ${listNames(DTYPES)}, got ${describe(dtype)}`,
    );
  }
  let [least, most] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) return undefined;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (dtype === 'float16') {
    if (Math.max(-least, most) > LARGEST_FLOAT16) return undefined;
    return { quantization: { dtype }, bytes: bytesOf(Uint16Array.from(values, toFloat16)) };
  }
  const levels = dtype === 'uint8' ? 255 : 65_535;
  const { zero, scale } = zeroLevel(least, most, levels);
  const level = (value: number): number => {
    if (value === 0) return zero;
    const nearest = Math.min(levels, Math.max(0, Math.round(value / scale) + zero));
    return nearest === zero ? zero + Math.sign(value) : nearest;
  };
  const made = dtype === 'uint8' ? Uint8Array.from(values, level) : Uint16Array.from(values, level);
  // tfjs reads `level · scale + min`, which is exactly 0 at this level, because both products are the same.
  return { quantization: { dtype, scale, min: -(zero * scale) }, bytes: bytesOf(made) };
}

/**
 * The level that stands for zero, with one below it where there is anything below zero and one above it where
 * there is anything above; and the step between levels, the smallest that reaches both ends from there.
 */
function zeroLevel(
  least: number,
  most: number,
  levels: number,
): { readonly zero: number; readonly scale: number } {
  const even = most === least ? 0 : (levels * -least) / (most - least);
  const choices = [Math.floor(even), Math.ceil(even)].map((level) => {
    const zero = Math.min(most > 0 ? levels - 1 : levels, Math.max(least < 0 ? 1 : 0, level));
    const scale = Math.max(zero > 0 ? -least / zero : 0, zero < levels ? most / (levels - zero) : 0);
    return { zero, scale: scale || 1 };
  });
  return choices.reduce((best, choice) => (choice.scale < best.scale ? choice : best));
}

function bytesOf(codes: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(codes.buffer);
}
