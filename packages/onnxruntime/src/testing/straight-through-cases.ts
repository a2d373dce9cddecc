import { constantSparsity, linearRamp } from '@synaprune/core';
import { expect, it } from 'vitest';
import type { Trainer, TrainerPruning } from '../index.js';
import { floatsFromBase64 } from '../state/base64.js';
import { perceptronBatch } from './models.js';
import { oracleStep } from './perceptron-oracle.js';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

const kernels = ['k1', 'k2'] as const;

/** Weights as they are under their masks. */
async function denseOf(trainer: Trainer, pruning: TrainerPruning): Promise<Map<string, Float32Array>> {
  const { tensors } = await trainer.save({ pruner: pruning.pruner });
  return new Map(
    tensors
      .filter(({ kind }) => kind === 'weight')
      .map(({ name, shape, values }) => [
        name,
        floatsFromBase64(
          values,
          shape.reduce((a, b) => a * b, 1),
        )!,
      ]),
  );
}

/** Names and places of the `count` elements of least magnitude. */
function smallest(values: ReadonlyMap<string, Float32Array>, count: number): Set<string> {
  const all = kernels.flatMap((name) =>
    [...values.get(name)!].map((value, i) => ({ value, at: `${name} ${i}` })),
  );
  all.sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
  return new Set(all.slice(0, count).map(({ at }) => at));
}

async function droppedBy({ pruner }: TrainerPruning): Promise<Set<string>> {
  const masks = await pruner.masks();
  return new Set(
    masks.flatMap(({ name, shape, bits }) =>
      Array.from({ length: shape[0]! * shape[1]! }, (_, i) => i)
        .filter((i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 0)
        .map((i) => `${name} ${i}`),
    ),
  );
}

const without = (values: ReadonlyMap<string, Float32Array>, dropped: ReadonlySet<string>) =>
  new Map(
    [...values].map(([name, list]) => [
      name,
      list.map((value, i) => (dropped.has(`${name} ${i}`) ? 0 : value)),
    ]),
  );

/** Tests of trainers whose dropped elements learn on. */
export function straightThroughCases(runtime: TestRuntime): void {
  it('learns dense weights by what masked ones give, and chooses anew at every update', async () => {
    const trainer = await startTrainer(runtime, {
      optimizer: 'sgd',
      learningRate: 0.5,
      straightThrough: true,
    });
    const pruning = trainer.prune({ schedule: constantSparsity(0.5), every: 2 });
    let before = await denseOf(trainer, pruning);
    let dropped = new Set<string>();
    let came = 0;
    for (let step = 0; step < 8; step += 1) {
      const batch = perceptronBatch(8, step);
      await trainer.step(batch);
      const now = await droppedBy(pruning);
      if (step % 2 === 0) {
        expect(now).toEqual(smallest(before, 36));
        came += [...dropped].filter((at) => !now.has(at)).length;
        dropped = now;
      }
      expect(now).toEqual(dropped);
      const { gradients } = oracleStep(without(before, dropped), batch);
      const after = await denseOf(trainer, pruning);
      for (const name of kernels) {
        for (const [i, value] of after.get(name)!.entries()) {
          expect(value).toBeCloseTo(before.get(name)![i]! - 0.5 * gradients[name][i]!, 5);
        }
      }
      before = after;
    }
    // Elements that were dropped have grown, and are back.
    expect(came).toBeGreaterThan(0);
    expect((await pruning.report()).notices).toEqual([]);
    await trainer.dispose();
  });

  it('reads, predicts and exports what is masked', async () => {
    const trainer = await startTrainer(runtime, { straightThrough: true });
    const pruning = trainer.prune({ schedule: constantSparsity(0.5) });
    const batch = perceptronBatch(7, 3);
    for (let step = 0; step < 3; step += 1) await trainer.step(batch);
    const dropped = await droppedBy(pruning);
    const masked = without(await denseOf(trainer, pruning), dropped);
    expect(await trainer.read()).toEqual(masked);
    const model = await trainer.export();
    const plain = await startTrainer(runtime, { model });
    expect(await plain.read()).toEqual(masked);
    const { x } = batch.inputs;
    const [here, there] = [await trainer.predict({ x }), await plain.predict({ x })];
    expect([...(here.y!.data as Float32Array)]).toEqual([...(there.y!.data as Float32Array)]);
    await plain.dispose();
    await trainer.dispose();
  });

  it('goes on where it was saved, bit for bit as if it had never stopped', async () => {
    const run = async (interrupted: boolean) => {
      const options = { schedule: linearRamp({ from: 0.2, to: 0.6, start: 0, end: 6 }), every: 2 };
      let trainer = await startTrainer(runtime, { straightThrough: true });
      let pruning = trainer.prune(options);
      for (let step = 0; step < 8; step += 1) {
        if (interrupted && step === 5) {
          const state = JSON.parse(JSON.stringify(await pruning.save()));
          await trainer.dispose();
          trainer = await startTrainer(runtime, { straightThrough: true });
          pruning = trainer.prune(options);
          await pruning.restore(state);
        }
        await trainer.step(perceptronBatch(8, step));
      }
      const state = await pruning.save();
      await trainer.dispose();
      return state;
    };
    expect(await run(true)).toEqual(await run(false));
  });
}
