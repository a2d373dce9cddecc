/** Side of an image, in pixels. */
export const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** Images and what they show. */
export interface DigitSet {
  readonly count: number;
  /** A byte a pixel, 784 an image. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Takes the packed digits apart: the first four fifths of each class to train on, the rest to test on.
 *
 * @throws RangeError when the bytes are not as many as their own header says
 */
export function readDigits(bytes: Uint8Array): { readonly train: DigitSet; readonly test: DigitSet } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const counts = Array.from({ length: 10 }, (_, digit) => view.getUint32(4 * digit, true));
  const total = counts.reduce((sum, value) => sum + value, 0);
  if (bytes.length !== 40 + total * PIXELS) {
    throw new RangeError(`${total} digits need ${40 + total * PIXELS} bytes, got ${bytes.length}`);
  }
  const parts = counts.map((own, digit) => {
    const from = 40 + PIXELS * counts.slice(0, digit).reduce((sum, value) => sum + value, 0);
    return { digit, own, from, cut: Math.floor(0.8 * own) };
  });
  return {
    train: gather(
      bytes,
      parts.map(({ digit, from, cut }) => ({ digit, from, count: cut })),
    ),
    test: gather(
      bytes,
      parts.map(({ digit, own, from, cut }) => ({ digit, from: from + cut * PIXELS, count: own - cut })),
    ),
  };
}

function gather(
  bytes: Uint8Array,
  parts: readonly { readonly digit: number; readonly from: number; readonly count: number }[],
): DigitSet {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const [pixels, labels] = [new Uint8Array(count * PIXELS), new Uint8Array(count)];
  let at = 0;
  for (const part of parts) {
    pixels.set(bytes.subarray(part.from, part.from + part.count * PIXELS), at * PIXELS);
    labels.fill(part.digit, at, at + part.count);
    at += part.count;
  }
  return { count, pixels, labels };
}
