/**
 * Uniform numbers in [0, 1) for one dropout at one step. They follow from their place alone, so that a run that
 * was interrupted goes on with the same ones.
 */
export function uniformNumbers(count: number, seed: number, step: number, stream: number): Float32Array {
  let state = mix(mix(mix(seed) ^ step) ^ stream);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    state = (state + 0x9e3779b9) | 0;
    // 24 bits, as many as a float32 holds below 1.
    numbers[i] = (mix(state) >>> 8) / 2 ** 24;
  }
  return numbers;
}

/** Spreads every bit over all others (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
