import { expect, it } from 'vitest';
import { drawLines, stackLines } from './line-set.js';

const draw = (part: 'training' | 'heldOut', count: number, turns = false) =>
  drawLines({ part, count, width: 96, seed: 1, turns });

it('measures in fonts that are not trained on', () => {
  const fonts = (part: 'training' | 'heldOut') => new Set(draw(part, 60).map(({ font }) => font));
  const [training, heldOut] = [fonts('training'), fonts('heldOut')];
  expect(training.size).toBeGreaterThan(6);
  expect(heldOut.size).toBe(6);
  expect([...heldOut].filter((font) => training.has(font))).toEqual([]);
});

it('stacks lines into a batch, each grey value in all three colours', () => {
  const lines = draw('training', 2);
  const { data, dims } = stackLines(lines);
  expect(dims).toEqual([2, 3, 48, 96]);
  const size = 48 * 96;
  lines.forEach(({ pixels }, line) => {
    for (let colour = 0; colour < 3; colour += 1) {
      const from = (3 * line + colour) * size;
      expect(data.subarray(from, from + size).join()).toBe(pixels.join());
    }
  });
});

it('turns every other line by 180 degrees, and is otherwise the same', () => {
  const upright = draw('training', 4);
  const mixed = draw('training', 4, true);
  expect(upright.map(({ turned }) => turned)).toEqual([false, false, false, false]);
  expect(mixed.map(({ turned }) => turned)).toEqual([false, true, false, true]);
  expect(mixed[0]!.pixels.join()).toBe(upright[0]!.pixels.join());
  const pixel = (line: number, row: number, column: number) => mixed[line]!.pixels[row * 96 + column]!;
  for (const [row, column] of [
    [0, 0],
    [10, 3],
    [47, 90],
  ] as const) {
    expect(pixel(1, 47 - row, 95 - column)).toBe(upright[1]!.pixels[row * 96 + column]);
  }
});
