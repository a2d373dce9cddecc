/** Numbers that look random and are the same on every machine: integer arithmetic only. */
export interface Random {
  /** An integer in [0, below), for `below` up to 2³². */
  integer(below: number): number;
  /** About normal, mean 0, deviation 1: the sum of twelve uniform numbers. A float32. */
  gaussian(): number;
}

/** A stream of its own for each seed (the generator is Mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  };
  return {
    integer: (below) => Math.floor((next() / 2 ** 32) * below),
    gaussian: () => {
      // Logarithms and cosines differ between engines in the last bit; sums of integers do not.
      let sum = 0;
      for (let i = 0; i < 12; i += 1) sum += next() >>> 8;
      return Math.fround((sum - 6 * 2 ** 24) / 2 ** 24);
    },
  };
}
