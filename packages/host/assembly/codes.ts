/*
 * Elements that are codes of 8 or 16 bits, and rank by their distance from the one that stands for zero: once the bits of
 * `flip` are turned, and only those of `significant` are looked at, codes are unsigned integers in order. The place of a cut is
 * told as a distance for each row, so that sixteen or eight elements are judged at a time.
 *
 * What a loop works on is in a plan of 32-bit words. `lanes`: arrays of as many bits as a code has, `pitch` bytes apart, an
 * entry a row: zeros, and then cuts, each as the number of distances that are below it. The largest number counts for all
 * distances there are. The first element has row `row`; the next ones have it too, `left` of them in all, and then `span`
 * each have one of the others, 32 or more. Where `span` is 0, entries are not of rows but of consecutive elements, `rows`
 * of them until they begin again, and 31 more behind. `block`: room for the entries of 64 elements. Codes are read and
 * written to a multiple of 32. A loop leaves the plan so that the next one goes on behind it.
 */

const WIDE: usize = 0;
const CODES: usize = 4;
const WORDS: usize = 8;
const FLIP: usize = 12;
const SIGNIFICANT: usize = 16;
const LANES: usize = 20;
const PITCH: usize = 24;
const BASES: usize = 28;
const ROWS: usize = 32;
const SPAN: usize = 36;
const BLOCK: usize = 40;
const COUNTS: usize = 44;
const ROW: usize = 48;
const LEFT: usize = 52;
const TIES: usize = 56;
/** Four words of what is counted, added to what is there. */
const RESULTS: usize = 64;

/** What the loop does with each element. Told by a constant, of which nothing is left when it is compiled. */
const COUNT: u32 = 0;
const AROUND: u32 = 1;
const DROP: u32 = 2;

/** Arrays of a loop, with that of zeros. */
@inline
function arraysOf(work: u32): usize {
  return work == COUNT ? 2 : work == DROP ? 3 : 5;
}

/** Elements that there is room for in a block, so that a row may begin at any of the first 32. */
const ROOM: usize = 64;
/** Distances between cuts that are told apart as cuts are, where one row has many elements; their arrays are behind others. */
const FEW: u32 = 4;
const BETWEEN: usize = 5;
/** What distances are counted at, behind all arrays. */
const ENTRIES: usize = 8;
/** No row. */
const NONE: u32 = 0xffffffff;
const ALL: u32 = 0xffffffff;

/** One more than the distances of codes from their zeros; the largest two are one. */
@inline
function reach<Code>(codes: v128, zeros: v128, flip: v128, significant: v128): v128 {
  const turned = v128.and(v128.xor(codes, flip), significant);
  const distance = v128.or(v128.sub_sat<Code>(turned, zeros), v128.sub_sat<Code>(zeros, turned));
  return v128.add_sat<Code>(distance, v128.splat<Code>(1));
}

/** One bit for each of 32 elements that do not reach beyond their cuts; those of 8 bits are in two of the vectors. */
@inline
function within<Code>(r0: v128, r1: v128, r2: v128, r3: v128, cuts: usize): u32 {
  const v0 = v128.le<Code>(r0, v128.load(cuts));
  const v1 = v128.le<Code>(r1, v128.load(cuts, 16));
  if (sizeof<Code>() == 1) return i8x16.bitmask(v0) | (i8x16.bitmask(v1) << 16);
  const v2 = v128.le<Code>(r2, v128.load(cuts, 32));
  const v3 = v128.le<Code>(r3, v128.load(cuts, 48));
  return i8x16.bitmask(i8x16.narrow_i16x8_s(v0, v1)) | (i8x16.bitmask(i8x16.narrow_i16x8_s(v2, v3)) << 16);
}

/** Lanes all-ones where a bit is 1, of the lowest as many as there are lanes. */
@inline
function lanesOf<Code>(bits: u32): v128 {
  if (sizeof<Code>() == 1) {
    const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    const spread = i8x16.swizzle(i16x8.splat(<i16>bits), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
    return i8x16.eq(v128.and(spread, each), each);
  }
  const each = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  return i16x8.eq(v128.and(i16x8.splat(<i16>bits), each), each);
}

/** Where the arrays of a block begin, and what distances are counted at. */
@inline
function arrayAt<Code>(block: usize, array: usize): usize {
  return block + array * ROOM * sizeof<Code>();
}

/** Makes zeros of codes whose bits are 0, in one of the vectors of a word. */
@inline
function clear<Code>(codes: usize, zeros: usize, turn: v128, bits: u32, vector: u32): void {
  const at = <usize>vector << 4;
  const kept = lanesOf<Code>(bits >> (vector * (16 / sizeof<Code>())));
  v128.store(codes + at, v128.bitselect(v128.load(codes + at), v128.xor(v128.load(zeros + at), turn), kept));
}

/** Fills a block with the entries of a row, from an element on. */
@inline
function fill<Code>(work: u32, block: usize, from: u32, lanes: usize, pitch: usize, bases: usize, row: u32): void {
  for (let a: usize = 0; a < arraysOf(work); a++) {
    const entry = v128.splat<Code>(load<Code>(lanes + a * pitch + <usize>row * sizeof<Code>()));
    const to = arrayAt<Code>(block, a) + <usize>from * sizeof<Code>();
    for (let at: usize = 0; at < 32 * sizeof<Code>(); at += 16) v128.store(to + at, entry);
  }
  if (work != AROUND) return;
  const second = load<Code>(lanes + 2 * pitch + <usize>row * sizeof<Code>());
  for (let a: usize = 0; a < FEW - 1; a++) {
    const entry = v128.splat<Code>(second + 1 + <Code>a);
    const to = arrayAt<Code>(block, BETWEEN + a);
    for (let at: usize = 0; at < 32 * sizeof<Code>(); at += 16) v128.store(to + at, entry);
  }
  const base = i32x4.splat(load<i32>(bases + (<usize>row << 2)));
  const to = arrayAt<Code>(block, ENTRIES) + (<usize>from << 2);
  for (let at: usize = 0; at < 128; at += 16) v128.store(to + at, base);
}

/** Fills a block with the entries of 32 elements. */
@inline
function copy<Code>(work: u32, block: usize, lanes: usize, pitch: usize, bases: usize, row: u32): void {
  for (let a: usize = 0; a < arraysOf(work); a++) {
    const from = lanes + a * pitch + <usize>row * sizeof<Code>();
    const to = arrayAt<Code>(block, a);
    for (let at: usize = 0; at < 32 * sizeof<Code>(); at += 16) v128.store(to + at, v128.load(from + at));
  }
  if (work != AROUND) return;
  const from = bases + (<usize>row << 2);
  const to = arrayAt<Code>(block, ENTRIES);
  for (let at: usize = 0; at < 128; at += 16) v128.store(to + at, v128.load(from + at));
}

@inline
function walk<Code>(work: u32, plan: usize, elements: u32): void {
  const turn = v128.splat<Code>(load<Code>(plan, FLIP));
  const mask = v128.splat<Code>(load<Code>(plan, SIGNIFICANT));
  const lanes: usize = load<u32>(plan, LANES);
  const pitch: usize = load<u32>(plan, PITCH);
  const bases: usize = load<u32>(plan, BASES);
  const rows = load<u32>(plan, ROWS);
  const span = load<u32>(plan, SPAN);
  const block: usize = load<u32>(plan, BLOCK);
  const counts: usize = load<u32>(plan, COUNTS);
  const entries = arrayAt<Code>(block, ENTRIES);
  let codes: usize = load<u32>(plan, CODES),
    words: usize = load<u32>(plan, WORDS),
    row = load<u32>(plan, ROW),
    left = load<u32>(plan, LEFT),
    ties = load<u32>(plan, TIES),
    filled = NONE;
  let belowLow: u32 = 0,
    upToLow: u32 = 0,
    belowHigh: u32 = 0,
    upToHigh: u32 = 0;
  for (let n = <i32>elements; n > 0; ) {
    // How many elements, in whole words, have the same block.
    let alike: u32 = 32;
    if (span == 0) {
      copy<Code>(work, block, lanes, pitch, bases, row);
      for (row += 32; row >= rows; ) row -= rows;
    } else {
      if (filled != row) fill<Code>(work, block, 0, lanes, pitch, bases, row);
      filled = row;
      if (left > 32) {
        alike = min((left - 1) & ~31, (<u32>n + 31) & ~31);
        left -= alike;
      } else {
        row = row + 1 == rows ? 0 : row + 1;
        fill<Code>(work, block, left, lanes, pitch, bases, row);
        left += span - 32;
        filled = NONE;
      }
    }
    n -= alike;
    const second: u32 = load<Code>(arrayAt<Code>(block, 2));
    const third: u32 = load<Code>(arrayAt<Code>(block, 3));
    const between = third - second - 1;
    // The largest number is no cut like others.
    const few = work == AROUND && filled != NONE && between < FEW && third != <u32><Code>NONE;
    for (const end = words + (alike >> 3); words < end; words += 4, codes += 32 * sizeof<Code>()) {
      const word = load<u32>(words);
      const r0 = reach<Code>(v128.load(codes), v128.load(block), turn, mask);
      const r1 = reach<Code>(v128.load(codes, 16), v128.load(block, 16), turn, mask);
      const wide = sizeof<Code>() == 2;
      const r2 = wide ? reach<Code>(v128.load(codes, 32), v128.load(block, 32), turn, mask) : r0;
      const r3 = wide ? reach<Code>(v128.load(codes, 48), v128.load(block, 48), turn, mask) : r1;
      const a = within<Code>(r0, r1, r2, r3, arrayAt<Code>(block, 1));
      if (work == COUNT) {
        belowLow += popcnt(word & a);
        // Behind the last element there may be anything.
        upToLow += popcnt(n < 0 && words + 4 == end ? a & (ALL >>> -n) : a);
        continue;
      }
      const b = within<Code>(r0, r1, r2, r3, arrayAt<Code>(block, 2));
      if (work == AROUND) {
        const c = within<Code>(r0, r1, r2, r3, arrayAt<Code>(block, 3));
        const d = within<Code>(r0, r1, r2, r3, arrayAt<Code>(block, 4));
        belowLow += popcnt(word & a);
        upToLow += popcnt(word & b);
        belowHigh += popcnt(word & c);
        upToHigh += popcnt(word & d);
        if (few) {
          let counted = counts + (<usize>(load<i32>(entries) + second) << 2);
          let up = b;
          for (let a: usize = 0; a < between; a++, counted += 4) {
            const further = within<Code>(r0, r1, r2, r3, arrayAt<Code>(block, BETWEEN + a));
            store<u32>(counted, load<u32>(counted) + popcnt(word & further & ~up));
            up = further;
          }
          store<u32>(counted, load<u32>(counted) + popcnt(word & c & ~up));
          continue;
        }
        for (let inside = word & c & ~b; inside != 0; inside &= inside - 1) {
          const lane = <usize>ctz(inside);
          const turned: i32 = (load<Code>(codes + lane * sizeof<Code>()) ^ load<u32>(plan, FLIP)) & load<u32>(plan, SIGNIFICANT);
          const zero: i32 = load<Code>(block + lane * sizeof<Code>());
          const entry = load<i32>(entries + (lane << 2)) + abs(turned - zero);
          const counted = counts + (<usize>entry << 2);
          store<u32>(counted, load<u32>(counted) + 1);
        }
        continue;
      }
      let gone = word & a;
      let equal = word & b & ~a;
      if (equal != 0 && ties != 0) {
        const found = popcnt(equal);
        if (found > ties) {
          let beyond = equal;
          for (; ties != 0; ties--) beyond &= beyond - 1;
          equal ^= beyond;
        } else ties -= found;
        gone |= equal;
      }
      const stays = word & ~gone;
      store<u32>(words, stays);
      clear<Code>(codes, block, turn, stays, 0);
      clear<Code>(codes, block, turn, stays, 1);
      if (!wide) continue;
      clear<Code>(codes, block, turn, stays, 2);
      clear<Code>(codes, block, turn, stays, 3);
    }
  }
  store<u32>(plan, row, ROW);
  store<u32>(plan, left, LEFT);
  store<u32>(plan, ties, TIES);
  store<u32>(plan, load<u32>(plan, RESULTS) + belowLow, RESULTS);
  store<u32>(plan, load<u32>(plan, RESULTS + 4) + upToLow, RESULTS + 4);
  store<u32>(plan, load<u32>(plan, RESULTS + 8) + belowHigh, RESULTS + 8);
  store<u32>(plan, load<u32>(plan, RESULTS + 12) + upToHigh, RESULTS + 12);
}

/** Of one cut, counts kept elements that are below it, and then those of all that are. */
export function countBelow(plan: usize, n: u32): void {
  if (load<u32>(plan, WIDE)) walk<u16>(COUNT, plan, n);
  else walk<u8>(COUNT, plan, n);
}

/**
 * Of four cuts, counts kept elements that are below each. Of those at or above the second and below the third, adds up how
 * often each distance occurs: in 32-bit words at `counts`, of which the one for a distance is that plus the row's entry of
 * `bases`.
 */
export function countAround(plan: usize, n: u32): void {
  if (load<u32>(plan, WIDE)) walk<u16>(AROUND, plan, n);
  else walk<u8>(AROUND, plan, n);
}

/**
 * Drops kept elements below the first of two cuts, and the first `ties` below the second, which become fewer; makes zeros
 * of all that are dropped.
 */
export function dropCodes(plan: usize, n: u32): void {
  if (load<u32>(plan, WIDE)) walk<u16>(DROP, plan, n);
  else walk<u8>(DROP, plan, n);
}
