/** Where two arrays of one length differ. */
export function changedRanges(before: Uint8Array, after: Uint8Array): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (let i = 0; i < before.length; i += 1) {
    if (before[i] === after[i]) continue;
    const start = i;
    while (i < before.length && before[i] !== after[i]) i += 1;
    ranges.push({ start, end: i });
  }
  return ranges;
}
