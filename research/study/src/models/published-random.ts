/** Draws the numbers that the published program draws: those of PyTorch's generator on a CPU, in its order. */
export interface PublishedRandom {
  /** Uniform in [0, 1) with 24 random bits, as PyTorch fills float32 tensors. One word. */
  uniform(): number;
  /** Uniform in [0, 1) with 53 random bits, as its masks of dropout compare with the rate. Two words. */
  double(): number;
  /** Skips 32-bit words that the program draws for what we have no use for. */
  skip(words: number): void;
  /** The order in which its loader goes through `count` windows in one epoch. Four words. */
  order(count: number): Int32Array;
}

/**
 * PyTorch's generator after `manual_seed(seed)`: a Mersenne Twister, MT19937. With it, runs by the published protocol
 * start from the weights, and take the batches and the masks of dropout, of the published program's runs with the same
 * seed.
 *
 * @see Matsumoto & Nishimura 1998, https://doi.org/10.1145/272991.272995
 */
export function createPublishedRandom(seed: number): PublishedRandom {
  const word = mersenneTwister(seed);
  const skip = (words: number) => {
    for (let i = 0; i < words; i += 1) word();
  };
  return {
    uniform: () => (word() & 0xffffff) / 2 ** 24,
    double: () => ((word() & 0x1fffff) * 2 ** 32 + word()) / 2 ** 53,
    skip,
    order(count) {
      // Two words for a seed of the loader's workers, and the upper half of the 64 bits that seed the order.
      skip(3);
      return permutation(count, mersenneTwister(word()));
    },
  };
}

/** Fisher–Yates from the front. */
function permutation(count: number, word: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count - 1; i += 1) {
    const j = i + (word() % (count - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const SIZE = 624;
const MIDDLE = 397;

/** Words of 32 bits, unsigned. */
function mersenneTwister(seed: number): () => number {
  const state = new Int32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i += 1) {
    const last = state[i - 1]!;
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  let next = SIZE;
  return () => {
    if (next === SIZE) {
      twist(state);
      next = 0;
    }
    let word = state[next]!;
    next += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Int32Array): void {
  for (let i = 0; i < SIZE; i += 1) {
    const joined = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
    state[i] = state[(i + MIDDLE) % SIZE]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}
