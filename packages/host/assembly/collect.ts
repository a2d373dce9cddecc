import { bitsOf, magnitudes, sumLanes } from './lanes';

/** Most bytes that one step of `collect` writes: 64 magnitudes. */
const STEP: usize = 256;

/**
 * Counts kept elements above `low` and writes the magnitudes of those below `high` to `out`.
 * results[0] = how many were written, results[1] = how many lie above `low`. Returns false, with results of no
 * use, when there is no room for them before `end`.
 */
export function collect(
  data: usize,
  words: usize,
  n: u32,
  low: i32,
  high: i32,
  out: usize,
  end: usize,
  results: usize,
): bool {
  const vLow = i32x4.splat(low),
    vHigh = i32x4.splat(high);
  const quarter: u32 = (n >> 2) & ~31;
  const step: usize = (<usize>quarter) << 2,
    wordStep: usize = quarter >> 3;
  let o = out;
  let above: u32 = 0;
  if (words == 0) {
    let s0 = i32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    for (let i: u32 = 0; i < quarter; i += 16) {
      if (o + STEP > end) return false;
      let p = data + ((<usize>i) << 2);
      for (let q = 0; q < 4; q++, p += step) {
        const m0 = magnitudes(v128.load(p)),
          m1 = magnitudes(v128.load(p, 16)),
          m2 = magnitudes(v128.load(p, 32)),
          m3 = magnitudes(v128.load(p, 48));
        const a0 = i32x4.gt_s(m0, vLow),
          a1 = i32x4.gt_s(m1, vLow),
          a2 = i32x4.gt_s(m2, vLow),
          a3 = i32x4.gt_s(m3, vLow);
        s0 = i32x4.sub(s0, a0);
        s1 = i32x4.sub(s1, a1);
        s2 = i32x4.sub(s2, a2);
        s3 = i32x4.sub(s3, a3);
        let b = bitsOf(
          v128.and(a0, i32x4.gt_s(vHigh, m0)),
          v128.and(a1, i32x4.gt_s(vHigh, m1)),
          v128.and(a2, i32x4.gt_s(vHigh, m2)),
          v128.and(a3, i32x4.gt_s(vHigh, m3)),
        );
        while (b) {
          store<i32>(o, load<i32>(p + ((<usize>ctz(b)) << 2)) & 0x7fffffff);
          o += 4;
          b &= b - 1;
        }
      }
    }
    const s = i32x4.add(i32x4.add(s0, s1), i32x4.add(s2, s3));
    above = sumLanes(s);
  } else {
    for (let i: u32 = 0; i < quarter; i += 16) {
      if (o + STEP > end) return false;
      let p = data + ((<usize>i) << 2),
        w = words + (i >> 3);
      for (let q = 0; q < 4; q++, p += step, w += wordStep) {
        const kept: u32 = load<u16>(w);
        if (kept == 0) continue;
        const m0 = magnitudes(v128.load(p)),
          m1 = magnitudes(v128.load(p, 16)),
          m2 = magnitudes(v128.load(p, 32)),
          m3 = magnitudes(v128.load(p, 48));
        const a =
          kept &
          bitsOf(i32x4.gt_s(m0, vLow), i32x4.gt_s(m1, vLow), i32x4.gt_s(m2, vLow), i32x4.gt_s(m3, vLow));
        above += popcnt(a);
        let b =
          a &
          bitsOf(i32x4.gt_s(vHigh, m0), i32x4.gt_s(vHigh, m1), i32x4.gt_s(vHigh, m2), i32x4.gt_s(vHigh, m3));
        while (b) {
          store<i32>(o, load<i32>(p + ((<usize>ctz(b)) << 2)) & 0x7fffffff);
          o += 4;
          b &= b - 1;
        }
      }
    }
  }
  for (let i: u32 = quarter << 2; i < n; i++) {
    if (o + 4 > end) return false;
    if (words != 0 && ((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) == 0) continue;
    const m = load<i32>(data + ((<usize>i) << 2)) & 0x7fffffff;
    if (m > low) {
      above++;
      if (m < high) {
        store<i32>(o, m);
        o += 4;
      }
    }
  }
  store<u32>(results, <u32>((o - out) >> 2));
  store<u32>(results, above, 4);
  return true;
}

/** Kept elements below and at `magnitude`: results[0] and results[1]. */
export function countAround(data: usize, words: usize, n: u32, magnitude: i32, results: usize): void {
  const v = i32x4.splat(magnitude);
  const half: u32 = (n >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  let below: u32 = 0,
    equal: u32 = 0;
  if (words == 0) {
    let s0 = i32x4.splat(0),
      s1 = s0,
      e0 = s0,
      e1 = s0;
    for (let i: u32 = 0; i < half; i += 8) {
      const p = data + ((<usize>i) << 2);
      const a = magnitudes(v128.load(p)),
        b = magnitudes(v128.load(p, 16)),
        c = magnitudes(v128.load(p + step)),
        d = magnitudes(v128.load(p + step, 16));
      s0 = i32x4.sub(s0, i32x4.gt_s(v, a));
      e0 = i32x4.sub(e0, i32x4.eq(v, a));
      s1 = i32x4.sub(s1, i32x4.gt_s(v, b));
      e1 = i32x4.sub(e1, i32x4.eq(v, b));
      s0 = i32x4.sub(s0, i32x4.gt_s(v, c));
      e0 = i32x4.sub(e0, i32x4.eq(v, c));
      s1 = i32x4.sub(s1, i32x4.gt_s(v, d));
      e1 = i32x4.sub(e1, i32x4.eq(v, d));
    }
    const s = i32x4.add(s0, s1),
      e = i32x4.add(e0, e1);
    below = sumLanes(s);
    equal = sumLanes(e);
  } else {
    for (let i: u32 = 0; i < half; i += 16) {
      let p = data + ((<usize>i) << 2),
        w = words + (i >> 3);
      for (let q = 0; q < 2; q++, p += step, w += wordStep) {
        const kept: u32 = load<u16>(w);
        if (kept == 0) continue;
        const m0 = magnitudes(v128.load(p)),
          m1 = magnitudes(v128.load(p, 16)),
          m2 = magnitudes(v128.load(p, 32)),
          m3 = magnitudes(v128.load(p, 48));
        below += popcnt(
          kept & bitsOf(i32x4.gt_s(v, m0), i32x4.gt_s(v, m1), i32x4.gt_s(v, m2), i32x4.gt_s(v, m3)),
        );
        equal += popcnt(kept & bitsOf(i32x4.eq(v, m0), i32x4.eq(v, m1), i32x4.eq(v, m2), i32x4.eq(v, m3)));
      }
    }
  }
  for (let i: u32 = half << 1; i < n; i++) {
    if (words != 0 && ((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) == 0) continue;
    const m = load<i32>(data + ((<usize>i) << 2)) & 0x7fffffff;
    below += u32(m < magnitude);
    equal += u32(m == magnitude);
  }
  store<u32>(results, below);
  store<u32>(results, equal, 4);
}
