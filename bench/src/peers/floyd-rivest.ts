/**
 * The element of this rank (from 0), by Floyd and Rivest's SELECT (Algorithm 489, 1975): quickselect whose pivot
 * comes from a sample. The values are moved about.
 */
export function floydRivest(values: Float32Array, rank: number): number {
  narrow(values, rank, 0, values.length - 1);
  return values[rank]!;
}

function narrow(values: Float32Array, rank: number, first: number, last: number): void {
  let left = first;
  let right = last;
  while (right > left) {
    if (right - left > 600) {
      const n = right - left + 1;
      const i = rank - left + 1;
      const z = Math.log(n);
      const s = 0.5 * Math.exp((2 * z) / 3);
      const deviation = 0.5 * Math.sqrt((z * s * (n - s)) / n) * Math.sign(i - n / 2);
      const from = Math.max(left, Math.floor(rank - (i * s) / n + deviation));
      const to = Math.min(right, Math.floor(rank + ((n - i) * s) / n + deviation));
      narrow(values, rank, from, to);
    }
    const pivot = values[rank]!;
    let i = left;
    let j = right;
    swap(values, left, rank);
    if (values[right]! > pivot) swap(values, left, right);
    while (i < j) {
      swap(values, i, j);
      i += 1;
      j -= 1;
      while (values[i]! < pivot) i += 1;
      while (values[j]! > pivot) j -= 1;
    }
    if (values[left] === pivot) {
      swap(values, left, j);
    } else {
      j += 1;
      swap(values, j, right);
    }
    if (j <= rank) left = j + 1;
    if (rank <= j) right = j - 1;
  }
}

function swap(values: Float32Array, a: number, b: number): void {
  const value = values[a]!;
  values[a] = values[b]!;
  values[b] = value;
}
