import { storedBackend } from '@synaprune/host/stored';
import type { ElementFormat } from './format.js';

/** Magnitudes of elements, as float32 bits without their sign: see {@link ElementFormat}. */
export function rankElements(
  { elements }: ElementFormat,
  chunk: Uint8Array,
  first: number,
  count: number,
  into: Int32Array,
): void {
  if (elements.kind === 'computed') {
    elements.rank(chunk, first, count, into);
    return;
  }
  const { buffer } = storedBackend().read!(elements.stored(chunk, [count], first)) as Float32Array;
  const bits = new Int32Array(buffer);
  for (let i = 0; i < count; i += 1) into[i] = bits[i]! & 0x7fffffff;
}

/** Sets dropped elements to +0 or the zero point: see {@link ElementFormat}. */
export function clearElements(
  { elements }: ElementFormat,
  chunk: Uint8Array,
  first: number,
  count: number,
  bits: Uint8Array,
): void {
  if (elements.kind === 'computed') {
    elements.clear(chunk, first, count, bits);
    return;
  }
  const words = new Int32Array(Math.ceil(count / 32));
  new Uint8Array(words.buffer).set(bits.subarray(0, Math.ceil(count / 8)));
  storedBackend().enforce([
    { weight: elements.stored(chunk, [count], first), mask: { words, elements: count } },
  ]);
}
