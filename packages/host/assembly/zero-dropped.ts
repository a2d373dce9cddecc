import { lanes } from './lanes';

@inline
function zero32(data: usize, words: usize): void {
  const word = load<u32>(words);
  const one = i32x4(1, 2, 4, 8),
    two = i32x4(16, 32, 64, 128),
    three = i32x4(256, 512, 1024, 2048),
    four = i32x4(4096, 8192, 16384, 32768);
  const b0 = i32x4.splat(word),
    b1 = i32x4.splat(word >> 16);
  v128.store(data, v128.and(v128.load(data), lanes(b0, one)));
  v128.store(data, v128.and(v128.load(data, 16), lanes(b0, two)), 16);
  v128.store(data, v128.and(v128.load(data, 32), lanes(b0, three)), 32);
  v128.store(data, v128.and(v128.load(data, 48), lanes(b0, four)), 48);
  v128.store(data, v128.and(v128.load(data, 64), lanes(b1, one)), 64);
  v128.store(data, v128.and(v128.load(data, 80), lanes(b1, two)), 80);
  v128.store(data, v128.and(v128.load(data, 96), lanes(b1, three)), 96);
  v128.store(data, v128.and(v128.load(data, 112), lanes(b1, four)), 112);
}

/** Zeroes every dropped element. */
export function zeroDropped(data: usize, words: usize, n: u32): void {
  const whole: u32 = n & ~31;
  const half: u32 = (n >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  let i: u32 = 0;
  for (; i < half; i += 32) {
    const p = data + ((<usize>i) << 2),
      w = words + (i >> 3);
    zero32(p, w);
    zero32(p + step, w + wordStep);
  }
  for (i = half << 1; i < whole; i += 32) zero32(data + ((<usize>i) << 2), words + (i >> 3));
  for (; i < n; i++) {
    if (((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) == 0) store<u32>(data + ((<usize>i) << 2), 0);
  }
}
