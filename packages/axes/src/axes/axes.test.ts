import { describe, expect, it } from 'vitest';
import { createAxes } from './axes.js';

const birth = { label: 'w[0]', kind: 'channels' } as const;
const tooMany = (indices: number) =>
  `its axis, or one made of it, has ${indices} indices, which are too many to follow`;

describe('axes of more indices than can be followed stay, at once', () => {
  const many = 10_000_000;
  const whole = 2 ** 40;

  it('where they come into being', () => {
    const axes = createAxes();
    const [born, free] = [axes.born(whole, birth), axes.free(whole, birth)];
    expect([axes.mayLose(born), axes.whyHeld(born), born.dim]).toEqual([false, tooMany(whole), whole]);
    expect(axes.termsOf(free)).toBeUndefined();
    expect([axes.mayLose(free), axes.whyHeld(free)]).toEqual([false, tooMany(whole)]);
  });

  it('where others are laid side by side, and those stay too', () => {
    const axes = createAxes();
    const rows = axes.free(3_000_000, birth);
    const joined = axes.join([rows, rows]);
    expect([joined.dim, axes.whyHeld(joined), axes.whyHeld(rows)]).toEqual([
      6_000_000,
      tooMany(6_000_000),
      tooMany(6_000_000),
    ]);
  });

  it('where others are made one, and those stay too', () => {
    const axes = createAxes();
    const [outer, inner] = [axes.born(4096, birth), axes.born(4096, birth)];
    const merged = axes.merge([outer, inner]);
    expect([merged.dim, axes.whyHeld(merged)]).toEqual([2 ** 24, tooMany(2 ** 24)]);
    expect([outer, inner].map(axes.mayLose)).toEqual([false, false]);
  });

  it('where they are parts of one', () => {
    const axes = createAxes();
    const parts = axes.split(axes.free(many, birth), [1000, many / 1000], birth);
    expect(parts.map(({ dim }) => dim)).toEqual([1000, many / 1000]);
    expect(parts.map(axes.mayLose)).toEqual([false, false]);
  });
});

it('axes that are many together stay from there on, however short each is', () => {
  const axes = createAxes();
  const rows = axes.born(2 ** 20, birth);
  const turned = Array.from({ length: 2 ** 20 }, (_, i) => 2 ** 20 - 1 - i);
  let [axis, picks] = [rows, 0];
  for (; axes.mayLose(axis) && picks < 100; picks += 1) axis = axes.pick(axis, turned);
  // 2^25 in all, of which the first are its own.
  expect(picks).toBe(32);
  expect([axes.whyHeld(axis), axes.mayLose(rows)]).toEqual([tooMany(2 ** 20), false]);
});

it('axes that are short enough are followed as ever', () => {
  const axes = createAxes();
  const rows = axes.born(4, birth);
  expect(axes.mayLose(axes.join([rows, axes.pick(rows, [3, 2, 1, 0])]))).toBe(true);
});
