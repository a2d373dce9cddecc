import { bitsOf, lanes, magnitudes, nothingOf } from './lanes';

/** Elements that are dropped before ties among them are looked for: 8 kB. */
const BLOCK: u32 = 2048;

/**
 * Drops what is not above `v` among sixteen elements, whose mask is half a word. Returns lanes that are all-ones where an
 * element is exactly at `at`, all four vectors in one; who does not look at them pays nothing.
 */
@inline
function drop16(
  data: usize,
  ranking: usize,
  half: usize,
  v: v128,
  at: v128,
  sign: v128,
  one: v128,
  two: v128,
  three: v128,
  four: v128,
): v128 {
  // Twice in each lane: the lower copy is looked at.
  const b = v128.load16_splat(half);
  const m0 = v128.and(v128.load(ranking), sign),
    m1 = v128.and(v128.load(ranking, 16), sign),
    m2 = v128.and(v128.load(ranking, 32), sign),
    m3 = v128.and(v128.load(ranking, 48), sign);
  const k0 = v128.and(i32x4.gt_s(m0, v), lanes(b, one)),
    k1 = v128.and(i32x4.gt_s(m1, v), lanes(b, two)),
    k2 = v128.and(i32x4.gt_s(m2, v), lanes(b, three)),
    k3 = v128.and(i32x4.gt_s(m3, v), lanes(b, four));
  v128.store(data, v128.and(v128.load(data), k0));
  v128.store(data, v128.and(v128.load(data, 16), k1), 16);
  v128.store(data, v128.and(v128.load(data, 32), k2), 32);
  v128.store(data, v128.and(v128.load(data, 48), k3), 48);
  store<u16>(half, bitsOf(k0, k1, k2, k3));
  return anyOf(i32x4.eq(m0, at), i32x4.eq(m1, at), i32x4.eq(m2, at), i32x4.eq(m3, at));
}

/** The same where all are kept so far and the weight ranks by itself. */
@inline
function drop16Dense(data: usize, half: usize, v: v128, at: v128, sign: v128): v128 {
  const x0 = v128.load(data),
    x1 = v128.load(data, 16),
    x2 = v128.load(data, 32),
    x3 = v128.load(data, 48);
  const m0 = v128.and(x0, sign),
    m1 = v128.and(x1, sign),
    m2 = v128.and(x2, sign),
    m3 = v128.and(x3, sign);
  const k0 = i32x4.gt_s(m0, v),
    k1 = i32x4.gt_s(m1, v),
    k2 = i32x4.gt_s(m2, v),
    k3 = i32x4.gt_s(m3, v);
  v128.store(data, v128.and(x0, k0));
  v128.store(data, v128.and(x1, k1), 16);
  v128.store(data, v128.and(x2, k2), 32);
  v128.store(data, v128.and(x3, k3), 48);
  store<u16>(half, bitsOf(k0, k1, k2, k3));
  return anyOf(i32x4.eq(m0, at), i32x4.eq(m1, at), i32x4.eq(m2, at), i32x4.eq(m3, at));
}

@inline
function anyOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.or(v128.or(a, b), v128.or(c, d));
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
  const nothing = nothingOf(words);
  // Kept is what lies above magnitude − 1, which may be −1: one instruction, where "at or above" takes two.
  const v = i32x4.add(nothing, i32x4.splat(magnitude - 1)),
    sign = i32x4.add(nothing, i32x4.splat(0x7fffffff));
  const one = i32x4.add(nothing, i32x4(1, 2, 4, 8)),
    two = i32x4.add(nothing, i32x4(16, 32, 64, 128)),
    three = i32x4.add(nothing, i32x4(256, 512, 1024, 2048)),
    four = i32x4.add(nothing, i32x4(4096, 8192, 16384, 32768));
  const at = i32x4.add(nothing, i32x4.splat(magnitude));
  const whole: u32 = n & ~31;
  // Whether the weight ranks by itself.
  const alone = data == ranking,
    apart = ranking - data;
  let left = ties;
  let i: u32 = 0;
  // While there are ties to take, a block is dropped first as if there were none; few hold any.
  while (left > 0 && i < whole) {
    const first = i;
    let any = nothing,
      p = data + ((<usize>i) << 2),
      w = words + (i >> 3);
    i = min(whole, i + BLOCK);
    const last = words + (i >> 3);
    if (dense && alone) for (; w < last; w += 2, p += 64) any = v128.or(any, drop16Dense(p, w, v, at, sign));
    else
      for (; w < last; w += 2, p += 64)
        any = v128.or(any, drop16(p, p + apart, w, v, at, sign, one, two, three, four));
    if (!v128.any_true(any)) continue;
    p = data + ((<usize>first) << 2);
    w = words + (first >> 3);
    for (; left > 0 && w < last; w += 4, p += 128) {
      const tied = equal32(p + apart, at) & load<u32>(w);
      if (tied == 0) continue;
      left -= takeTies(w, tied, left);
      drop16(p, p + apart, w, v, at, sign, one, two, three, four);
      drop16(p + 64, p + 64 + apart, w + 2, v, at, sign, one, two, three, four);
    }
  }
  const half: u32 = ((whole - i) >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  let p = data + ((<usize>i) << 2),
    w = words + (i >> 3);
  if (dense && alone) {
    for (const end = p + step; p < end; p += 64, w += 2) {
      drop16Dense(p, w, v, at, sign);
      drop16Dense(p + step, w + wordStep, v, at, sign);
    }
  } else {
    for (const end = p + step; p < end; p += 64, w += 2) {
      drop16(p, p + apart, w, v, at, sign, one, two, three, four);
      drop16(p + step, p + step + apart, w + wordStep, v, at, sign, one, two, three, four);
    }
  }
  for (i += half << 1, p += step, w += wordStep; i < whole; i += 16, p += 64, w += 2)
    drop16(p, p + apart, w, v, at, sign, one, two, three, four);
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
