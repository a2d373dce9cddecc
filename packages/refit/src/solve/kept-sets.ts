/** Rows that keep the same inputs, and which these are. */
export interface KeptSet {
  readonly rows: readonly number[];
  /** Ascending. */
  readonly kept: Int32Array;
}

/** Groups rows by what they keep, in the order of their first rows. */
export function groupByKept(
  mask: Uint8Array | undefined,
  rows: number,
  features: number,
): readonly KeptSet[] {
  const all = Int32Array.from({ length: features }, (_, j) => j);
  if (mask === undefined) return [{ rows: Array.from({ length: rows }, (_, row) => row), kept: all }];
  const groups = new Map<string, { rows: number[]; kept: Int32Array }>();
  const codes = new Uint16Array(Math.ceil(features / 16));
  for (let row = 0; row < rows; row += 1) {
    codes.fill(0);
    for (let j = 0; j < features; j += 1) {
      if (isKept(mask, row * features + j)) codes[j >> 4]! |= 1 << (j & 15);
    }
    const key = String.fromCharCode(...codes);
    const group = groups.get(key);
    if (group !== undefined) group.rows.push(row);
    else groups.set(key, { rows: [row], kept: all.filter((j) => isKept(mask, row * features + j)) });
  }
  return [...groups.values()];
}

/** A bit of a packed mask. */
export function isKept(mask: Uint8Array, at: number): boolean {
  return ((mask[at >> 3]! >> (at & 7)) & 1) === 1;
}
