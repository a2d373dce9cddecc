import { ALL, bitsOf, lanes, magnitudes, nothingOf } from './lanes';

/** Drops among sixteen elements, whose mask is half a word. */
@inline
function drop16(
  data: usize,
  ranking: usize,
  half: usize,
  v: v128,
  sign: v128,
  one: v128,
  two: v128,
  three: v128,
  four: v128,
): void {
  // Twice in each lane: the lower copy is looked at.
  const b = v128.load16_splat(half);
  const k0 = v128.and(i32x4.gt_s(v128.and(v128.load(ranking), sign), v), lanes(b, one));
  const k1 = v128.and(i32x4.gt_s(v128.and(v128.load(ranking, 16), sign), v), lanes(b, two));
  const k2 = v128.and(i32x4.gt_s(v128.and(v128.load(ranking, 32), sign), v), lanes(b, three));
  const k3 = v128.and(i32x4.gt_s(v128.and(v128.load(ranking, 48), sign), v), lanes(b, four));
  v128.store(data, v128.and(v128.load(data), k0));
  v128.store(data, v128.and(v128.load(data, 16), k1), 16);
  v128.store(data, v128.and(v128.load(data, 32), k2), 32);
  v128.store(data, v128.and(v128.load(data, 48), k3), 48);
  store<u16>(half, bitsOf(k0, k1, k2, k3));
}

/** The same where all are kept so far and the weight ranks by itself. */
@inline
function drop16Dense(data: usize, half: usize, v: v128, sign: v128): void {
  const x0 = v128.load(data),
    x1 = v128.load(data, 16),
    x2 = v128.load(data, 32),
    x3 = v128.load(data, 48);
  const k0 = i32x4.gt_s(v128.and(x0, sign), v),
    k1 = i32x4.gt_s(v128.and(x1, sign), v),
    k2 = i32x4.gt_s(v128.and(x2, sign), v),
    k3 = i32x4.gt_s(v128.and(x3, sign), v);
  v128.store(data, v128.and(x0, k0));
  v128.store(data, v128.and(x1, k1), 16);
  v128.store(data, v128.and(x2, k2), 32);
  v128.store(data, v128.and(x3, k3), 48);
  store<u16>(half, bitsOf(k0, k1, k2, k3));
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
  const nothing = nothingOf(words);
  // Kept is what lies above magnitude − 1, which may be −1: one instruction, where "at or above" takes two.
  const v = i32x4.add(nothing, i32x4.splat(magnitude - 1)),
    sign = i32x4.add(nothing, i32x4.splat(0x7fffffff));
  const one = i32x4.add(nothing, i32x4(1, 2, 4, 8)),
    two = i32x4.add(nothing, i32x4(16, 32, 64, 128)),
    three = i32x4.add(nothing, i32x4(256, 512, 1024, 2048)),
    four = i32x4.add(nothing, i32x4(4096, 8192, 16384, 32768));
  const at = i32x4.splat(magnitude);
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
    if (alone && load<u32>(w) == ALL) {
      drop16Dense(r, w, v, sign);
      drop16Dense(r + 64, w + 2, v, sign);
    } else {
      const p = data + ((<usize>i) << 2);
      drop16(p, r, w, v, sign, one, two, three, four);
      drop16(p + 64, r + 64, w + 2, v, sign, one, two, three, four);
    }
  }
  const half: u32 = ((whole - i) >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  let p = data + ((<usize>i) << 2),
    w = words + (i >> 3);
  if (dense && alone) {
    for (const end = p + step; p < end; p += 64, w += 2) {
      drop16Dense(p, w, v, sign);
      drop16Dense(p + step, w + wordStep, v, sign);
    }
  } else {
    const apart = ranking - data;
    for (const end = p + step; p < end; p += 64, w += 2) {
      drop16(p, p + apart, w, v, sign, one, two, three, four);
      drop16(p + step, p + apart + step, w + wordStep, v, sign, one, two, three, four);
    }
  }
  for (i += half << 1; i < whole; i += 16)
    drop16(
      data + ((<usize>i) << 2),
      ranking + ((<usize>i) << 2),
      words + (i >> 3),
      v,
      sign,
      one,
      two,
      three,
      four,
    );
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
