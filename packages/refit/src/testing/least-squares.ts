/**
 * The x that minimises ‖A x − y‖², by Householder reflections: no Gram matrix, no Cholesky.
 *
 * @param a `[rows, columns]`, of full column rank
 */
export function leastSquares(a: readonly (readonly number[])[], y: readonly number[]): number[] {
  const rows = a.map((row) => [...row]);
  const side = [...y];
  const columns = rows[0]!.length;
  for (let k = 0; k < columns; k += 1) {
    const norm = Math.hypot(...rows.slice(k).map((row) => row[k]!));
    const alpha = rows[k]![k]! > 0 ? -norm : norm;
    const v = rows.map((row, i) => (i < k ? 0 : row[k]!));
    v[k]! -= alpha;
    const square = v.reduce((sum, x) => sum + x * x, 0);
    if (square === 0) continue;
    for (let j = k; j < columns; j += 1) {
      const share = (2 * rows.reduce((sum, row, i) => sum + v[i]! * row[j]!, 0)) / square;
      for (let i = k; i < rows.length; i += 1) rows[i]![j]! -= share * v[i]!;
    }
    const share = (2 * side.reduce((sum, x, i) => sum + v[i]! * x, 0)) / square;
    for (let i = k; i < rows.length; i += 1) side[i]! -= share * v[i]!;
  }
  const x = new Array<number>(columns).fill(0);
  for (let k = columns - 1; k >= 0; k -= 1) {
    let sum = side[k]!;
    for (let j = k + 1; j < columns; j += 1) sum -= rows[k]![j]! * x[j]!;
    x[k] = sum / rows[k]![k]!;
  }
  return x;
}
