/*
 * The loops over memory, in AssemblyScript: TypeScript's syntax, WebAssembly's types. Compiled to WASM SIMD by
 * `npm run build`.
 *
 * The memory is imported and may belong to somebody else, so nothing here lives at a fixed address: no data,
 * no stack, no allocation; every pointer is an argument. Magnitudes are compared as signed 32-bit integers,
 * four at a time. Several streams (halves or quarters of one array) are read in turn, because one stream alone
 * does not keep the memory busy.
 *
 * `data`, `ranking`: 32-bit patterns. `words`: the mask, bit i of word w for element 32 w + i, 1 for kept; 0
 * as a pointer says that everything is kept. `n`: elements. `results`: two 32-bit words for what is returned.
 */

@inline
function magnitudes(v: v128): v128 {
  return v128.and(v, i32x4.splat(0x7fffffff));
}

/** A mask word that keeps all of its 32 elements. */
const ALL: u32 = 0xffffffff;

/** Most bytes that one step of `collect` writes: 64 magnitudes. */
const STEP: usize = 256;

/** One bit a lane of four vectors of all-ones or all-zero lanes. */
@inline
function bitsOf(a: v128, b: v128, c: v128, d: v128): u32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

/** The four lanes together. */
@inline
function sumLanes(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

/** Lanes all-ones where the bit at `shift`..`shift + 3` of the splatted word is 1. */
@inline
function lanes(word: v128, bits: v128): v128 {
  return i32x4.eq(v128.and(word, bits), bits);
}

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

/**
 * The rank-th smallest (from 0) of `count` integers at `source`, all in [base, base + 2^bits).
 * Returns the value; results[0] = its rank among equals. `scratch` may be `source`. `table` has 2048 words.
 */
export function selectAmong(
  source: usize,
  count: u32,
  rank: u32,
  base: i32,
  bits: i32,
  scratch: usize,
  table: usize,
  results: usize,
): i32 {
  let from = source;
  let prefix: i32 = base;
  while (bits > 0 && count > 1) {
    const width = min(bits, 11);
    const shift = bits - width;
    memory.fill(table, 0, 4 << width);
    for (let p = from, end = from + ((<usize>count) << 2); p < end; p += 4) {
      const at = table + ((<usize>((load<i32>(p) - prefix) >>> shift)) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    let digit = 0;
    for (;;) {
      const here = load<u32>(table + ((<usize>digit) << 2));
      if (rank < here) break;
      rank -= here;
      digit++;
    }
    const begin = prefix + (digit << shift);
    let o = scratch;
    for (let p = from, end = from + ((<usize>count) << 2); p < end; p += 4) {
      const x = load<i32>(p);
      store<i32>(o, x);
      o += <usize>(((x - begin) >>> shift == 0 ? 1 : 0) << 2);
    }
    count = <u32>((o - scratch) >> 2);
    from = scratch;
    prefix = begin;
    bits = shift;
  }
  store<u32>(results, rank);
  return count == 1 && bits > 0 ? load<i32>(from) : prefix;
}

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

@inline
function zero32(data: usize, words: usize): void {
  const word = load<u32>(words);
  const one = i32x4(1, 2, 4, 8),
    two = i32x4(16, 32, 64, 128),
    three = i32x4(256, 512, 1024, 2048),
    four = i32x4(4096, 8192, 16384, 32768);
  const b0 = i32x4.splat(word),
    b1 = i32x4.splat(word >> 16);
  v128.store(data, v128.and(v128.load(data), lanes(b0, one)));
  v128.store(data, v128.and(v128.load(data, 16), lanes(b0, two)), 16);
  v128.store(data, v128.and(v128.load(data, 32), lanes(b0, three)), 32);
  v128.store(data, v128.and(v128.load(data, 48), lanes(b0, four)), 48);
  v128.store(data, v128.and(v128.load(data, 64), lanes(b1, one)), 64);
  v128.store(data, v128.and(v128.load(data, 80), lanes(b1, two)), 80);
  v128.store(data, v128.and(v128.load(data, 96), lanes(b1, three)), 96);
  v128.store(data, v128.and(v128.load(data, 112), lanes(b1, four)), 112);
}

/** Zeroes every dropped element. */
export function zeroDropped(data: usize, words: usize, n: u32): void {
  const whole: u32 = n & ~31;
  const half: u32 = (n >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  let i: u32 = 0;
  for (; i < half; i += 32) {
    const p = data + ((<usize>i) << 2),
      w = words + (i >> 3);
    zero32(p, w);
    zero32(p + step, w + wordStep);
  }
  for (i = half << 1; i < whole; i += 32) zero32(data + ((<usize>i) << 2), words + (i >> 3));
  for (; i < n; i++) {
    if (((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) == 0) store<u32>(data + ((<usize>i) << 2), 0);
  }
}

/** How many bits of `count` words are 1. */
export function countBits(words: usize, count: u32): u32 {
  let sum: i64 = 0;
  let i: u32 = 0;
  for (const even = count & ~1; i < even; i += 2) sum += popcnt(load<u64>(words + ((<usize>i) << 2)));
  if (i < count) sum += popcnt(load<u32>(words + ((<usize>i) << 2)));
  return <u32>sum;
}
