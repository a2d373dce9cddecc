import { expect, it } from 'vitest';
import { medianOf, timeInTurns } from './timing.js';

/** A clock that goes on only while somebody works. */
function createMachine() {
  let time = 0;
  const calls: string[] = [];
  return {
    calls,
    now: () => time,
    work: (name: string, milliseconds: (call: number) => number) => {
      let call = 0;
      return () => {
        calls.push(name);
        call += 1;
        time += milliseconds(call);
      };
    },
  };
}

it('tells the milliseconds of one call, however short, on a clock of tenths', async () => {
  const { now, work } = createMachine();
  const coarse = () => Math.floor(10 * now()) / 10;
  const [short, long] = await timeInTurns([work('short', () => 0.01), work('long', () => 3)], {
    now: coarse,
  });
  expect(short).toBeCloseTo(0.01, 3);
  expect(long).toBeCloseTo(3, 1);
});

it('is not moved by a few calls that were held up', async () => {
  const { now, work } = createMachine();
  const [steady] = await timeInTurns([work('steady', (call) => (call % 9 === 0 ? 500 : 6))], { now });
  expect(steady).toBe(6);
});

it('lets the ways take turns, and another one be first each time', async () => {
  const { now, work, calls } = createMachine();
  let rounds = 0;
  const between = async () => {
    rounds += 1;
  };
  await timeInTurns([work('a', () => 5), work('b', () => 5)], { now, between });
  expect(rounds).toBe(25);
  // Thirty of each are 150 ms, and warm.
  expect(calls.slice(60, 68).join('')).toBe('abbaabba');
});

it('has fewer rounds of work that is slow, and five at least', async () => {
  for (const [milliseconds, most] of [
    [50, 13],
    [1000, 5],
  ] as const) {
    const { now, work } = createMachine();
    let rounds = 0;
    const between = async () => {
      rounds += 1;
    };
    await timeInTurns([work('a', () => milliseconds)], { now, between });
    expect(rounds).toBe(most);
  }
});

it('has the middle of a list, of two middle ones the mean', () => {
  expect([medianOf([3, 1, 200]), medianOf([4, 1, 2, 300])]).toEqual([3, 3]);
});
