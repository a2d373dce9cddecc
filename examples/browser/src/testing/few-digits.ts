import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const PIXELS = 28 * 28;
/** Images of each digit that are left: 400 in all to train on, 100 to test on. */
const EACH = 50;

/**
 * Serves the first images of each digit instead of all: a test of the model is over in a twentieth of its time, which on
 * emulated graphics is most of a run's. The server does, and not the browser's own tools: while those look at what a page
 * asks for, nothing of it is cached.
 *
 * @param file the built page's data file of digits
 */
export function serveFewDigits(file: URL): Plugin {
  const body = fewDigits(gunzipSync(readFileSync(file)));
  return {
    name: 'few-digits',
    configurePreviewServer({ middlewares }) {
      middlewares.use('/data/digits.bin', (_, answer) => {
        answer.setHeader('Content-Type', 'application/octet-stream');
        answer.end(body);
      });
    },
  };
}

function fewDigits(all: Buffer): Buffer {
  const counts = Array.from({ length: 10 }, (_, digit) => all.readUInt32LE(4 * digit));
  const header = Buffer.alloc(40);
  let from = header.length;
  const images = counts.map((count, digit) => {
    header.writeUInt32LE(EACH, 4 * digit);
    const own = all.subarray(from, from + EACH * PIXELS);
    from += count * PIXELS;
    return own;
  });
  return gzipSync(Buffer.concat([header, ...images]));
}
