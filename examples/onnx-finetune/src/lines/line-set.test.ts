import { expect, it } from 'vitest';
import { drawLines, stackLines } from './line-set.js';

it('measures in fonts that are not trained on', () => {
  const fonts = (part: 'training' | 'heldOut') => new Set(drawLines(part, 60, 96, 1).map(({ font }) => font));
  const [training, heldOut] = [fonts('training'), fonts('heldOut')];
  expect(training.size).toBeGreaterThan(6);
  expect(heldOut.size).toBe(6);
  expect([...heldOut].filter((font) => training.has(font))).toEqual([]);
});

it('stacks lines into a batch, each grey value in all three colours', () => {
  const lines = drawLines('training', 2, 96, 1);
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
