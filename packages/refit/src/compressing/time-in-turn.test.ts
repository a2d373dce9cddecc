import { expect, it } from 'vitest';
import { median, timeInTurn } from './time-in-turn.js';

const unbounded = { most: 5, fewest: 1, budget: Number.POSITIVE_INFINITY };

it('runs both in turn, and changes who comes first', async () => {
  const ran: string[] = [];
  const rounds: number[] = [];
  await timeInTurn(
    async (which, input: string) => {
      ran.push(`${which} ${input}`);
      return 1;
    },
    ['x', 'y'],
    { ...unbounded, most: 3, onRound: (done) => rounds.push(done) },
  );
  expect(ran).toEqual(['before x', 'after x', 'after y', 'before y', 'before x', 'after x']);
  expect(rounds).toEqual([1, 2, 3]);
});

it('gives medians, of the ratio round by round', async () => {
  // Ratios 2, 4, 1, 3, 5: their median is 3, and that of the two columns 60 and 15.
  const told = { before: [20, 60, 70, 60, 75], after: [10, 15, 70, 20, 15] };
  const at = { before: 0, after: 0 };
  const found = await timeInTurn(async (which) => told[which][at[which]++]!, [0], unbounded);
  expect(found).toEqual({ before: 60, after: 15, speedup: 3, rounds: 5 });
});

it.each([
  // Ratios ∞, 1, none, 2 and none: 4 ticks before, 2 after.
  ['of all rounds together where a clock shows nothing of some', [1, 1, 0, 2, 0], [0, 1, 0, 1, 0], 2],
  ['no number where it shows nothing of any', [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], Number.NaN],
])('gives a ratio %s', async (_, before, after, speedup) => {
  const at = { before: 0, after: 0 };
  const told = { before, after };
  const found = await timeInTurn(async (which) => told[which][at[which]++]!, [0], unbounded);
  expect(found.speedup).toBe(speedup);
});

it('runs as few as it may where nothing is left to spend', async () => {
  const { rounds } = await timeInTurn(async () => 1, [0], { most: 100, fewest: 7, budget: -1 });
  expect(rounds).toBe(7);
});

it('ends by its signal', async () => {
  const stop = new AbortController();
  const running = timeInTurn(async () => 1, [0], {
    ...unbounded,
    most: Number.POSITIVE_INFINITY,
    signal: stop.signal,
    onRound: (done) => done === 4 && stop.abort(new Error('enough')),
  });
  await expect(running).rejects.toThrow('enough');
});

it('takes the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});
