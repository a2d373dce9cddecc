/** Weights of a normal distribution, of which the smallest are zero. */
export function pruned(elements: number, sparsity: number, seed = 1): Float32Array<ArrayBuffer> {
  const next = randoms(seed);
  const values = Float32Array.from(
    { length: elements },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
  const cut = values.map(Math.abs).sort()[Math.floor(sparsity * elements)] ?? Number.POSITIVE_INFINITY;
  return values.map((value) => (Math.abs(value) < cut ? 0 : value));
}

/** Numbers in [0, 1), the same for the same seed. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
