/*
 * A tile is so many samples side by side: `[inputs, width]` before a product, `[outputs, width]` after it. Width is a
 * power of two and a multiple of four.
 */

/** Four numbers each of four samples, as four samples each of four inputs. */
@inline
function turn(from: usize, stride: usize, to: usize, next: usize): void {
  const a = v128.load(from),
    b = v128.load(from + stride),
    c = v128.load(from + 2 * stride),
    d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5),
    cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<u32>(a, b, 2, 6, 3, 7),
    gh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to + next, v128.shuffle<u64>(ab, cd, 1, 3));
  v128.store(to + 2 * next, v128.shuffle<u64>(ef, gh, 0, 2));
  v128.store(to + 3 * next, v128.shuffle<u64>(ef, gh, 1, 3));
}

/** `[count, length]`, a row every `stride` bytes, to `[length, width]`; samples that are not there are 0. */
export function turnIn(from: usize, stride: usize, count: u32, length: u32, width: u32, to: usize): void {
  const next: usize = (<usize>width) << 2;
  const even = length & ~3;
  let s: u32 = 0;
  for (; s + 4 <= count; s += 4) {
    let f = from + s * stride,
      t = to + ((<usize>s) << 2);
    for (let k: u32 = 0; k < even; k += 4) {
      turn(f, stride, t, next);
      f += 16;
      t += next << 2;
    }
    for (let k = even; k < length; k++) {
      for (let i: usize = 0; i < 4; i++) store<f32>(t + (i << 2), load<f32>(f + i * stride));
      f += 4;
      t += next;
    }
  }
  for (; s < width; s++) {
    let f = from + s * stride,
      t = to + ((<usize>s) << 2);
    for (let k: u32 = 0; k < length; k++) {
      store<f32>(t, s < count ? load<f32>(f) : 0);
      f += 4;
      t += next;
    }
  }
}

/** `[length, width]` to `[count, length]`, a row every `stride` bytes. */
export function turnOut(from: usize, length: u32, width: u32, count: u32, to: usize, stride: usize): void {
  const next: usize = (<usize>width) << 2;
  const even = length & ~3;
  let s: u32 = 0;
  for (; s + 4 <= count; s += 4) {
    let f = from + ((<usize>s) << 2),
      t = to + s * stride;
    for (let k: u32 = 0; k < even; k += 4) {
      turn(f, next, t, stride);
      f += next << 2;
      t += 16;
    }
    for (let k = even; k < length; k++) {
      for (let i: usize = 0; i < 4; i++) store<f32>(t + i * stride, load<f32>(f + (i << 2)));
      f += next;
      t += 4;
    }
  }
  for (; s < count; s++) {
    let f = from + ((<usize>s) << 2),
      t = to + s * stride;
    for (let k: u32 = 0; k < length; k++) {
      store<f32>(t, load<f32>(f));
      f += next;
      t += 4;
    }
  }
}
