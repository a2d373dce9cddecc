import { createRandom, type Random } from '@synaprune/examples-kit/random';

/** The weights of an LSTM with one dense output, in Keras's layout (gates in the order input, forget, cell, output). */
export interface ForecasterWeights {
  /** [features, 4 · hidden] */
  readonly kernel: Float32Array;
  /** [hidden, 4 · hidden] */
  readonly recurrentKernel: Float32Array;
  /** [4 · hidden] */
  readonly bias: Float32Array;
  /** [hidden, 1] */
  readonly denseKernel: Float32Array;
  /** [1] */
  readonly denseBias: Float32Array;
}

/**
 * Seeded starting weights, computed here and not by the runtime, so that every runtime starts from the same
 * numbers: Glorot-uniform kernels, orthogonal recurrent kernel, zero biases with forget gates at 1.
 */
export function initialWeights(features: number, hidden: number, seed: number): ForecasterWeights {
  const random = createRandom(seed, 'initial weights');
  const bias = new Float32Array(4 * hidden);
  bias.fill(1, hidden, 2 * hidden);
  return {
    kernel: glorotUniform(features, 4 * hidden, random),
    recurrentKernel: orthogonalRows(hidden, 4 * hidden, random),
    bias,
    denseKernel: glorotUniform(hidden, 1, random),
    denseBias: new Float32Array(1),
  };
}

/** Uniform in ±√(6 / (rows + columns)). */
function glorotUniform(rows: number, columns: number, random: Random): Float32Array {
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => (2 * random.uniform() - 1) * limit);
}

/** Rows of length 1 at right angles to each other, by Gram–Schmidt on normal rows; needs rows ≤ columns. */
function orthogonalRows(rows: number, columns: number, random: Random): Float32Array {
  const basis: number[][] = [];
  for (let row = 0; row < rows; row += 1) {
    let vector = Array.from({ length: columns }, () => random.normal());
    for (const other of basis) {
      const along = dot(vector, other);
      vector = vector.map((value, i) => value - along * other[i]!);
    }
    const length = Math.sqrt(dot(vector, vector));
    basis.push(vector.map((value) => value / length));
  }
  return Float32Array.from(basis.flat());
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
