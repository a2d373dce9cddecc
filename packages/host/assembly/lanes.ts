/* What the loops share: 32 elements are eight vectors of four lanes, and one word of a mask. */

@inline
export function magnitudes(v: v128): v128 {
  return v128.and(v, i32x4.splat(0x7fffffff));
}

/** A mask word that keeps all of its 32 elements. */
export const ALL: u32 = 0xffffffff;

/** One bit a lane of four vectors of all-ones or all-zero lanes. */
@inline
export function bitsOf(a: v128, b: v128, c: v128, d: v128): u32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

/** The four lanes together. */
@inline
export function sumLanes(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

/** Lanes all-ones where the bit at `shift`..`shift + 3` of the splatted word is 1. */
@inline
export function lanes(word: v128, bits: v128): v128 {
  return i32x4.eq(v128.and(word, bits), bits);
}

/**
 * Four zeros, from the lowest bits of a pointer to words. An engine makes a constant anew in each turn of a loop, which may
 * be a quarter of all there is to do there; a sum with these is made once and stays in its register.
 */
@inline
export function nothingOf(words: usize): v128 {
  return i32x4.splat(<i32>(words & 3));
}
