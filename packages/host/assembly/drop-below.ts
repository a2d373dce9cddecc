import { ALL, bitsOf, lanes, magnitudes } from './lanes';

@inline
function drop32(data: usize, ranking: usize, words: usize, v: v128): void {
  const word = load<u32>(words);
  let bits: u32 = 0;
  const b0 = i32x4.splat(word),
    b1 = i32x4.splat(word >> 16);
  const one = i32x4(1, 2, 4, 8),
    two = i32x4(16, 32, 64, 128),
    three = i32x4(256, 512, 1024, 2048),
    four = i32x4(4096, 8192, 16384, 32768);
  for (let q = 0; q < 2; q++) {
    const b = q == 0 ? b0 : b1;
    const k0 = v128.and(i32x4.gt_s(magnitudes(v128.load(ranking)), v), lanes(b, one));
    const k1 = v128.and(i32x4.gt_s(magnitudes(v128.load(ranking, 16)), v), lanes(b, two));
    const k2 = v128.and(i32x4.gt_s(magnitudes(v128.load(ranking, 32)), v), lanes(b, three));
    const k3 = v128.and(i32x4.gt_s(magnitudes(v128.load(ranking, 48)), v), lanes(b, four));
    bits |= bitsOf(k0, k1, k2, k3) << (q << 4);
    v128.store(data, v128.and(v128.load(data), k0));
    v128.store(data, v128.and(v128.load(data, 16), k1), 16);
    v128.store(data, v128.and(v128.load(data, 32), k2), 32);
    v128.store(data, v128.and(v128.load(data, 48), k3), 48);
    data += 64;
    ranking += 64;
  }
  store<u32>(words, bits);
}

@inline
function drop32Dense(data: usize, words: usize, v: v128): void {
  let bits: u32 = 0;
  for (let q = 0; q < 2; q++) {
    const x0 = v128.load(data),
      x1 = v128.load(data, 16),
      x2 = v128.load(data, 32),
      x3 = v128.load(data, 48);
    const k0 = i32x4.gt_s(magnitudes(x0), v),
      k1 = i32x4.gt_s(magnitudes(x1), v),
      k2 = i32x4.gt_s(magnitudes(x2), v),
      k3 = i32x4.gt_s(magnitudes(x3), v);
    v128.store(data, v128.and(x0, k0));
    v128.store(data, v128.and(x1, k1), 16);
    v128.store(data, v128.and(x2, k2), 32);
    v128.store(data, v128.and(x3, k3), 48);
    bits |= bitsOf(k0, k1, k2, k3) << (q << 4);
    data += 64;
  }
  store<u32>(words, bits);
}

@inline
function equal32(ranking: usize, v: v128): u32 {
  return (
    bitsOf(
      i32x4.eq(magnitudes(v128.load(ranking)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 16)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 32)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 48)), v),
    ) |
    (bitsOf(
      i32x4.eq(magnitudes(v128.load(ranking, 64)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 80)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 96)), v),
      i32x4.eq(magnitudes(v128.load(ranking, 112)), v),
    ) <<
      16)
  );
}

/** Whether any of 32 elements is exactly at the splatted magnitude. */
@inline
function anyEqual32(ranking: usize, v: v128): bool {
  return v128.any_true(
    v128.or(
      v128.or(
        v128.or(i32x4.eq(magnitudes(v128.load(ranking)), v), i32x4.eq(magnitudes(v128.load(ranking, 16)), v)),
        v128.or(
          i32x4.eq(magnitudes(v128.load(ranking, 32)), v),
          i32x4.eq(magnitudes(v128.load(ranking, 48)), v),
        ),
      ),
      v128.or(
        v128.or(
          i32x4.eq(magnitudes(v128.load(ranking, 64)), v),
          i32x4.eq(magnitudes(v128.load(ranking, 80)), v),
        ),
        v128.or(
          i32x4.eq(magnitudes(v128.load(ranking, 96)), v),
          i32x4.eq(magnitudes(v128.load(ranking, 112)), v),
        ),
      ),
    ),
  );
}

/** Takes the lowest `ties` set bits of `tied` out of the mask word. */
@inline
function takeTies(words: usize, tied: u32, ties: u32): u32 {
  const count = <u32>popcnt(tied);
  let gone = tied;
  if (count > ties) {
    let rest = tied;
    for (let i: u32 = 0; i < ties; i++) rest &= rest - 1;
    gone = tied & ~rest;
  }
  store<u32>(words, load<u32>(words) & ~gone);
  return min(count, ties);
}

/**
 * Drops kept elements below `magnitude` and the first `ties` at it, and zeroes every dropped element.
 * `dense` says that the mask keeps everything. Returns the ties that were used.
 */
export function dropBelow(
  data: usize,
  ranking: usize,
  words: usize,
  n: u32,
  magnitude: i32,
  ties: u32,
  dense: bool,
): u32 {
  // Kept is what lies above magnitude − 1, which may be −1: one instruction, where "at or above" takes two.
  const v = i32x4.splat(magnitude - 1),
    at = i32x4.splat(magnitude);
  const whole: u32 = n & ~31;
  // Whether the weight ranks by itself.
  const alone = data == ranking;
  let left = ties;
  let i: u32 = 0;
  for (; left > 0 && i < whole; i += 32) {
    const r = ranking + ((<usize>i) << 2),
      w = words + (i >> 3);
    if (anyEqual32(r, at)) {
      const tied = equal32(r, at) & load<u32>(w);
      if (tied != 0) left -= takeTies(w, tied, left);
    }
    if (alone && load<u32>(w) == ALL) drop32Dense(r, w, v);
    else drop32(data + ((<usize>i) << 2), r, w, v);
  }
  const half: u32 = ((whole - i) >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  if (dense && alone) {
    for (const end = i + half; i < end; i += 32) {
      const p = data + ((<usize>i) << 2),
        w = words + (i >> 3);
      drop32Dense(p, w, v);
      drop32Dense(p + step, w + wordStep, v);
    }
  } else {
    for (const end = i + half; i < end; i += 32) {
      const p = data + ((<usize>i) << 2),
        r = ranking + ((<usize>i) << 2),
        w = words + (i >> 3);
      drop32(p, r, w, v);
      drop32(p + step, r + step, w + wordStep, v);
    }
  }
  for (i += half; i < whole; i += 32)
    drop32(data + ((<usize>i) << 2), ranking + ((<usize>i) << 2), words + (i >> 3), v);
  for (; i < n; i++) {
    const w = words + ((i >> 5) << 2);
    const bit: u32 = 1 << (i & 31);
    const m = load<i32>(ranking + ((<usize>i) << 2)) & 0x7fffffff;
    if ((load<u32>(w) & bit) != 0 && (m < magnitude || (m == magnitude && left > 0))) {
      if (m == magnitude) left--;
      store<u32>(w, load<u32>(w) & ~bit);
    }
    if ((load<u32>(w) & bit) == 0) store<u32>(data + ((<usize>i) << 2), 0);
  }
  return ties - left;
}
