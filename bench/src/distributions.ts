import { createRandom, fillGaussian } from './randoms.js';

/** What weights look like. */
export interface Distribution {
  readonly name: string;
  /** Sparsity that is asked for. */
  readonly sparsity: number;
  /** Fills tensors that lie in `values` one behind the other. */
  readonly fill: (tensors: readonly Float32Array[]) => void;
}

const SPARSITY = 0.8;

function distribution(
  name: string,
  each: (value: number, random: () => number) => number,
  sparsity: number = SPARSITY,
): Distribution {
  return {
    name,
    sparsity,
    fill(tensors) {
      fillByLayer(tensors, 1);
      const random = createRandom(7);
      for (const values of tensors) {
        for (let i = 0; i < values.length; i += 1) values[i] = each(values[i]!, random);
      }
    },
  };
}

/** A Gaussian with a scale of its own for each tensor, over a range of `spread` powers of two. */
function fillByLayer(tensors: readonly Float32Array[], spread: number): void {
  const random = createRandom(1);
  for (const [i, values] of tensors.entries()) {
    fillGaussian(values, 2 ** (spread * ((i * 0.381966) % 1) - 4), random);
  }
}

export const GAUSSIAN: Distribution = {
  name: 'Gaussian, a scale per layer',
  sparsity: SPARSITY,
  fill: (tensors) => fillByLayer(tensors, 3),
};

/** A dozen magnitudes or so, one of which has the cut in its midst. */
export const TIES: Distribution = distribution('heavy ties', (value) => Math.round(64 * value) / 64);

/** Numbers below the smallest normal float32, over all their bits. */
export const SUBNORMAL: Distribution = distribution('subnormal', (value) => value * 2 ** -128);

/** One tensor after the other, in order from the lowest value to the highest. */
const SORTED: Distribution = {
  name: 'sorted',
  sparsity: SPARSITY,
  fill(tensors) {
    const all = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
    fillGaussian(all, 1, createRandom(1));
    all.sort();
    let at = 0;
    for (const values of tensors) {
      values.set(all.subarray(at, at + values.length));
      at += values.length;
    }
  },
};

export const DISTRIBUTIONS: readonly Distribution[] = [
  GAUSSIAN,
  TIES,
  distribution('90 % zeros, the cut among them', (value, random) => (random() < 0.9 ? 0 : value)),
  distribution('90 % zeros, the cut beyond them', (value, random) => (random() < 0.9 ? 0 : value), 0.95),
  distribution('all equal', () => 0.5),
  SUBNORMAL,
  distribution('1 % NaN, 1 % infinities', (value, random) => {
    const draw = random();
    if (draw < 0.01) return Number.NaN;
    return draw < 0.02 ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
  }),
  SORTED,
];
