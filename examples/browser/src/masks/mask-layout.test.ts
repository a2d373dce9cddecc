import { describe, expect, it } from 'vitest';
import { isKept, layoutOf } from './mask-layout';

describe('the picture of a mask', () => {
  it.each([
    [[784, 128], 900],
    [[784, 128], 300],
    [[11, 128], 300],
    [[128, 64], 300],
    [[32, 1], 300],
  ])('has a place of its own for every element of %j in %d pixels', (shape, width) => {
    const layout = layoutOf(shape, width);
    const elements = shape[0]! * shape[1]!;
    const places = new Set(Array.from({ length: elements }, (_, element) => layout.placeOf(element)));
    expect(places.size).toBe(elements);
    expect(Math.max(...places)).toBeLessThan(layout.width * layout.height);
    expect(layout.width).toBeLessThanOrEqual(width);
  });

  it('shows each unit that looks at images as an image', () => {
    const { placeOf, width } = layoutOf([784, 128], 500);
    expect(width).toBe(16 * 29 - 1);
    // Pixel (1, 2) of unit 17: the second image of the second row.
    expect(placeOf((1 * 28 + 2) * 128 + 17)).toBe((29 + 1) * width + 29 + 2);
  });

  it('lays the longer side down', () => {
    const { width, height, placeOf } = layoutOf([64, 10], 500);
    expect([width, height]).toEqual([64, 10]);
    expect(placeOf(3 * 10 + 7)).toBe(7 * 64 + 3);
  });

  it('reads bits from the lowest of each byte on', () => {
    const bits = Uint8Array.of(0b0000_0101, 0b1000_0000);
    expect([0, 1, 2, 14, 15].map((element) => isKept(bits, element))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
