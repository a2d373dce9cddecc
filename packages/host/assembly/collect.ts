import { bitsOf, magnitudes, nothingOf, sumLanes } from './lanes';

/*
 * `collect` looks at four streams of 512 elements, writes down in bits what it sees, and only then fetches what is to be
 * collected. A branch that depends on a weight costs most where the weight is still on its way from memory; here it
 * depends on a bit that was just written.
 *
 * Bits are in the order that costs least to make: those of eight elements as 0 4 1 5 2 6 3 7.
 */

/** Elements of a stream that are looked at in one go. */
const BLOCK: u32 = 512;
/** Bytes of their bits. */
const BITS: usize = BLOCK >> 3;
/** So many candidates of 64 elements are no longer fetched one by one before the bracket's own ends are sorted out. */
const MANY: u64 = 12;

/** The upper halves of two vectors, each lane of the first followed by its like of the second. */
@inline
function upperHalves(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

/** The upper halves of eight magnitudes less `first`. */
@inline
function codes8(p: usize, first: v128, magnitude: v128): v128 {
  // Read half a lane early, the upper halves of the first four are lower ones: a blend is left of what is a shuffle.
  const upper = i8x16.shuffle(
    v128.load(p, 2),
    v128.load(p, 16),
    0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30, 31,
  );
  return i16x8.sub(v128.and(upper, magnitude), first);
}

/** Of each stream, in bits: which codes of 16-bit lie beyond `first + width`, and which do not lie between. */
@inline
function lookAt16(p: usize, w: usize, first: v128, width: v128, magnitude: v128): void {
  const codes = i8x16.narrow_i16x8_s(codes8(p, first, magnitude), codes8(p + 32, first, magnitude));
  const beyond = i8x16.gt_s(codes, width);
  store<u16>(w, i8x16.bitmask(beyond));
  store<u16>(w, i8x16.bitmask(v128.or(codes, beyond)), 4 * BITS);
}

function look(data: usize, step: usize, n: u32, first: i32, width: i32, bits: usize): void {
  const nothing = nothingOf(bits);
  const vFirst = i32x4.add(nothing, i16x8.splat(<i16>first)),
    vWidth = i32x4.add(nothing, i8x16.splat(<i8>width)),
    magnitude = i32x4.add(nothing, i16x8.splat(0x7fff));
  let w = bits,
    p = data;
  for (const end = data + ((<usize>n) << 2); p < end; p += 64, w += 2) {
    lookAt16(p, w, vFirst, vWidth, magnitude);
    lookAt16(p + step, w + BITS, vFirst, vWidth, magnitude);
    lookAt16(p + 2 * step, w + 2 * BITS, vFirst, vWidth, magnitude);
    lookAt16(p + 3 * step, w + 3 * BITS, vFirst, vWidth, magnitude);
  }
}

/** The same of 64 elements, exactly: which lie at `high` or above, and which do not lie strictly between. */
function lookExactly(p: usize, w: usize, low: i32, high: i32): void {
  const vLow = i32x4.splat(low),
    vHigh = i32x4.splat(high);
  for (const end = p + 256; p < end; p += 64, w += 2) {
    const m0 = magnitudes(v128.load(p)),
      m1 = magnitudes(v128.load(p, 16)),
      m2 = magnitudes(v128.load(p, 32)),
      m3 = magnitudes(v128.load(p, 48));
    const inside = i8x16.narrow_i16x8_s(
      upperHalves(
        v128.and(i32x4.gt_s(m0, vLow), i32x4.gt_s(vHigh, m0)),
        v128.and(i32x4.gt_s(m1, vLow), i32x4.gt_s(vHigh, m1)),
      ),
      upperHalves(
        v128.and(i32x4.gt_s(m2, vLow), i32x4.gt_s(vHigh, m2)),
        v128.and(i32x4.gt_s(m3, vLow), i32x4.gt_s(vHigh, m3)),
      ),
    );
    const beyond = i8x16.narrow_i16x8_s(
      upperHalves(i32x4.ge_s(m0, vHigh), i32x4.ge_s(m1, vHigh)),
      upperHalves(i32x4.ge_s(m2, vHigh), i32x4.ge_s(m3, vHigh)),
    );
    store<u16>(w, i8x16.bitmask(beyond));
    store<u16>(w, ~i8x16.bitmask(inside), 4 * BITS);
  }
}

/** The bits of each byte in the order of the bits above. */
@inline
function inOrder(x: u64): u64 {
  let t = (x ^ (x >> 2)) & 0x0c0c0c0c0c0c0c0c;
  x ^= t ^ (t << 2);
  t = (x ^ (x >> 1)) & 0x2222222222222222;
  return x ^ t ^ (t << 1);
}

/**
 * Counts kept elements above `low` and writes the magnitudes of those below `high` to `out`.
 * results[0] = how many were written, results[1] = how many lie above `low`. Returns false, with results of no
 * use, when there is no room for them before `end`. `bits` has 512 bytes of room.
 */
export function collect(
  data: usize,
  words: usize,
  n: u32,
  low: i32,
  high: i32,
  out: usize,
  end: usize,
  bits: usize,
  results: usize,
): bool {
  const quarter: u32 = (n >> 2) & ~63;
  const step: usize = (<usize>quarter) << 2;
  // Upper halves alone say of nearly all elements on which side of the bracket they are.
  const first = max(low, 0) >> 16,
    width = (high >> 16) - first;
  const coarse = width < 127;
  let o = out;
  let above: u64 = 0;
  for (let i: u32 = 0; i < quarter; i += BLOCK) {
    const size = min(BLOCK, quarter - i);
    const start = data + ((<usize>i) << 2);
    if (coarse) look(start, step, size, first, width, bits);
    for (let q: u32 = 0; q < 4; q++) {
      let p = start + <usize>q * step,
        w = bits + <usize>q * BITS,
        k = words + ((i + q * quarter) >> 3);
      for (const last = w + (size >> 3); w < last; w += 8, p += 256, k += 8) {
        const kept = words == 0 ? <u64>-1 : inOrder(load<u64>(k));
        let inside = kept & ~load<u64>(w, 4 * BITS);
        if (!coarse || popcnt(inside) > MANY) {
          lookExactly(p, w, low, high);
          inside = kept & ~load<u64>(w, 4 * BITS);
        }
        if (o + (<usize>popcnt(inside) << 2) > end) return false;
        above += popcnt(kept & load<u64>(w));
        while (inside) {
          const bit = <u32>ctz(inside);
          inside &= inside - 1;
          const m = load<i32>(p + (((bit & 56) << 2) | ((bit & 6) << 1) | ((bit & 1) << 4))) & 0x7fffffff;
          store<i32>(o, m);
          const isAbove = u32(m > low);
          above += isAbove;
          o += (isAbove & u32(m < high)) << 2;
        }
      }
    }
  }
  for (let i: u32 = quarter << 2; i < n; i++) {
    if (o + 4 > end) return false;
    if (words != 0 && ((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) == 0) continue;
    const m = load<i32>(data + ((<usize>i) << 2)) & 0x7fffffff;
    store<i32>(o, m);
    const isAbove = u32(m > low);
    above += isAbove;
    o += (isAbove & u32(m < high)) << 2;
  }
  store<u32>(results, <u32>((o - out) >> 2));
  store<u32>(results, <u32>above, 4);
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
