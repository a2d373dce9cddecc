import { describe, expect, it } from 'vitest';
import type { Arithmetic } from './arithmetic.js';
import { observedScore } from './observed-score.js';

const numbers: Arithmetic<number> = {
  scalar: (number) => number,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  abs: Math.abs,
  whereAtLeast: (value, bound, then, otherwise) => (value >= bound ? then : otherwise),
};

const of = (more: object) =>
  observedScore({
    name: 'own',
    needs: ['gradient'],
    memory: { average: 'gradient' },
    observe: (_, { gradient }) => ({ average: gradient }),
    rank: (_, __, { average }) => average!,
    ...more,
  });

const observe = (more: object) => of(more).observe(numbers, { gradient: 2 } as never, { average: 0 });

describe('observedScore', () => {
  it('gives what its functions give', () => {
    expect(observe({})).toEqual({ average: 2 });
    expect(of({}).rank(numbers, 1, { average: 3 })).toBe(3);
  });

  it.each([
    [{ observe: () => ({}) }, 'got undefined'],
    [{ observe: () => ({ avarage: 1 }) }, 'got undefined'],
    [{ observe: () => undefined }, 'got undefined'],
    [{ observe: () => ({ average: null }) }, 'got null'],
    [{ observe: () => ({ average: '1' }) }, 'got "1"'],
  ])('names what it does not give of a step: %o', (more, got) => {
    expect(() => observe(more)).toThrow(TypeError);
    expect(() => observe(more)).toThrow(
      `the score "own" needs observe to give "average", a value as scalar(0)`,
    );
    expect(() => observe(more)).toThrow(got);
  });

  it.each([[undefined], [null], [{}]])('refuses to rank by %o', (ranked) => {
    const ranks = () => of({ rank: () => ranked }).rank(numbers, 1, { average: 3 });
    expect(ranks).toThrow(TypeError);
    expect(ranks).toThrow('the score "own" needs rank to give what ranks, a value as scalar(0)');
  });
});
