import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const PIXELS = 28 * 28;
/** Images of each digit that are left: 400 in all to train on, 100 to test on. */
const EACH = 50;
/** Days of births that are left, of two bytes each: the last fifth of them to test on. */
const DAYS = 730;

/**
 * Serves the first images of each digit and the first days of births instead of all: a test of the model is over in a
 * twentieth of its time, which is most of a short run's. The server does, and not the browser's own tools: while those look
 * at what a page asks for, nothing of it is cached.
 *
 * @param folder the built page's data files
 */
export function serveFewData(folder: URL): Plugin {
  const read = (name: string) => gunzipSync(readFileSync(new URL(name, folder)));
  const files = {
    'digits.bin': fewDigits(read('digits.bin')),
    'births.bin': read('births.bin').subarray(0, 2 * DAYS),
  };
  return {
    name: 'few-data',
    configurePreviewServer({ middlewares }) {
      for (const [name, bytes] of Object.entries(files)) {
        const body = gzipSync(bytes);
        middlewares.use(`/data/${name}`, (_, answer) => {
          answer.setHeader('Content-Type', 'application/octet-stream');
          answer.end(body);
        });
      }
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
  return Buffer.concat([header, ...images]);
}
