import { expect, it } from 'vitest';
import type { RunSpec } from '../run.js';
import { madeUpResult } from '../store/testing/made-up-run.js';
import { pendingRuns } from './pending.js';
import { madeUpArm, madeUpPlan, madeUpStore } from './testing/made-up-plan.js';

const NOBODY = new Set<string>();
const seedsOf = (runs: ReadonlyMap<string, RunSpec>) => [...runs.values()].map(({ seed }) => seed);
const ratesOf = (runs: ReadonlyMap<string, RunSpec>) =>
  [...runs.values()].map((spec) => spec.training.dropout);

it('scores a single setting at once, with every seed', () => {
  const pending = pendingRuns(madeUpPlan([madeUpArm('none', [{}])]), {
    store: madeUpStore(),
    failed: NOBODY,
  });
  expect(seedsOf(pending.runs)).toEqual([42, 43]);
  expect(pending.later).toBe(0);
});

it('tunes several settings with the tuning seeds, and scores the best of them after that', () => {
  const plan = madeUpPlan([madeUpArm('dropout', [{ dropout: 0.1 }, { dropout: 0.3 }, { dropout: 0.5 }])], {
    tuningSeeds: [7, 8],
  });
  // Errors of the two seeds: 0.4 and 0.8; 0.7 and 0.3; 0.6 and 0.6.
  const errors: Record<number, readonly number[]> = { 0.1: [0.4, 0.8], 0.3: [0.7, 0.3], 0.5: [0.6, 0.6] };
  const store = madeUpStore(({ seed, training }) => madeUpResult(errors[training.dropout]![seed - 7]!));
  const first = pendingRuns(plan, { store, failed: NOBODY });
  expect(seedsOf(first.runs)).toEqual([7, 8, 7, 8, 7, 8]);
  expect(first.later).toBe(2);
  for (const spec of [...first.runs.values()].slice(0, 5)) store.add(spec);
  const waiting = pendingRuns(plan, { store, failed: NOBODY });
  expect(seedsOf(waiting.runs)).toEqual([8]);
  for (const spec of waiting.runs.values()) store.add(spec);
  const second = pendingRuns(plan, { store, failed: NOBODY });
  expect(seedsOf(second.runs)).toEqual([42, 43]);
  expect(ratesOf(second.runs)).toEqual([0.3, 0.3]);
  expect(second.later).toBe(0);
});

it('takes the first of equally good settings', () => {
  const plan = madeUpPlan([madeUpArm('dropout', [{ dropout: 0.5 }, { dropout: 0.1 }])]);
  const store = madeUpStore();
  for (const spec of pendingRuns(plan, { store, failed: NOBODY }).runs.values()) store.add(spec);
  expect(ratesOf(pendingRuns(plan, { store, failed: NOBODY }).runs)).toEqual([0.5, 0.5]);
});

it('does runs once that several arms share, and lets each arm choose by its own evaluation', () => {
  const rates = [{ dropout: 0.1 }, { dropout: 0.3 }];
  const plan = madeUpPlan([
    madeUpArm('dropout', rates),
    madeUpArm('mc-dropout', rates, { evaluation: 'twentyPasses' }),
  ]);
  const store = madeUpStore(({ training: { dropout } }) => madeUpResult(dropout, { noisy: 1 - dropout }));
  const tuning = pendingRuns(plan, { store, failed: NOBODY }).runs;
  expect(ratesOf(tuning)).toEqual([0.1, 0.3]);
  for (const spec of tuning.values()) store.add(spec);
  expect(ratesOf(pendingRuns(plan, { store, failed: NOBODY }).runs)).toEqual([0.1, 0.1, 0.3, 0.3]);
});

it('leaves a setting that failed out of the choice, and asks for no failed run again', () => {
  const plan = madeUpPlan([madeUpArm('rate', [{ learningRate: 9 }, { learningRate: 0.1 }])]);
  const store = madeUpStore();
  const [[diverged], [, sound]] = [...pendingRuns(plan, { store, failed: NOBODY }).runs] as [
    [string, RunSpec],
    [string, RunSpec],
  ];
  const failed = new Set([diverged]);
  expect(pendingRuns(plan, { store, failed }).runs.size).toBe(1);
  store.add(sound);
  const scored = [...pendingRuns(plan, { store, failed }).runs.values()];
  expect(scored.map((spec) => spec.training.learningRate)).toEqual([0.1, 0.1]);
});

it('ends when every setting of a cell has failed', () => {
  const plan = madeUpPlan([madeUpArm('rate', [{ learningRate: 9 }, { learningRate: 8 }])]);
  const failed = new Set(pendingRuns(plan, { store: madeUpStore(), failed: NOBODY }).runs.keys());
  expect(pendingRuns(plan, { store: madeUpStore(), failed })).toEqual({ runs: new Map(), later: 0 });
});

it('needs nothing for an arm that trains nothing, or when all is there', () => {
  const plan = madeUpPlan([madeUpArm('persistence', []), madeUpArm('none', [{}])]);
  const store = madeUpStore();
  for (const spec of pendingRuns(plan, { store, failed: NOBODY }).runs.values()) store.add(spec);
  expect(store.runs.size).toBe(2);
  expect(pendingRuns(plan, { store, failed: NOBODY }).runs.size).toBe(0);
});

it('keeps runs on the same windows together', () => {
  const plan = madeUpPlan([madeUpArm('none', [{}]), madeUpArm('l2', [{ weightDecay: 0.1 }])], {
    lengths: [1, 7],
  });
  const lengths = [...pendingRuns(plan, { store: madeUpStore(), failed: NOBODY }).runs.values()].map(
    (spec) => spec.length,
  );
  expect(lengths).toEqual([1, 1, 1, 1, 7, 7, 7, 7]);
});
