/** Whether none of so many float32 is an infinity or NaN: 0 times one of those is NaN, and 0 times all others is 0. */
export function allFinite(from: usize, length: u32): bool {
  const end = from + ((<usize>length) << 2);
  const exponent = i32x4.splat(0x7f800000);
  let found = i32x4.splat(0);
  for (; from + 16 <= end; from += 16) {
    found = v128.or(found, i32x4.eq(v128.and(v128.load(from), exponent), exponent));
  }
  for (; from < end; from += 4) {
    if ((load<u32>(from) & 0x7f800000) == 0x7f800000) return false;
  }
  return !v128.any_true(found);
}
