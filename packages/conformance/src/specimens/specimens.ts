import { createRandom, type Random } from './random.js';

/** A weight to be made: what a case starts from. */
export interface Specimen {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** What ranks the elements where the score is `tensor`. */
  readonly scores: Float32Array;
}

/** A way to fill weights. */
export interface Filling {
  /** What the weights are, as the end of a sentence. */
  readonly name: string;
  /** Fills the weight at `position` in its list. */
  readonly fill: (random: Random, elements: number, position: number) => Float32Array;
}

/** Sizes around the widths that kernels work in: bytes, words, vectors. */
export const SIZES: readonly number[] = [1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 1000];

/** Shapes of every rank, 1154 elements in all. */
export const SHAPES: readonly (readonly number[])[] = [[], [7], [9, 7], [2, 3, 2, 5], [33, 31]];

/** Weights of very unequal size: 24 of one to four elements, and one of 1000 in their middle. */
export const UNEQUAL_SHAPES: readonly (readonly number[])[] = [
  ...Array.from({ length: 12 }, (_, i) => [1 + (i % 4)]),
  [40, 25],
  ...Array.from({ length: 12 }, (_, i) => [1 + (i % 4)]),
];

const SCALES = [1, 1e-3, 30, 0.05, 4] as const;

/** Gaussian, and each weight of its own scale. */
export const gaussian: Filling = {
  name: 'Gaussian, each weight of its own scale',
  fill: (random, elements, position) =>
    Float32Array.from({ length: elements }, () => random.gaussian() * SCALES[position % SCALES.length]!),
};

/** Seven values only. */
export const heavyTies: Filling = {
  name: 'heavy ties',
  fill: (random, elements) => Float32Array.from({ length: elements }, () => (random.integer(7) - 3) / 2),
};

/** A bit of everything: Gaussian, ties, zeros of both signs, infinities, NaN. No subnormals. */
export const mixed: Filling = {
  name: 'ties, zeros, infinities and NaN among Gaussian values',
  fill: (random, elements) => {
    const special = [0, -0, 0.5, -0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    return Float32Array.from({ length: elements }, () => special[random.integer(21)] ?? random.gaussian());
  },
};

/** Everything that the cases about counting and order are run over. */
export const FILLINGS: readonly Filling[] = [
  gaussian,
  heavyTies,
  mixed,
  { name: 'all equal', fill: (_, elements) => new Float32Array(elements).fill(-0.25) },
  {
    name: 'nine tenths zeros, half of them negative',
    fill: (random, elements) =>
      Float32Array.from({ length: elements }, () => {
        const draw = random.integer(20);
        return draw < 9 ? 0 : draw < 18 ? -0 : random.gaussian();
      }),
  },
  {
    name: 'subnormals of both signs, among zeros and small normals',
    fill: (random, elements) =>
      fromBits(
        elements,
        () => (random.integer(2) * 0x80000000) | [0, 1, random.integer(0x01800000)][random.integer(3)]!,
      ),
  },
  {
    name: 'one fifth infinities',
    fill: (random, elements) =>
      Float32Array.from({ length: elements }, () => {
        const draw = random.integer(10);
        return draw === 0
          ? Number.POSITIVE_INFINITY
          : draw === 1
            ? Number.NEGATIVE_INFINITY
            : random.gaussian();
      }),
  },
  {
    name: 'one fifth NaN, beside infinities',
    fill: (random, elements) =>
      Float32Array.from({ length: elements }, () => {
        const draw = random.integer(10);
        return draw < 2 ? Number.NaN : draw === 2 ? Number.NEGATIVE_INFINITY : random.gaussian();
      }),
  },
  {
    name: 'neighbouring bit patterns',
    fill: (random, elements) =>
      fromBits(elements, () => (random.integer(2) * 0x80000000) | (0x3f800000 - 300 + random.integer(600))),
  },
  {
    name: 'all exponents alike',
    fill: (random, elements) =>
      fromBits(elements, () => (random.integer(2) * 0x80000000) | random.integer(0x7f800000)),
  },
  {
    name: 'in ascending order',
    fill: (_, elements) =>
      Float32Array.from({ length: elements }, (_, i) => ((i + 1) / 8) * (i % 2 === 0 ? 1 : -1)),
  },
  {
    name: 'in descending order',
    fill: (_, elements) =>
      Float32Array.from({ length: elements }, (_, i) => ((elements - i) / 8) * (i % 2 === 0 ? 1 : -1)),
  },
];

/** Weights of one filling: the same ones at every call. Their scores are Gaussian with ties. */
export function createSpecimens(
  { fill }: Filling,
  shapes: readonly (readonly number[])[] = SHAPES,
  seed = 1,
): Specimen[] {
  return shapes.map((shape, position) => {
    const random = createRandom(seed * 1000 + position);
    const elements = shape.reduce((product, edge) => product * edge, 1);
    const values = fill(random, elements, position);
    const scores = Float32Array.from({ length: elements }, () => Math.round(random.gaussian() * 8) / 8);
    return { name: `weight-${position}`, shape, values, scores };
  });
}

/** One weight of one axis with these values. */
export function specimenOf(name: string, values: Float32Array): Specimen {
  return { name, shape: [values.length], values, scores: new Float32Array(values.length) };
}

/** Floats from the bit patterns that `next` gives. */
export function fromBits(elements: number, next: (index: number) => number): Float32Array {
  return new Float32Array(Uint32Array.from({ length: elements }, (_, index) => next(index) >>> 0).buffer);
}
