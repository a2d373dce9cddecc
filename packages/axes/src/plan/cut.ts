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
  const words = wordsOf(bytes, run);
  const out = words && new Int32Array(taken.buffer);
  let to = 0;
  const copyAlong = (axis: number, from: number): void => {
    const indices = kept[axis];
    const stride = strides[axis]!;
    const count = counts[axis]!;
    if (axis < last) {
      for (let i = 0; i < count; i += 1) copyAlong(axis + 1, from + (indices?.[i] ?? i) * stride);
      return;
    }
    if (words !== undefined && run <= 256) {
      // Short runs: a call for each would cost more than the copy.
      const length = run / 4;
      for (let i = 0; i < count; i += 1) {
        let at = (from + (indices?.[i] ?? i) * stride) / 4;
        for (const end = at + length; at < end; at += 1) out![to++] = words[at]!;
      }
      return;
    }
    for (let i = 0; i < count; i += 1) {
      const start = from + (indices?.[i] ?? i) * stride;
      const target = words === undefined ? to : to * 4;
      taken.set(bytes.subarray(start, start + run), target);
      to += words === undefined ? run : run / 4;
    }
  };
  copyAlong(0, 0);
  return taken;
}

function wordsOf(bytes: Uint8Array, run: number): Int32Array | undefined {
  if (run % 4 !== 0) return undefined;
  // Tensors lie anywhere in a file: a copy lies where words may.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}
