/** Softmax of every row of so many numbers, in place, from one index to another. */
export function softmax(values: Float32Array, from: number, to: number, width: number): void {
  for (let row = from; row < to; row += width) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = row; i < row + width; i += 1) most = Math.max(most, values[i]!);
    let sum = 0;
    for (let i = row; i < row + width; i += 1) {
      values[i] = Math.exp(values[i]! - most);
      sum += values[i]!;
    }
    for (let i = row; i < row + width; i += 1) values[i] = values[i]! / sum;
  }
}
