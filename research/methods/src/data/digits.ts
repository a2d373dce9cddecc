import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Pixels of a digit, 28 by 28. */
export const PIXELS = 784;

/** Handwritten digits: a row of pixels in [0, 1] each, and what they are. */
export interface Digits {
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

/**
 * The 10,000 digits of the package `mnist`, as the benchmarks and the page of examples split them: of each class the
 * last fifth is held out.
 */
export function readDigits(): { readonly training: Digits; readonly heldOut: Digits } {
  const require = createRequire(import.meta.url);
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const path = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { readonly data: readonly number[] };
    const pixels = Float32Array.from(data);
    const cut = PIXELS * Math.floor((0.8 * pixels.length) / PIXELS);
    return { training: pixels.subarray(0, cut), heldOut: pixels.subarray(cut) };
  });
  return {
    training: join(classes.map(({ training }) => training)),
    heldOut: join(classes.map(({ heldOut }) => heldOut)),
  };
}

/** The digits of all classes, given from 0 to 9, one class after the other. */
function join(classes: readonly Float32Array[]): Digits {
  const pixels = new Float32Array(classes.reduce((sum, { length }) => sum + length, 0));
  const labels = new Uint8Array(pixels.length / PIXELS);
  let at = 0;
  for (const [digit, own] of classes.entries()) {
    pixels.set(own, at);
    labels.fill(digit, at / PIXELS, (at + own.length) / PIXELS);
    at += own.length;
  }
  return { pixels, labels };
}
