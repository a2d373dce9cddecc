import type { Products, RefitKernels, Solver } from './kernels.js';
import { scriptRemover } from './script-remover.js';

/** The loops in plain TypeScript, in float64 throughout. */
export const scriptKernels: RefitKernels = {
  createProducts: (left, right, spare) =>
    right === undefined ? symmetricProducts(left, spare) : crossProducts(left, right, spare),
  addColumns(numbers, sums, squares) {
    const columns = sums.length;
    for (let from = 0; from < numbers.length; from += columns) {
      for (let j = 0; j < columns; j += 1) {
        const number = numbers[from + j]!;
        sums[j]! += number;
        squares[j]! += number * number;
      }
    }
  },
  createSolver,
  createRemover: scriptRemover,
  multiply(rows, inner, columns, left, right) {
    const product = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i += 1) {
      const out = i * columns;
      for (let k = 0; k < inner; k += 1) {
        const factor = left[i * inner + k]!;
        if (factor === 0) continue;
        const from = k * columns;
        for (let j = 0; j < columns; j += 1) product[out + j]! += factor * right[from + j]!;
      }
    }
    return product;
  },
};

function symmetricProducts(features: number, spare: number): Products {
  const size = features + spare;
  const sums = new Float64Array(size * size);
  return {
    add(samples, _, left) {
      for (let s = 0; s < samples; s += 1) {
        const from = s * features;
        for (let i = 0; i < features; i += 1) {
          const factor = left[from + i]!;
          if (factor === 0) continue;
          const out = i * size;
          for (let j = i; j < features; j += 1) sums[out + j]! += factor * left[from + j]!;
        }
      }
    },
    finish() {
      mirror(sums, size);
      return sums;
    },
  };
}

function crossProducts(rows: number, columns: number, spare: number): Products {
  const sums = new Float64Array((rows + spare) * columns);
  return {
    add(samples, _, left, right = left) {
      for (let s = 0; s < samples; s += 1) {
        const [from, to] = [s * rows, s * columns];
        for (let i = 0; i < rows; i += 1) {
          const factor = left[from + i]!;
          if (factor === 0) continue;
          const out = i * columns;
          for (let j = 0; j < columns; j += 1) sums[out + j]! += factor * right[to + j]!;
        }
      }
    },
    finish: () => sums,
  };
}

/** Copies the upper half to the lower, a square at a time, so that both stay in the cache. */
export function mirror(matrix: Float64Array, edge: number): void {
  const square = 32;
  for (let p = 0; p < edge; p += square) {
    for (let q = p; q < edge; q += square) {
      for (let i = p; i < Math.min(p + square, edge); i += 1) {
        for (let j = Math.max(q, i + 1); j < Math.min(q + square, edge); j += 1) {
          matrix[j * edge + i] = matrix[i * edge + j]!;
        }
      }
    }
  }
}

/** By Cholesky's L Lᵀ, in a workspace that grows to the largest system asked for. */
function createSolver(matrix: Float64Array, size: number, added: Float64Array): Solver {
  let lower = new Float64Array(0);
  return {
    solve(kept, sides, count) {
      const edge = kept.length;
      if (lower.length < edge * edge) lower = new Float64Array(edge * edge);
      for (let i = 0; i < edge; i += 1) {
        const row = kept[i]! * size;
        for (let j = 0; j < i; j += 1) lower[i * edge + j] = matrix[row + kept[j]!]!;
        lower[i * edge + i] = matrix[row + kept[i]!]! + added[kept[i]!]!;
      }
      if (!factor(lower, edge)) return false;
      for (let side = 0; side < count; side += 1) {
        substitute(lower, edge, sides.subarray(side * edge, (side + 1) * edge));
      }
      return true;
    },
  };
}

/** Pivots below this share of their diagonal are rounding, not numbers. */
const LEAST_PIVOT = 1e-13;

/** Overwrites the lower half by its Cholesky factor. */
function factor(lower: Float64Array, edge: number): boolean {
  for (let i = 0; i < edge; i += 1) {
    const row = i * edge;
    for (let j = 0; j < i; j += 1) {
      const other = j * edge;
      let sum = lower[row + j]!;
      for (let k = 0; k < j; k += 1) sum -= lower[row + k]! * lower[other + k]!;
      lower[row + j] = sum / lower[other + j]!;
    }
    const diagonal = lower[row + i]!;
    let pivot = diagonal;
    for (let k = 0; k < i; k += 1) pivot -= lower[row + k]! ** 2;
    if (!(pivot > LEAST_PIVOT * diagonal)) return false;
    lower[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** Solves L Lᵀ x = side, in place. */
function substitute(lower: Float64Array, edge: number, side: Float64Array): void {
  for (let i = 0; i < edge; i += 1) {
    let sum = side[i]!;
    for (let k = 0; k < i; k += 1) sum -= lower[i * edge + k]! * side[k]!;
    side[i] = sum / lower[i * edge + i]!;
  }
  for (let i = edge - 1; i >= 0; i -= 1) {
    const solved = side[i]! / lower[i * edge + i]!;
    side[i] = solved;
    for (let k = 0; k < i; k += 1) side[k]! -= lower[i * edge + k]! * solved;
  }
}
