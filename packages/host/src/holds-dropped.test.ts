import { describe, expect, it } from 'vitest';
import { holdsDropped } from './holds-dropped.js';
import { fullMask, unpackMask } from './host-weight.js';

const masked = (elements: number, ...packed: number[]) => {
  const mask = fullMask(elements);
  unpackMask(mask, Uint8Array.from(packed));
  return mask;
};

describe('holdsDropped', () => {
  it('sees what enforce would change: numbers, −0 and NaN, and nothing in what is kept', () => {
    expect(holdsDropped(Float32Array.of(1, 0), masked(2, 0b01))).toBe(false);
    expect(holdsDropped(Float32Array.of(1, 2), masked(2, 0b01))).toBe(true);
    expect(holdsDropped(Float32Array.of(1, -0), masked(2, 0b01))).toBe(true);
    expect(holdsDropped(Float32Array.of(Number.NaN, 1), masked(2, 0b10))).toBe(true);
    expect(holdsDropped(Float32Array.of(1, 2), masked(2, 0b11))).toBe(false);
  });

  it('looks past the first word of a mask, and no further than its elements', () => {
    const values = new Float32Array(34);
    values[33] = 5;
    expect(holdsDropped(values, masked(34, 0xff, 0xff, 0xff, 0xff, 0b01))).toBe(true);
    values[33] = 0;
    expect(holdsDropped(values, masked(34, 0xff, 0xff, 0xff, 0xff, 0b01))).toBe(false);
  });

  it('takes sixteen-bit floats', () => {
    const weight = { values: Uint16Array.of(0x3c00, 0x8000), shape: [2], format: 'float16' } as const;
    expect(holdsDropped(weight, masked(2, 0b01))).toBe(true);
    expect(holdsDropped(weight, masked(2, 0b11))).toBe(false);
  });
});
