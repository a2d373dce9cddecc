import { describe, expect, it } from 'vitest';
import { checksum } from './decode/checksum.js';

describe('a checksum', () => {
  // As published with the function, and by its ports.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['ab', 0x9747b28c, 0x74875592],
    ['abc', 0x9747b28c, 0xc84a62dd],
    ['abcd', 0x9747b28c, 0xf0478627],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of %j from %i is %i', (text, before, sum) => {
    expect(checksum(new TextEncoder().encode(text), before)).toBe(sum);
  });

  it('changes with any one word, wherever it lies', () => {
    const bytes = Uint8Array.from({ length: 23 }, (_, i) => i * 11);
    const sums = new Set([checksum(bytes)]);
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        bytes[at]! ^= 1 << bit;
        sums.add(checksum(bytes));
        bytes[at]! ^= 1 << bit;
      }
    }
    expect(sums.size).toBe(1 + 23 * 8);
  });
});
