/**
 * Numbers uniform in ±1/√`inputs`, as PyTorch begins a layer and PEFT the first factor of an adapter. They follow from
 * seed and stream alone.
 */
export function randomFactor(count: number, inputs: number, seed: number, stream: number): Float32Array {
  const bound = 1 / Math.sqrt(inputs);
  let state = mix(mix(seed ^ Math.trunc(seed / 2 ** 32)) ^ stream);
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x9e3779b9) | 0;
    return ((mix(state) >>> 0) / 2 ** 31 - 1) * bound;
  });
}

/** Spreads every bit over all others (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
