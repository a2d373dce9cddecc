import { expect, it } from 'vitest';
import { createScratchArea } from './scratch-area.js';

it('hands out aligned bytes, remembers the most that were taken, and gives 0 when there are no more', () => {
  const area = createScratchArea(64, 128);
  const a = area.allocate(17);
  const b = area.allocate(8);
  expect([a, b, area.allocate(17)]).toEqual([64, 96, 0]);
  area.release(b);
  area.release(a);
  expect(area.peakBytes()).toBe(48);
  area.forget();
  expect(area.peakBytes()).toBe(0);
});

it('refuses to release what was not taken last', () => {
  const area = createScratchArea(0, 128);
  const a = area.allocate(16);
  area.allocate(16);
  expect(() => area.release(a)).toThrow(RangeError);
});
