import type { Bed } from './bed.js';

/** Elements from which a magnitude and an index no longer share a double. */
const MOST = 2 ** 22;

/**
 * Whether a bed, pruned just now, has exactly the weights and mask bits that a full sort by magnitude, weight and
 * index leaves: the oracle that knows nothing of samples and brackets.
 */
export function matchesFullSort({ elements, spans, originals, plot }: Bed, count: number): boolean {
  if (elements > MOST) throw new RangeError(`a full sort takes at most ${MOST} elements, got ${elements}`);
  const bits = new Int32Array(originals.buffer);
  const keys = new Float64Array(elements);
  const begin = spans[0]!.byteOffset;
  let order = 0;
  for (const { byteOffset, elements: size } of spans) {
    const from = (byteOffset - begin) / 4;
    // 31 bits of magnitude above 22 of the order of the element make 53: exact in a double.
    for (let i = 0; i < size; i += 1, order += 1) keys[order] = (bits[from + i]! & 0x7fffffff) * MOST + order;
  }
  keys.sort();
  const dropped = new Uint8Array(elements);
  for (let i = 0; i < count; i += 1) dropped[keys[i]! % MOST] = 1;
  order = 0;
  return spans.every(({ byteOffset, elements: size }, s) => {
    const { bits: now, words } = plot.parts[s]!;
    const from = (byteOffset - begin) / 4;
    for (let i = 0; i < size; i += 1, order += 1) {
      const gone = dropped[order] === 1;
      const kept = ((words[i >> 5]! >> (i & 31)) & 1) === 1;
      if (kept === gone || now[i] !== (gone ? 0 : bits[from + i])) return false;
    }
    return true;
  });
}
