/*
 * The yardsticks, in AssemblyScript: the least that any pass over weights can cost. Integers, so that no bit
 * pattern is slower than another (adding subnormal floats is), and several streams in turn, because one stream
 * alone does not keep the memory busy.
 */

/** Reads `elements` 32-bit words in four streams: the sum of their magnitudes, so that nothing is left out. */
export function readPass(data: usize, elements: u32): i32 {
  const quarter: u32 = (elements >> 2) & ~7;
  const step: usize = (<usize>quarter) << 2;
  const magnitude = i32x4.splat(0x7fffffff);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let p = data;
  for (const end = data + step; p < end; p += 32) {
    a = i32x4.add(a, v128.and(v128.load(p), magnitude));
    b = i32x4.add(b, v128.and(v128.load(p + step), magnitude));
    c = i32x4.add(c, v128.and(v128.load(p + 2 * step), magnitude));
    d = i32x4.add(d, v128.and(v128.load(p + 3 * step), magnitude));
    a = i32x4.add(a, v128.and(v128.load(p, 16), magnitude));
    b = i32x4.add(b, v128.and(v128.load(p + step, 16), magnitude));
    c = i32x4.add(c, v128.and(v128.load(p + 2 * step, 16), magnitude));
    d = i32x4.add(d, v128.and(v128.load(p + 3 * step, 16), magnitude));
  }
  const sums = i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
  sum += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  for (let i: u32 = quarter << 2; i < elements; i++) sum += load<i32>(data + ((<usize>i) << 2)) & 0x7fffffff;
  return sum;
}

/** Reads `elements` 32-bit words and writes each back, its bits flipped by `key`, in two streams. */
export function readWritePass(data: usize, elements: u32, key: i32): void {
  const half: u32 = (elements >> 1) & ~15;
  const step: usize = (<usize>half) << 2;
  const flip = i32x4.splat(key);
  let p = data;
  for (const end = data + step; p < end; p += 64) {
    const q = p + step;
    v128.store(p, v128.xor(v128.load(p), flip));
    v128.store(p, v128.xor(v128.load(p, 16), flip), 16);
    v128.store(p, v128.xor(v128.load(p, 32), flip), 32);
    v128.store(p, v128.xor(v128.load(p, 48), flip), 48);
    v128.store(q, v128.xor(v128.load(q), flip));
    v128.store(q, v128.xor(v128.load(q, 16), flip), 16);
    v128.store(q, v128.xor(v128.load(q, 32), flip), 32);
    v128.store(q, v128.xor(v128.load(q, 48), flip), 48);
  }
  for (let i: u32 = half << 1; i < elements; i++) {
    const at = data + ((<usize>i) << 2);
    store<i32>(at, load<i32>(at) ^ key);
  }
}
