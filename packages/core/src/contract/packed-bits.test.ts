import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBits, fromBase64, hasCleanTail, packedLength, toBase64 } from './packed-bits.js';

describe('base64', () => {
  it('agrees with the platform in both directions', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it.each(['A', 'AB', 'ABC', 'A===', '====', 'AB=C', 'AB!=', 'AA\n=', 'AB=='])('refuses %j', (text) => {
    // The last one hides bits behind its padding.
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe('packed bits', () => {
  it('take one byte for eight elements', () => {
    expect([0, 1, 8, 9, 64, 65].map(packedLength)).toEqual([0, 1, 1, 2, 8, 9]);
  });

  it('count their ones', () => {
    expect(countBits(Uint8Array.of(0, 0xff, 0b1010_0001))).toBe(11);
  });

  it('show whether anything lies beyond the last element', () => {
    expect(hasCleanTail(Uint8Array.of(0b0000_0111), 3)).toBe(true);
    expect(hasCleanTail(Uint8Array.of(0b0000_1111), 3)).toBe(false);
    expect(hasCleanTail(Uint8Array.of(0xff), 8)).toBe(true);
  });
});
