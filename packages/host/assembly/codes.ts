/*
 * Elements that are codes of 8 or 16 bits, each of a row of a table of `size` entries. The row of the first is `row`; the
 * next ones have it too, `left` of them in all, and then `span` each have one of the others; or, where `step` is 1, each
 * has the row behind the last. The loops go through pieces that lie in one word of the mask and in one such run.
 */

/** As verdicts have it: exactly at the magnitude of a cut. 1 is below it, 0 above. */
const EQUAL: u32 = 2;

@inline
function rowBehind(row: u32, rows: u32, step: u32): u32 {
  return step == 1 || row + 1 == rows ? 0 : row + 1;
}

@inline
function tallyOf<Code>(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  from: u32,
  rest: u32,
  span: u32,
  step: u32,
  counts: usize,
): void {
  let row = from,
    left = rest,
    i: u32 = 0;
  const pace: usize = (<usize>(step * size)) << 2;
  while (i < n) {
    const word = load<u32>(words + (<usize>(i >> 5) << 2));
    const stop = min(min(n, (i | 31) + 1), i + left);
    let base = counts + (<usize>(row * size) << 2);
    left -= stop - i;
    row += step * (stop - i);
    for (; i < stop; i++, base += pace) {
      const at = base + (<usize>load<Code>(codes + <usize>i * sizeof<Code>()) << 2);
      store<u32>(at, load<u32>(at) + ((word >> (i & 31)) & 1));
    }
    if (left == 0) {
      left = span;
      row = rowBehind(row, rows, step);
    }
  }
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
  if (size > 256) tallyOf<u16>(codes, words, n, rows, size, row, left, span, step, counts);
  else tallyOf<u8>(codes, words, n, rows, size, row, left, span, step, counts);
}

@inline
function countOf<Code>(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  from: u32,
  rest: u32,
  span: u32,
  step: u32,
  verdicts: usize,
): u32 {
  let row = from,
    left = rest,
    i: u32 = 0,
    count: u32 = 0;
  while (i < n) {
    const word = load<u32>(words + (<usize>(i >> 5) << 2));
    const stop = min(min(n, (i | 31) + 1), i + left);
    let base = verdicts + <usize>(row * size);
    left -= stop - i;
    row += step * (stop - i);
    for (; i < stop; i++, base += step * size) {
      const verdict: u32 = load<u8>(base + <usize>load<Code>(codes + <usize>i * sizeof<Code>()));
      count += verdict & (word >> (i & 31)) & 1;
    }
    if (left == 0) {
      left = span;
      row = rowBehind(row, rows, step);
    }
  }
  return count;
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
    ? countOf<u16>(codes, words, n, rows, size, row, left, span, step, verdicts)
    : countOf<u8>(codes, words, n, rows, size, row, left, span, step, verdicts);
}

@inline
function dropOf<Code>(
  codes: usize,
  words: usize,
  n: u32,
  rows: u32,
  size: u32,
  from: u32,
  rest: u32,
  span: u32,
  step: u32,
  verdicts: usize,
  zeros: usize,
  ties: u32,
): u32 {
  let row = from,
    left = rest,
    quota = ties,
    i: u32 = 0;
  while (i < n) {
    const at = words + (<usize>(i >> 5) << 2);
    const word = load<u32>(at);
    const end = min(n, (i | 31) + 1);
    let kept: u32 = 0;
    while (i < end) {
      const stop = min(end, i + left);
      let base = verdicts + <usize>(row * size);
      left -= stop - i;
      for (; i < stop; i++, base += step * size, row += step) {
        const p = codes + <usize>i * sizeof<Code>();
        const code: u32 = load<Code>(p);
        const zero: u32 = load<u16>(zeros + (<usize>row << 1));
        const verdict: u32 = load<u8>(base + <usize>code);
        let stays: u32 = (word >> (i & 31)) & ~verdict & 1;
        if (verdict == EQUAL && stays != 0 && quota > 0) {
          quota--;
          stays = 0;
        }
        kept |= stays << (i & 31);
        store<Code>(p, <Code>(zero ^ ((code ^ zero) & (0 - stays))));
      }
      if (left == 0) {
        left = span;
        row = rowBehind(row, rows, step);
      }
    }
    store<u32>(at, kept);
  }
  return quota;
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
    ? dropOf<u16>(codes, words, n, rows, size, row, left, span, step, verdicts, zeros, ties)
    : dropOf<u8>(codes, words, n, rows, size, row, left, span, step, verdicts, zeros, ties);
}
