/*
 * Elements that are codes of 8 or 16 bits, each of a row of a table of `size` entries. The row of the first is `row`; the
 * next ones have it too, `left` of them in all, and then `span` each have one of the others; or, where `step` is 1, each
 * has the row behind the last. The loop goes through pieces that lie in one word of the mask and in one such run.
 */

/** What the loop does with each element. Told by a constant, of which nothing is left when it is compiled. */
const TALLY: u32 = 0;
const COUNT: u32 = 1;
const DROP: u32 = 2;

/** As verdicts have it: exactly at the magnitude of a cut. 1 is below it, 0 above. */
const EQUAL: u32 = 2;

/** @returns what was counted, or the ties that are left */
@inline
function walk<Code>(
  work: u32,
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  from: u32,
  rest: u32,
  span: u32,
  step: u32,
  table: usize,
  zeros: usize,
  ties: u32,
): u32 {
  // Entries of a table of counts have 32 bits, verdicts 8.
  const shift: usize = work == TALLY ? 2 : 0;
  const pace: usize = (<usize>(step * size)) << shift;
  let row = from,
    left = rest,
    result = ties,
    i: u32 = 0;
  while (i < n) {
    const w = words + (<usize>(i >> 5) << 2);
    const word = load<u32>(w);
    const stop = min(min(n, (i | 31) + 1), i + left);
    let base = table + ((<usize>(row * size)) << shift);
    let gone: u32 = 0;
    left -= stop - i;
    for (; i < stop; i++, base += pace, row += step) {
      const p = codes + <usize>i * sizeof<Code>();
      const code: u32 = load<Code>(p);
      const kept: u32 = (word >> (i & 31)) & 1;
      if (work == TALLY) {
        const at = base + ((<usize>code) << 2);
        store<u32>(at, load<u32>(at) + kept);
        continue;
      }
      const verdict: u32 = load<u8>(base + <usize>code);
      if (work == COUNT) {
        result += kept & verdict;
        continue;
      }
      const zero: u32 = load<u16>(zeros + (<usize>row << 1));
      let stays: u32 = kept & ~verdict;
      if (verdict == EQUAL && stays != 0 && result > 0) {
        result--;
        stays = 0;
      }
      gone |= (stays ^ 1) << (i & 31);
      store<Code>(p, <Code>(zero ^ ((code ^ zero) & (0 - stays))));
    }
    if (work == DROP) store<u32>(w, word & ~gone);
    if (left == 0) {
      left = span;
      row = step == 1 || row + 1 == rows ? 0 : row + 1;
    }
  }
  return result;
}

/** Adds to `counts`, 32 bits an entry of the table, how often kept elements have it. */
export function tallyCodes(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  row: u32,
  left: u32,
  span: u32,
  step: u32,
  counts: usize,
): void {
  if (size > 256) walk<u16>(TALLY, codes, words, n, rows, size, row, left, span, step, counts, 0, 0);
  else walk<u8>(TALLY, codes, words, n, rows, size, row, left, span, step, counts, 0, 0);
}

/** How many kept elements have the verdict 1. */
export function countCodes(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  row: u32,
  left: u32,
  span: u32,
  step: u32,
  verdicts: usize,
): u32 {
  return size > 256
    ? walk<u16>(COUNT, codes, words, n, rows, size, row, left, span, step, verdicts, 0, 0)
    : walk<u8>(COUNT, codes, words, n, rows, size, row, left, span, step, verdicts, 0, 0);
}

/**
 * Drops kept elements with the verdict 1 and the first `ties` with the verdict 2, and makes the code at `zeros`, 16 bits a
 * row, of every dropped element. Returns the ties that are left.
 */
export function dropCodes(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  row: u32,
  left: u32,
  span: u32,
  step: u32,
  verdicts: usize,
  zeros: usize,
  ties: u32,
): u32 {
  return size > 256
    ? walk<u16>(DROP, codes, words, n, rows, size, row, left, span, step, verdicts, zeros, ties)
    : walk<u8>(DROP, codes, words, n, rows, size, row, left, span, step, verdicts, zeros, ties);
}
