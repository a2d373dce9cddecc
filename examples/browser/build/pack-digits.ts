import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const PIXELS = 28 * 28;

/**
 * The digits of the package `mnist`, a fortieth of its JSON: how many there are of each of 0 … 9 (little-endian,
 * 32 bits), then their pixels (a byte each, 0 is paper, 255 is ink) in that order, gzipped.
 *
 * @throws Error when a file does not hold whole images with values in [0, 1]
 */
export function packDigits(): Uint8Array {
  const require = createRequire(import.meta.url);
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const path = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { readonly data: readonly number[] };
    if (data.length % PIXELS !== 0) throw new Error(`${path}: ${data.length} values are no whole images`);
    const outside = data.find((value) => !(value >= 0 && value <= 1));
    if (outside !== undefined) throw new Error(`${path}: needed values in [0, 1], got ${outside}`);
    return Uint8Array.from(data, (value) => Math.round(255 * value));
  });
  const counts = new DataView(new ArrayBuffer(40));
  for (const [digit, pixels] of classes.entries()) counts.setUint32(4 * digit, pixels.length / PIXELS, true);
  return gzipSync(Buffer.concat([new Uint8Array(counts.buffer), ...classes]), { level: 9 });
}
