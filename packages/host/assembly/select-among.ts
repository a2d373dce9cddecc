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
