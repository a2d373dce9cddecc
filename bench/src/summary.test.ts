import { expect, it } from 'vitest';
import { GOALS } from './goals.js';
import { rowOf, unmeasured } from './row.js';
import { summarize } from './summary.js';

const timing = (name: string, median: number) => ({ name, median, min: median, samples: 1 });
const outcomeOf = (id: string, rows: Parameters<typeof summarize>[0]) =>
  summarize(rows).find(({ goal }) => goal.id === id)!;

it('judges a goal by its worst row', () => {
  const costs = [1.9, 2.9, 2.1].map((cost, i) =>
    rowOf(timing(`ties ${i}`, cost), timing('read', 1), {
      group: 'select',
      elements: 1e7,
      goal: 'select-ties',
    }),
  );
  expect(outcomeOf('select-ties', costs)).toMatchObject({
    verdict: 'missed',
    figure: 2.9,
    worst: 'ties 1, 1e7',
  });
});

it('takes the smallest where more is better', () => {
  const rows = [30, 20].map((cost) =>
    rowOf(timing('update', 1), timing('topk', cost), {
      group: 'tfjs',
      elements: 1e6,
      cheaper: true,
      goal: 'tfjs-update',
    }),
  );
  expect(outcomeOf('tfjs-update', rows)).toMatchObject({ verdict: 'missed', figure: 20 });
});

it('hides no goal: what was not measured is there, with the reason', () => {
  const row = unmeasured(
    { group: 'peers', elements: 1e7, goal: 'peer-torch' },
    'torch',
    'python3 has no torch',
  );
  expect(summarize([row]).map(({ goal }) => goal)).toEqual(GOALS);
  expect(outcomeOf('peer-torch', [row]).verdict).toBe('not measured: python3 has no torch');
  expect(outcomeOf('memory', [row]).verdict).toBe('not measured: not asked for');
});
