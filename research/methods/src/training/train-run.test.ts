import { openRuntime, type StudyRuntime } from 'synaprune-study/training/open-runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { ARMS } from '../arms/arms.js';
import type { MethodResult, MethodSpec } from '../run.js';
import { METHOD_RUNS } from '../run-kind.js';
import { trainRun } from './train-run.js';

const STEPS = 10;
let runtime: StudyRuntime;
beforeAll(async () => {
  runtime = await openRuntime('onnxruntime-node');
});

const specOf = (method: string, sparsity: number, seed = 1): MethodSpec => ({
  task: 'digits',
  data: 'mnist 1.1.0',
  method,
  sparsity,
  treatment: ARMS.find(({ name }) => name === method)!.treatment(STEPS, sparsity),
  training: { steps: STEPS, batchSize: 8, optimizer: 'momentum', learningRate: 0.05 },
  seed,
  runtime: runtime.name,
});
const train = (method: string, sparsity: number, seed?: number) =>
  trainRun(runtime, specOf(method, sparsity, seed));
const keptOf = ({ weights }: MethodResult) => weights.map(({ kept }) => kept);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('an arm of each kind takes all steps and keeps what its sparsity says, of 784·300 + 300·100 + 100·10 = 266,200', () => {
  it.each(['zhu-gupta', 'random', 'ac-dc', 'lottery-ticket', 'movement', 'snip'])(
    '%s: 26,620',
    async (method) => {
      const result = await train(method, 0.9);
      expect(sum(keptOf(result))).toBe(26_620);
      expect(result.steps).toBe(STEPS);
    },
  );

  it.each(['rigl', 'set', 'static-random'])(
    '%s: layers in proportion to inputs + outputs',
    async (method) => {
      const result = await train(method, 0.9);
      // (784 + 300, 300 + 100, 100 + 10) · x of it: the last layer would have more than all and is dense.
      const perUnit = (26_620 - 1000) / (1084 + 400);
      for (const [i, wanted] of [1084 * perUnit, 400 * perUnit, 1000].entries()) {
        expect(Math.abs(keptOf(result)[i]! - wanted)).toBeLessThanOrEqual(1);
      }
      expect(result.steps).toBe(STEPS);
    },
  );

  it('dense: all of them', async () => {
    const result = await train('dense', 0);
    expect(keptOf(result)).toEqual([235_200, 30_000, 1000]);
    expect(result.masks).toBeNull();
  });

  it('narrow: 784·33 + 33·11 + 11·10, the nearest that three to one allows to 26,620', async () => {
    expect(keptOf(await train('narrow', 0.9))).toEqual([784 * 33, 33 * 11, 11 * 10]);
  });
});

it('gives the same numbers and masks for the same seed, and others for another', async () => {
  const first = await train('rigl', 0.9);
  const again = await trainRun(runtime, specOf('rigl', 0.9));
  const other = await trainRun(runtime, specOf('rigl', 0.9, 2));
  expect({ ...again, seconds: 0 }).toEqual({ ...first, seconds: 0 });
  expect(other.masks).not.toBe(first.masks);
  expect(METHOD_RUNS.problemOf(first)).toBeNull();
});

it('moves the masks of SET and RigL, and apart', async () => {
  const masks = await Promise.all(
    ['static-random', 'set', 'rigl'].map(async (arm) => (await train(arm, 0.9)).masks),
  );
  expect(new Set(masks).size).toBe(3);
});
