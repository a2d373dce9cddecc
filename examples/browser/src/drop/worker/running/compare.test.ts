import { expect, it } from 'vitest';
import type { Turn } from '../turn';
import type { Loaded } from './bench';
import { compareTimes } from './compare';

const turn: Turn = { signal: new AbortController().signal, breathe: async () => {} };

/** A model whose runs take so long, seen by a clock that ticks every tenth of a millisecond. */
function timedModel(milliseconds: number, hiccup = 0): { readonly model: Loaded; readonly asked: number[] } {
  const asked: number[] = [];
  const model = {
    time: async (_: number, runs: number) => {
      asked.push(runs);
      const late = asked.length === 1 ? hiccup : 0;
      return Math.floor(10 * (milliseconds * runs + late) + 1e-6) / 10;
    },
  };
  return { model: model as unknown as Loaded, asked };
}

it('times runs that are over between two ticks of the clock by many of them', async () => {
  const [before, after] = [timedModel(0.02), timedModel(0.008)];
  const times = await compareTimes({ before: before.model, after: after.model }, 3, turn);
  expect(times.before).toBeCloseTo(0.02, 3);
  expect(times.after).toBeCloseTo(0.008, 3);
  expect(times.speedup).toBeCloseTo(2.5, 1);
  // 512 · 0.008 is the first power of two that lasts 4 ms.
  expect([before.asked.at(-1), after.asked.at(-1)]).toEqual([512, 512]);
});

it('is not deceived by something that came between once', async () => {
  const { model, asked } = timedModel(0.02, 9);
  await compareTimes({ before: model, after: timedModel(0.02).model }, 3, turn);
  expect(asked.at(-1)).toBe(256);
});

it('runs once a round what the clock sees', async () => {
  const { model, asked } = timedModel(30);
  const { speedup } = await compareTimes({ before: model, after: model }, 2, turn);
  expect(speedup).toBe(1);
  expect(new Set(asked)).toEqual(new Set([1]));
});

it('has no figure where the clock stands still', async () => {
  const { model } = timedModel(0);
  expect(await compareTimes({ before: model, after: model }, 2, turn)).toMatchObject({
    speedup: null,
    scattered: false,
  });
});
