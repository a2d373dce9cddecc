/**
 * What a row-major tensor holds at the given indices of its axes, in a new array.
 *
 * @param bytes of all elements
 * @param elementBytes of one
 * @param kept of each axis, ascending; undefined where all stay
 */
export function takeBytes(
  bytes: Uint8Array,
  shape: readonly number[],
  elementBytes: number,
  kept: readonly (readonly number[] | undefined)[],
): Uint8Array<ArrayBuffer> {
  // What lies behind the last axis that loses something is copied in one piece.
  let last = kept.length - 1;
  while (last >= 0 && kept[last] === undefined) last -= 1;
  if (last < 0) return Uint8Array.from(bytes);
  const run = shape.slice(last + 1).reduce((product, edge) => product * edge, elementBytes);
  const sizes = shape.slice(0, last + 1);
  const counts = sizes.map((size, axis) => kept[axis]?.length ?? size);
  const taken = new Uint8Array(counts.reduce((product, count) => product * count, run));
  const strides = sizes.map((_, axis) =>
    sizes.slice(axis + 1).reduce((product, edge) => product * edge, run),
  );
  // Short runs: a call for each would cost more than the copy.
  const inWords = run % 4 === 0 && run <= 256;
  const out = new Int32Array(taken.buffer, 0, taken.length >> 2);
  const rowWords = inWords ? wordsReader(bytes, (sizes[last]! * run) / 4) : undefined;
  let to = 0;
  const copyAlong = (axis: number, from: number): void => {
    const indices = kept[axis];
    const stride = strides[axis]!;
    const count = counts[axis]!;
    if (axis < last) {
      for (let i = 0; i < count; i += 1) copyAlong(axis + 1, from + (indices?.[i] ?? i) * stride);
      return;
    }
    if (rowWords !== undefined) {
      const { words, start } = rowWords(from);
      const length = run / 4;
      for (let i = 0; i < count; i += 1) {
        let at = start + (indices?.[i] ?? i) * length;
        for (const end = at + length; at < end; at += 1) out[to++] = words[at]!;
      }
      return;
    }
    for (let i = 0; i < count; i += 1) {
      const start = from + (indices?.[i] ?? i) * stride;
      taken.set(bytes.subarray(start, start + run), to);
      to += run;
    }
  };
  copyAlong(0, 0);
  return taken;
}

/** Where the words of a row lie: in the bytes, or, as tensors lie anywhere in a file, in a copy of that row alone. */
function wordsReader(
  bytes: Uint8Array,
  rowLength: number,
): (from: number) => { readonly words: Int32Array; readonly start: number } {
  if (bytes.byteOffset % 4 === 0) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    return (from) => ({ words, start: from / 4 });
  }
  const words = new Int32Array(rowLength);
  const row = new Uint8Array(words.buffer);
  return (from) => {
    row.set(bytes.subarray(from, from + row.length));
    return { words, start: 0 };
  };
}
