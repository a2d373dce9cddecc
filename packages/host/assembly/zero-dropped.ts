import { ALL, bitsOf, lanes, nothingOf } from './lanes';

/** One bit for each of 16 elements, 1 where it is +0. */
@inline
function zeros16(data: usize): u32 {
  const zero = i32x4.splat(0);
  return bitsOf(
    i32x4.eq(v128.load(data), zero),
    i32x4.eq(v128.load(data, 16), zero),
    i32x4.eq(v128.load(data, 32), zero),
    i32x4.eq(v128.load(data, 48), zero),
  );
}

@inline
function zero32(data: usize, words: usize, one: v128, two: v128, three: v128, four: v128): void {
  // Each half of a word, twice in each lane: the lower copy is looked at.
  const b0 = v128.load16_splat(words),
    b1 = v128.load16_splat(words, 2);
  v128.store(data, v128.and(v128.load(data), lanes(b0, one)));
  v128.store(data, v128.and(v128.load(data, 16), lanes(b0, two)), 16);
  v128.store(data, v128.and(v128.load(data, 32), lanes(b0, three)), 32);
  v128.store(data, v128.and(v128.load(data, 48), lanes(b0, four)), 48);
  v128.store(data, v128.and(v128.load(data, 64), lanes(b1, one)), 64);
  v128.store(data, v128.and(v128.load(data, 80), lanes(b1, two)), 80);
  v128.store(data, v128.and(v128.load(data, 96), lanes(b1, three)), 96);
  v128.store(data, v128.and(v128.load(data, 112), lanes(b1, four)), 112);
}

/** Zeroes every dropped element. Returns whether any was something else: often none has moved since the last time. */
export function zeroDropped(data: usize, words: usize, n: u32): bool {
  // Looking is less work than zeroing, and what does not change need not be written. It ends where something has moved.
  for (; n >= 32; n -= 32, data += 128, words += 4) {
    if ((zeros16(data) | (zeros16(data + 64) << 16) | load<u32>(words)) != ALL) break;
  }
  let changed = n >= 32;
  const half: u32 = (n >> 1) & ~31;
  const step: usize = (<usize>half) << 2,
    wordStep: usize = half >> 3;
  const nothing = nothingOf(words);
  const one = i32x4.add(nothing, i32x4(1, 2, 4, 8)),
    two = i32x4.add(nothing, i32x4(16, 32, 64, 128)),
    three = i32x4.add(nothing, i32x4(256, 512, 1024, 2048)),
    four = i32x4.add(nothing, i32x4(4096, 8192, 16384, 32768));
  let p = data,
    w = words;
  for (const end = data + step; p < end; p += 128, w += 4) {
    zero32(p, w, one, two, three, four);
    zero32(p + step, w + wordStep, one, two, three, four);
  }
  for (let i: u32 = half << 1; i < n; i++) {
    const q = data + ((<usize>i) << 2);
    if (((load<u32>(words + ((i >> 5) << 2)) >> (i & 31)) & 1) != 0 || load<u32>(q) == 0) continue;
    store<u32>(q, 0);
    changed = true;
  }
  return changed;
}
