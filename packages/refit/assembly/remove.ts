/** Swaps two rows and columns, `p` before `last`, of a symmetric matrix of which the lower half is there. */
@inline
function swap(matrix: usize, stride: usize, p: u32, last: u32): void {
  const rowP = matrix + p * stride,
    rowLast = matrix + last * stride;
  for (let i: u32 = 0; i < p; i++) {
    const x = load<f64>(rowP + (i << 3));
    store<f64>(rowP + (i << 3), load<f64>(rowLast + (i << 3)));
    store<f64>(rowLast + (i << 3), x);
  }
  const diagonal = load<f64>(rowP + (p << 3));
  store<f64>(rowP + (p << 3), load<f64>(rowLast + (last << 3)));
  store<f64>(rowLast + (last << 3), diagonal);
  for (let i = p + 1; i < last; i++) {
    const at = matrix + i * stride + (p << 3);
    const x = load<f64>(at);
    store<f64>(at, load<f64>(rowLast + (i << 3)));
    store<f64>(rowLast + (i << 3), x);
  }
}

/**
 * Removes weights greedily, each time the one whose removal costs least once the others have made up for it, and takes
 * it out of the inverse: H − h hᵀ / h_jj. To the bit what the plain loops do.
 *
 * @param matrix the lower half of the inverse, `stride` bytes a row; written to
 * @param weights float64, written to
 * @param ids what each is called, written to; of equals the lowest goes first
 * @param members elements of a group, of which `keep` must stay; 0 for none
 * @param left how many are left of each group
 * @returns how many were removed: their ids in `order`, what each cost in `losses`
 */
export function removeGreedily(
  matrix: usize,
  stride: usize,
  count: u32,
  weights: usize,
  ids: usize,
  steps: u32,
  members: u32,
  keep: u32,
  left: usize,
  order: usize,
  losses: usize,
): u32 {
  let size = count;
  for (let step: u32 = 0; step < steps; step++) {
    let best: u32 = 0xffffffff,
      bestId: u32 = 0;
    let least: f64 = Infinity;
    for (let i: u32 = 0; i < size; i++) {
      const id = load<u32>(ids + (i << 2));
      if (members != 0 && load<u32>(left + ((id / members) << 2)) <= keep) continue;
      const w = load<f64>(weights + (i << 3));
      const loss = (w * w) / load<f64>(matrix + i * stride + (i << 3));
      if (loss < least || (loss == least && (best == 0xffffffff || id < bestId))) {
        least = loss;
        best = i;
        bestId = id;
      }
    }
    if (best == 0xffffffff) return step;
    const last = size - 1;
    if (best != last) {
      swap(matrix, stride, best, last);
      const w = load<f64>(weights + (best << 3));
      store<f64>(weights + (best << 3), load<f64>(weights + (last << 3)));
      store<f64>(weights + (last << 3), w);
      store<u32>(ids + (best << 2), load<u32>(ids + (last << 2)));
    }
    store<u32>(order + (step << 2), bestId);
    store<f64>(losses + (step << 3), least);
    if (members != 0) {
      const group = left + ((bestId / members) << 2);
      store<u32>(group, load<u32>(group) - 1);
    }
    const row = matrix + last * stride;
    const pivot = load<f64>(row + (last << 3)),
      gone = load<f64>(weights + (last << 3));
    for (let i: u32 = 0; i < last; i++) {
      const share = load<f64>(row + (i << 3)) / pivot;
      store<f64>(weights + (i << 3), load<f64>(weights + (i << 3)) - share * gone);
      const other = matrix + i * stride;
      const x = f64x2.splat(share);
      const even = (i + 1) & ~3;
      let j: u32 = 0;
      for (; j < even; j += 4) {
        const at = other + (j << 3),
          from = row + (j << 3);
        v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(x, v128.load(from))));
        v128.store(at, f64x2.sub(v128.load(at, 16), f64x2.mul(x, v128.load(from, 16))), 16);
      }
      for (; j <= i; j++) {
        store<f64>(other + (j << 3), load<f64>(other + (j << 3)) - share * load<f64>(row + (j << 3)));
      }
    }
    size = last;
  }
  return steps;
}
