import type { RefitKernels } from '../kernels/kernels.js';
import type { Moments } from '../moments/moments.js';
import { DAMPING } from '../solve/damping.js';

/**
 * How a row's error grows with a change of its weights, `[features, features]`: the Gram matrix, and where a constant is
 * refitted what is left of it when that makes up for all it can.
 */
export function curvatureOf({ gram, size, features, constant, samples }: Moments): Float64Array {
  if (!constant) return gram;
  const curvature = new Float64Array(features * features);
  const sums = features * size;
  for (let i = 0; i < features; i += 1) {
    const share = gram[sums + i]! / samples;
    for (let j = 0; j < features; j += 1) {
      curvature[i * features + j] = gram[i * size + j]! - share * gram[sums + j]!;
    }
    // What is constant varies by nothing, not by less.
    curvature[i * (features + 1)] = Math.max(0, curvature[i * (features + 1)]!);
  }
  return curvature;
}

/** The inverse of a curvature with as much added to its diagonal as {@link DAMPING} is of the mean, as `refitRows` does. */
export function inverseOf(kernels: RefitKernels, curvature: Float64Array, features: number): Float64Array {
  let sum = 0;
  for (let j = 0; j < features; j += 1) sum += curvature[j * (features + 1)]!;
  // Where all inputs were 0, weights cost their squares.
  const damping = sum > 0 ? (DAMPING * sum) / features : 1;
  const inverse = new Float64Array(features * features);
  for (let j = 0; j < features; j += 1) inverse[j * (features + 1)] = 1;
  const all = Int32Array.from({ length: features }, (_, j) => j);
  kernels
    .createSolver(curvature, features, new Float64Array(features).fill(damping))
    .solve(all, inverse, features);
  return inverse;
}
