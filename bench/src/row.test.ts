import { describe, expect, it } from 'vitest';
import { GOALS, goalFor } from './goals.js';
import { judged, rowOf, unmeasured } from './row.js';

const timing = (name: string, median: number, min: number) => ({ name, median, min, samples: 5 });

describe('rowOf', () => {
  it('divides medians by medians and minima by minima, and gives nanoseconds a weight', () => {
    const row = rowOf(timing('select', 30, 20), timing('read', 20, 16), { group: 'select', elements: 10 });
    expect(row).toEqual({
      group: 'select',
      work: 'select',
      against: 'read',
      elements: 10,
      ratio: 1.5,
      ratioOfMinima: 1.25,
      nanoseconds: 3,
      nanosecondsMin: 2,
      nanosecondsAgainst: 2,
      samples: 5,
    });
  });

  it('gives no figure for what the clock cannot tell', () => {
    const row = rowOf(timing('enforce', 0, 0), timing('read', 20, 16), { group: 'apply', elements: 10 });
    expect(row.ratio).toBeUndefined();
    expect(row.verdict).toBe('not measured: shorter than the clock of CPU time can tell');
    const odd = rowOf(timing('enforce', 10, 0), timing('read', 20, 16), { group: 'apply', elements: 10 });
    expect([odd.ratio, odd.ratioOfMinima]).toEqual([0.5, undefined]);
  });

  it('says how many times cheaper something is where asked', () => {
    const row = rowOf(timing('select', 10, 10), timing('sort', 2500, 2000), {
      group: 'peers',
      elements: 1e7,
      cheaper: true,
      goal: 'peer-sort',
    });
    expect(row).toMatchObject({ ratio: 250, ratioOfMinima: 200, verdict: 'met' });
  });

  it('judges no figure that its goal is not meant for', () => {
    const options = { group: 'webgpu', elements: 1e6, reported: 'a software device' };
    const [update, floor] = [timing('update', 90, 80), timing('read-write', 30, 20)];
    const row = rowOf(update, floor, { ...options, goal: 'webgpu-update' });
    expect(row).toMatchObject({ ratio: 3, goal: { value: 3 }, verdict: 'reported: a software device' });
    expect(rowOf(update, floor, options).verdict).toBeUndefined();
  });

  it.each([
    [1e8, 1.5, 'met'],
    [1e8, 1.51, 'missed'],
    [1e7, 2, 'met'],
    [1e7, 2.01, 'missed'],
  ])('holds a select of %d weights at %d read floors for %s', (elements, ratio, verdict) => {
    const row = rowOf(timing('select', ratio, 1), timing('read', 1, 1), {
      group: 'select',
      elements,
      goal: 'select',
    });
    expect(row.verdict).toBe(verdict);
  });

  it('judges nanoseconds where the goal is about those, and nothing where there is no goal', () => {
    const of = (elements: number) =>
      rowOf(timing('select', 0.9 * elements, 0), timing('read', elements, 1), {
        group: 'select',
        elements,
        goal: 'select',
      }).verdict;
    expect(of(1e6)).toBe('missed');
    expect(of(1e5)).toBeUndefined();
  });
});

describe('unmeasured', () => {
  it('keeps the goal in sight', () => {
    const row = unmeasured(
      { group: 'peers', elements: 1e7, goal: 'peer-numpy' },
      'numpy.partition',
      'no numpy',
    );
    expect(row).toMatchObject({ verdict: 'not measured: no numpy', goal: { value: 20 } });
  });
});

describe('judged', () => {
  it('judges shares', () => {
    const row = { group: 'memory', work: 'scratch', elements: 1e6 };
    expect(judged('memory', { ...row, share: 0.03 }).verdict).toBe('met');
    expect(judged('memory', { ...row, share: 0.031 }).verdict).toBe('missed');
  });
});

describe('goals', () => {
  it('are told apart by name and size', () => {
    for (const goal of GOALS) expect(goalFor(goal.id, goal.from ?? 1)).toBe(goal);
  });
});
