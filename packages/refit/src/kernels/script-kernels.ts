import type { Products, RefitKernels, Solver } from './kernels.js';

/** The loops in plain TypeScript, in float64 throughout. */
export const scriptKernels: RefitKernels = {
  createProducts: (left, right) =>
    right === undefined ? symmetricProducts(left) : crossProducts(left, right),
  createSolver,
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

function symmetricProducts(features: number): Products {
  const sums = new Float64Array(features * features);
  return {
    add(samples, left) {
      for (let s = 0; s < samples; s += 1) {
        const from = s * features;
        for (let i = 0; i < features; i += 1) {
          const factor = left[from + i]!;
          if (factor === 0) continue;
          const out = i * features;
          for (let j = i; j < features; j += 1) sums[out + j]! += factor * left[from + j]!;
        }
      }
    },
    read(into, stride) {
      for (let i = 0; i < features; i += 1) {
        for (let j = i; j < features; j += 1) {
          const sum = sums[i * features + j]!;
          into[i * stride + j] = sum;
          into[j * stride + i] = sum;
        }
      }
    },
  };
}

function crossProducts(rows: number, columns: number): Products {
  const sums = new Float64Array(rows * columns);
  return {
    add(samples, left, right = left) {
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
    read(into, stride) {
      for (let i = 0; i < rows; i += 1) {
        into.set(sums.subarray(i * columns, (i + 1) * columns), i * stride);
      }
    },
  };
}

/** By Cholesky's L Lᵀ, in a workspace that grows to the largest system asked for. */
function createSolver(matrix: Float64Array, size: number): Solver {
  let lower = new Float64Array(0);
  return {
    solve(kept, added, sides, count) {
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
