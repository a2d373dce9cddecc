import { constantSparsity, linearRamp, randomScore } from '@synaprune/core';
import { expect, it } from 'vitest';
import { createMovingAverage } from '../index.js';
import { perceptronBatch } from './models.js';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

const zeros = (values: Float32Array): number[] =>
  [...values].flatMap((value, i) => (Object.is(value, 0) ? [i] : []));

/** Tests of moving averages on a runtime. */
export function averageCases(runtime: TestRuntime): void {
  it('averages what the weights were, from what they began as, and holds what is dropped at zero', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ schedule: linearRamp({ from: 0, to: 0.5, start: 2, end: 5 }) });
    const average = await createMovingAverage(trainer, { decay: 0.75 });
    const expected = new Map([...(await trainer.read())].map(([name, values]) => [name, [...values]]));
    for (let step = 0; step < 7; step += 1) {
      await trainer.step(perceptronBatch(8, step));
      await average.update();
      for (const [name, now] of await trainer.read()) {
        const own = expected.get(name)!;
        for (const [i, value] of now.entries()) own[i] = value === 0 ? 0 : 0.75 * own[i]! + 0.25 * value;
      }
    }
    const got = await average.read();
    expect([...got.keys()]).toEqual([...expected.keys()]);
    for (const [name, values] of got) {
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected.get(name)![i]!, 6);
    }
    expect(zeros(got.get('k1')!).length + zeros(got.get('k2')!).length).toBe(36);
    // What masks drop after the last update is zero in what is read, too.
    await pruning.pruner.update(5);
    const other = trainer.prune({ schedule: constantSparsity(0.75), score: randomScore({ seed: 1 }) });
    await other.pruner.update(0);
    const now = await trainer.read();
    const after = await average.read();
    for (const name of ['k1', 'k2']) expect(zeros(after.get(name)!)).toEqual(zeros(now.get(name)!));
    expect(average.updates).toBe(7);
    await trainer.dispose();
    await average.dispose();
  });

  it('goes on where it was saved, bit for bit, and exports what it reads', async () => {
    const run = async (interrupted: boolean) => {
      let trainer = await startTrainer(runtime);
      let average = await createMovingAverage(trainer, { decay: 0.9 });
      for (let step = 0; step < 6; step += 1) {
        if (interrupted && step === 3) {
          const saved = JSON.parse(JSON.stringify([await trainer.save(), await average.save()]));
          await trainer.dispose();
          trainer = await startTrainer(runtime);
          average = await createMovingAverage(trainer, { decay: 0.9 });
          await trainer.restore(saved[0]);
          await average.restore(saved[1]);
        }
        await trainer.step(perceptronBatch(8, step));
        await average.update();
      }
      const model = await average.export();
      const values = await average.read();
      const fresh = await startTrainer(runtime, { model });
      expect(await fresh.read()).toEqual(values);
      await fresh.dispose();
      const state = await average.save();
      await trainer.dispose();
      return state;
    };
    expect(await run(true)).toEqual(await run(false));
  });
}
