/*
 * Exact sums of magnitudes, or of their squares, in integers: a sum is a row of limbs of 16 bits, in units of the
 * smallest float32 (2⁻¹⁴⁹) or of its square. A limb takes additions without a carry until it would overflow. So the
 * result does not depend on the order of the elements, and no device flushes or rounds anything.
 *
 * Mean and root are rounded towards zero, which makes them short: the digits of a quotient or a root are found from
 * the highest down, and the 24 that a float32 holds depend on no others.
 */

/** What is added up. */
export type Sum = 'mean' | 'l2';

/** Limbs for sums of 2³⁰ elements: of 277 bits each, or 554. */
const LIMBS: Readonly<Record<Sum, number>> = { mean: 20, l2: 37 };

/** Additions after which limbs are carried. Each adds less than 2¹⁶ to a limb that then holds less than 2¹⁶. */
const ADDITIONS = 2 ** 15;

/** `add(magnitude)` adds to the sum of this thread, `finish(count)` gives mean or norm of as many elements. */
export function exactSum(sum: Sum): string {
  return `
const LIMBS = ${LIMBS[sum]}u;
var<private> limbs: array<u32, LIMBS>;
var<private> additions: u32;
fn carry() {
  var over = 0u;
  for (var i = 0u; i < LIMBS; i += 1u) {
    let limb = limbs[i] + over;
    limbs[i] = limb & 0xffffu;
    over = limb >> 16u;
  }
  additions = 0u;
}
fn add(magnitude: u32) {
  let exponent = max(magnitude >> 23u, 1u) - 1u;
  let mantissa = (magnitude & 0x7fffffu) | select(0u, 0x800000u, magnitude >= 0x800000u);
  let low = mantissa & 0xffffu;
  let high = mantissa >> 16u;
  ${ADD[sum]}
  additions += 1u;
  if (additions == ${ADDITIONS}u) { carry(); }
}
/// The highest bit of the sum that is set. There must be one, and limbs must be carried.
fn highest() -> u32 {
  var i = LIMBS - 1u;
  while (limbs[i] == 0u) { i -= 1u; }
  return 16u * i + firstLeadingBit(limbs[i]);
}
fn bits_from(position: u32, mask: u32) -> u32 { return (limbs[position >> 4u] >> (position & 15u)) & mask; }
${FINISH[sum]}`;
}

const ADD: Readonly<Record<Sum, string>> = {
  mean: `
  let at = exponent >> 4u;
  let shift = exponent & 15u;
  let first = low << shift;
  let second = (high << shift) + (first >> 16u);
  limbs[at] += first & 0xffffu;
  limbs[at + 1u] += second & 0xffffu;
  limbs[at + 2u] += second >> 16u;`,
  l2: `
  let at = exponent >> 3u;
  let shift = (2u * exponent) & 15u;
  let square = low * low;
  let mixed = 2u * low * high;
  let middle = (square >> 16u) + (mixed & 0xffffu);
  let first = (square & 0xffffu) << shift;
  let second = ((middle & 0xffffu) << shift) + (first >> 16u);
  let third = (((middle >> 16u) + (mixed >> 16u) + high * high) << shift) + (second >> 16u);
  limbs[at] += first & 0xffffu;
  limbs[at + 1u] += second & 0xffffu;
  limbs[at + 2u] += third & 0xffffu;
  limbs[at + 3u] += third >> 16u;`,
};

/** Of a result of `digits · 2^position` in units of the smallest float32, the magnitude is `(position << 23) + digits`. */
const FINISH: Readonly<Record<Sum, string>> = {
  mean: `
fn finish(count: u32) -> u32 {
  carry();
  var position = highest() + 1u;
  var rest = 0u;
  var digits = 0u;
  while (position > 0u && digits < 0x800000u) {
    position -= 1u;
    rest = 2u * rest + bits_from(position, 1u);
    digits *= 2u;
    if (rest >= count) { rest -= count; digits += 1u; }
  }
  return (position << 23u) + digits;
}`,
  l2: `
fn finish(count: u32) -> u32 {
  carry();
  var position = highest() / 2u + 1u;
  var rest = 0u;
  var digits = 0u;
  while (position > 0u && digits < 0x800000u) {
    position -= 1u;
    rest = 4u * rest + bits_from(2u * position, 3u);
    digits *= 2u;
    if (rest > 2u * digits) { rest -= 2u * digits + 1u; digits += 1u; }
  }
  // A norm may be larger than any float32.
  return select((position << 23u) + digits, 0x7f7fffffu, position > 253u);
}`,
};

/**
 * `add_up(thread)` makes the sum of thread 0 that of all, which add less than 2¹⁶ each to a limb. All threads of the
 * workgroup must come by.
 */
export const SUM_OF_WORKGROUP: string = `
var<workgroup> limbs_of_all: array<atomic<u32>, LIMBS>;
fn add_up(thread: u32) {
  carry();
  for (var i = 0u; i < LIMBS; i += 1u) {
    if (limbs[i] > 0u) { atomicAdd(&limbs_of_all[i], limbs[i]); }
  }
  workgroupBarrier();
  if (thread == 0u) {
    for (var i = 0u; i < LIMBS; i += 1u) { limbs[i] = atomicLoad(&limbs_of_all[i]); }
  }
}
`;
