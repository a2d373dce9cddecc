import { gzipSync } from 'node:zlib';
import { loadBirths } from '@synaprune/examples-kit/built-in/births';

/**
 * Births a day from 1969-01-01 on, without a gap: one little-endian 16-bit number a day, gzipped.
 *
 * @throws Error when a number is none, too large, or not of the day after the one before
 */
export function packBirths(): Uint8Array {
  const { columns, dates } = loadBirths();
  const { values } = columns[0]!;
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  for (const [row, births] of values.entries()) {
    if (dates?.[row] !== Date.UTC(1969, 0, 1 + row)) {
      throw new Error(`births needs one row a day from 1969-01-01 on, got another one as row ${row}`);
    }
    if (!Number.isInteger(births) || births < 0 || births > 0xffff) {
      throw new Error(`births needs numbers in 0 … 65535, got ${births} in row ${row}`);
    }
    bytes.setUint16(2 * row, births, true);
  }
  return gzipSync(new Uint8Array(bytes.buffer), { level: 9 });
}
