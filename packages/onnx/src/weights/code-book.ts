import { LARGEST_MAGNITUDE } from '@synaprune/core';
import type { CodeBook } from '@synaprune/host/stored';
import { type DataType, integerFormat, isQuantised } from '../elements/element-type.js';
import type { Quantisation } from './quantisation.js';

/** A table of more is none any more. */
const MOST_CODES = 1 << 24;

/**
 * What the integers of a quantised weight rank by, and their zero points, as a table; `undefined` where they are no whole
 * bytes, or there are more parameters than a table holds.
 */
export function codeBookOf(type: DataType, quantisation: Quantisation): CodeBook | undefined {
  if (!isQuantised(type)) return undefined;
  const { bits, signed } = integerFormat(type as 'int8') ?? { bits: 0, signed: false };
  if (bits !== 8 && bits !== 16) return undefined;
  const { zeroPoints, order } = quantisation;
  // With several parameters in another order there is no table.
  if (order === undefined && Math.max(zeroPoints.length, quantisation.scales.length) > 1) return undefined;
  const { rows = 1 } = order ?? {};
  if (rows * 2 ** bits > MOST_CODES) return undefined;
  const mask = 2 ** bits - 1;
  const at = (values: readonly number[], row: number): number => values[values.length === 1 ? 0 : row]!;
  return {
    bits,
    ...order,
    zeros: Array.from({ length: rows }, (_, row) => at(zeroPoints, row) & mask),
    magnitudes: (row, into) => rankAll(into, signed, at(zeroPoints, row), at(quantisation.scales, row)),
  };
}

/** Outside of what is made anew for each book: there, engines would not have compiled it yet. */
function rankAll(into: Int32Array, signed: boolean, zeroPoint: number, scale: number): void {
  const floats = new Float32Array(into.buffer, into.byteOffset, into.length);
  // Signed codes of the upper half stand for numbers below zero.
  const half = signed ? into.length / 2 : into.length;
  for (let code = 0; code < into.length; code += 1)
    floats[code] = ((code < half ? code : code - into.length) - zeroPoint) * scale;
  for (let code = 0; code < into.length; code += 1) into[code]! &= LARGEST_MAGNITUDE;
}
