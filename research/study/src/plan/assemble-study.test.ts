import { expect, it } from 'vitest';
import { madeUpResult } from '../store/testing/made-up-run.js';
import { assembleStudy, type Failure } from './assemble-study.js';
import { pendingRuns } from './pending.js';
import { madeUpArm, madeUpPlan, madeUpStore } from './testing/made-up-plan.js';

const RATES = [{ dropout: 0.1 }, { dropout: 0.3 }];
const plan = madeUpPlan([madeUpArm('none', [{}]), madeUpArm('dropout', RATES), madeUpArm('persistence', [])]);
const pending = (store: ReturnType<typeof madeUpStore>) => [
  ...pendingRuns(plan, { store, failed: new Set() }).runs,
];

it('names what validation chose, and every run by its key', () => {
  const store = madeUpStore(({ training }) => madeUpResult(1 - training.dropout));
  while (pending(store).length > 0) for (const [, spec] of pending(store)) store.add(spec);
  const study = assembleStudy(plan, store, [], new Date(0));
  expect(study.cells.map(({ arm, chosen }) => [arm, chosen])).toEqual([
    ['none', '{}'],
    ['dropout', '{"dropout":0.3}'],
    ['persistence', ''],
  ]);
  const [none, dropout, persistence] = study.cells;
  expect(none!.tuning).toEqual([]);
  expect(dropout!.tuning.map(({ label, scaledMae }) => [label, scaledMae])).toEqual([
    ['{"dropout":0.1}', 0.9],
    ['{"dropout":0.3}', 0.7],
  ]);
  expect(dropout!.runs.map(({ seed, key }) => [seed, study.runs.get(key)!.spec.seed])).toEqual([
    [42, 42],
    [43, 43],
  ]);
  expect(persistence!.runs).toEqual([]);
  // Two of none, two and two of dropout, half a second each.
  expect(study.runs.size).toBe(6);
  expect(study.runSeconds).toBe(3);
  expect(study.missing).toBe(0);
  expect(study.date).toBe('1970-01-01T00:00:00.000Z');
  expect(study.arms.map(({ title }) => title)).toEqual(['NONE', 'DROPOUT', 'PERSISTENCE']);
});

it('counts what is missing', () => {
  const store = madeUpStore();
  // Two scored runs of none, two tuning runs of dropout, and two scored ones after them.
  expect(assembleStudy(plan, store).missing).toBe(6);
  for (const [, spec] of pending(store).slice(0, 3)) store.add(spec);
  const study = assembleStudy(plan, store);
  expect(study.missing).toBe(3);
  expect(study.cells[1]).toMatchObject({ arm: 'dropout', chosen: '', runs: [] });
  expect(study.cells[1]!.tuning).toHaveLength(1);
});

it('lists failures until the run has finished', () => {
  const store = madeUpStore();
  const [[key, spec]] = pending(store) as [[string, Failure['spec']]];
  const failure: Failure = { key, spec, message: 'it diverged' };
  const study = assembleStudy(plan, store, [failure]);
  expect(study.failed).toEqual([failure]);
  expect(study.missing).toBe(6);
  store.add(spec);
  expect(assembleStudy(plan, store, [failure])).toMatchObject({ failed: [], missing: 5 });
});

it('leaves runs of other plans alone', () => {
  const store = madeUpStore();
  for (const [, spec] of pending(store)) store.add({ ...spec, seed: 99 });
  expect(assembleStudy(plan, store).runs.size).toBe(0);
});
