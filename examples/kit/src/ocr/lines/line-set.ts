import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { drawLine, type Line, turnLine } from './draw-line.js';
import { registerFonts } from './fonts.js';
import { drawPhrase, wordsOf } from './phrases.js';

/** Pixels for a letter, on the average. */
const PIXELS_PER_LETTER = 13;

/** What {@link drawLines} is told. */
export interface LinesRequest {
  readonly part: 'training' | 'heldOut';
  readonly count: number;
  readonly width: number;
  readonly seed: number;
  /** Whether every other line is turned by 180°. */
  readonly turns: boolean;
}

/**
 * Lines of real text in real fonts. The two parts share neither fonts nor chapters, and the same seed draws the
 * same lines.
 */
export function drawLines({ part, count, width, seed, turns }: LinesRequest): Line[] {
  const random = xoroshiro128plus(seed + (part === 'training' ? 0 : 0x5eed));
  const fonts = registerFonts(part);
  const words = wordsOf(part);
  const letters = Math.floor(width / PIXELS_PER_LETTER);
  return Array.from({ length: count }, (_, i) => {
    const font = fonts[uniformInt(random, 0, fonts.length - 1)]!;
    const line = drawLine(drawPhrase(words, letters, random), font, width, random);
    return turns && i % 2 === 1 ? turnLine(line) : line;
  });
}

/** A batch for the model, `[lines, 3, 48, width]`: grey, so all three colours are the same. */
export function stackLines(lines: readonly Line[]): { data: Float32Array; dims: number[] } {
  const { width, pixels } = lines[0]!;
  const size = pixels.length;
  const data = new Float32Array(3 * size * lines.length);
  lines.forEach((line, at) => {
    for (let colour = 0; colour < 3; colour += 1) data.set(line.pixels, (3 * at + colour) * size);
  });
  return { data, dims: [lines.length, 3, size / width, width] };
}
