/** Floats in a memory: what they are called, where the first one is in bytes, and how many there are. */
type Part = readonly [field: string, at: number, length: number];

/**
 * @param written what is written while the others are still read
 * @throws RangeError where they share bytes: what is read would be what was written
 */
export function requireApart(caller: string, written: Part, read: readonly Part[]): void {
  const [field, at, length] = written;
  for (const [other, start, count] of read) {
    if (length === 0 || count === 0 || at + 4 * length <= start || start + 4 * count <= at) continue;
    throw new RangeError(`${caller} needs ${field} in other memory than ${other}, got parts that overlap`);
  }
}
