/**
 * The inverse of a symmetric positive definite matrix `[size, size]`, row-major; by its Cholesky factor.
 *
 * @throws Error when the matrix is not positive definite
 */
export function invert(matrix: Float64Array, size: number): Float64Array {
  const lower = lowerFactor(matrix, size);
  // Rows of the inverse of the lower factor.
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    const row = inverse.subarray(i * size, i * size + i + 1);
    row[i] = 1;
    for (let k = 0; k < i; k += 1)
      addTimes(row, inverse.subarray(k * size, k * size + k + 1), -lower[i * size + k]!);
    const pivot = lower[i * size + i]!;
    for (let j = 0; j <= i; j += 1) row[j]! /= pivot;
  }
  const product = new Float64Array(size * size);
  for (let k = 0; k < size; k += 1) {
    const row = inverse.subarray(k * size, k * size + k + 1);
    for (let i = 0; i <= k; i += 1) addTimes(product.subarray(i * size, i * size + k + 1), row, row[i]!);
  }
  return product;
}

/** The upper U of a symmetric positive definite matrix, such that the matrix is Uᵀ U. */
export function upperFactor(matrix: Float64Array, size: number): Float64Array {
  const lower = lowerFactor(matrix, size);
  return Float64Array.from(lower, (_, i) => lower[(i % size) * size + Math.floor(i / size)]!);
}

/** The lower L such that the matrix is L Lᵀ, zeros above. */
function lowerFactor(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    const row = lower.subarray(i * size, i * size + i + 1);
    for (let j = 0; j <= i; j += 1) {
      const other = lower.subarray(j * size, j * size + j);
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k += 1) sum -= row[k]! * other[k]!;
      if (i > j) row[j] = sum / lower[j * (size + 1)]!;
      else if (sum > 0) row[j] = Math.sqrt(sum);
      else throw new Error('the bench needs a matrix that is positive definite');
    }
  }
  return lower;
}

function addTimes(to: Float64Array, from: Float64Array, factor: number): void {
  for (let j = 0; j < from.length; j += 1) to[j]! += factor * from[j]!;
}
