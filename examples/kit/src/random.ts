/** Draws numbers that repeat for the same seed, on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * xoshiro128** seeded through a mix of the seed and a label, so that weights, shuffling and dropout of one run
 * draw from streams of their own.
 *
 * @see https://prng.di.unimi.it/
 */
export function createRandom(seed: number, label: string): Random {
  const next = splitMix(seed, label);
  let [a, b, c, d] = [next(), next(), next(), next()];
  const uniform = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / 2 ** 32;
  };
  return {
    uniform,
    // Box–Muller; 1 − u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The numbers 0 … count − 1 in random order (Fisher–Yates). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function splitMix(seed: number, label: string): () => number {
  let state = seed | 0;
  for (const letter of label) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
