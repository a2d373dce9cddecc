/**
 * Packs rows into panels: of each row so many chunks of 32 bytes, the first to the first panel, where rows lie without gaps.
 *
 * @param stride bytes from one row to the next
 * @param panel bytes from one panel to the next
 */
export function packRows(from: usize, stride: usize, rows: u32, chunks: u32, to: usize, panel: usize): void {
  for (let s: u32 = 0; s < rows; s++) {
    let p = from + s * stride,
      o = to + ((<usize>s) << 5);
    for (let q: u32 = 0; q < chunks; q++) {
      v128.store(o, v128.load(p));
      v128.store(o, v128.load(p, 16), 16);
      p += 32;
      o += panel;
    }
  }
}
