import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { drawLine } from './draw-line.js';
import { registerFonts } from './fonts.js';

const fonts = registerFonts('heldOut');
const draw = (text: string, seed: number, font = fonts[0]!) =>
  drawLine(text, font, 160, xoroshiro128plus(seed));

describe('drawLine', () => {
  it('draws the same line for the same seed, and others for others', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => draw('white whale', seed).pixels.join());
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('gives 48 rows of grey values from −1 to 1, with paper and ink far apart', () => {
    const { pixels, width } = draw('white whale', 1);
    expect(pixels.length).toBe(48 * width);
    const sorted = pixels.toSorted();
    expect(sorted[0]).toBeGreaterThanOrEqual(-1);
    expect(sorted.at(-1)).toBeLessThanOrEqual(1);
    expect(sorted.at(-1)! - sorted[0]!).toBeGreaterThan(0.7);
  });

  it('draws each font in its own way', () => {
    const drawn = fonts.map((font) => draw('whale', 5, font).pixels.join());
    expect(new Set(drawn).size).toBe(fonts.length);
  });

  it('makes a long text small enough to leave the edges empty', () => {
    const { pixels, width } = draw('a very long line about the white whale', 4);
    const ink = (column: number) => {
      const values = Array.from({ length: 48 }, (_, row) => pixels[row * width + column]!);
      return Math.max(...values) - Math.min(...values);
    };
    const edge = Math.max(ink(0), ink(1), ink(width - 2), ink(width - 1));
    const most = Math.max(...Array.from({ length: width }, (_, column) => ink(column)));
    expect(edge).toBeLessThan(0.25);
    expect(most).toBeGreaterThan(0.7);
  });
});
