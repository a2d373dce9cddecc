import { createPruner, linearRamp, type Pruner } from '@synaprune/core';
import { expect, it } from 'vitest';
import { createTrainer, type Trainer, type TrainerOptions } from '../index.js';
import { identityModel } from '../memory/open-memory.js';
import { floatsFromBase64 } from '../state/base64.js';
import { perceptron, perceptronBatch } from './models.js';
import type { TestRuntime } from './runtimes.js';

/** How much a device that is slow in tests is asked for. */
export interface CaseOptions {
  /** Steps of the runs that learn. */
  readonly steps?: number;
  /** Steps of the long run that looks for leaks; 0 in a page, which does not tell its memory. */
  readonly longRun?: number;
  /** Where all of them run on the same kernels elsewhere: learning, going on to the bit and exporting. */
  readonly few?: boolean;
}

type Settings = Partial<Omit<TrainerOptions, 'ort' | 'executionProviders'>>;

/** A trainer of the small perceptron on a runtime. */
export function startTrainer(
  { ort, executionProviders }: TestRuntime,
  more: Settings = {},
): Promise<Trainer> {
  return createTrainer({
    ort,
    executionProviders,
    model: perceptron(),
    loss: 'crossEntropy',
    optimizer: 'adam',
    learningRate: 0.03,
    ...more,
  });
}

/** A pruner of a trainer's weights, to half of them. */
export function startPruner({ backend, weights }: Trainer): Pruner {
  const schedule = linearRamp({ from: 0, to: 0.5, start: 2, end: 12 });
  return createPruner({ backend, weights, schedule });
}

/** Tests that a trainer passes on every runtime. */
export function trainerCases(
  runtime: TestRuntime,
  { steps = 40, longRun = 2000, few = false }: CaseOptions = {},
): void {
  const more = it.skipIf(few);
  for (const optimizer of ['adam', { kind: 'sgd', momentum: 0.9 }] as const) {
    it.skipIf(few && optimizer !== 'adam')(
      `has dropped weights at +0 after every step of ${JSON.stringify(optimizer)}, and learns`,
      async () => {
        const trainer = await startTrainer(runtime, { optimizer });
        expect(trainer.weights.map(({ name }) => name)).toEqual(['k1', 'k2']);
        const pruner = startPruner(trainer);
        const losses: number[] = [];
        for (let step = 0; step < steps; step += 1) {
          await pruner.update(step);
          losses.push((await trainer.step(perceptronBatch(16, step % 5))).loss);
          expect(await zerosOf(trainer)).toBe((await pruner.report()).total.dropped);
        }
        expect((await pruner.report()).total.dropped).toBe(36);
        expect(losses.at(-1)).toBeLessThan(losses[0]!);
        expect(trainer.steps).toBe(steps);
        pruner.dispose();
        await trainer.dispose();
      },
    );
  }

  more(
    'has slots at +0 where it has weights at +0, from the step after an update, whatever gradients are',
    async () => {
      const trainer = await startTrainer(runtime);
      const pruner = startPruner(trainer);
      const batch = perceptronBatch(8, 1);
      for (let step = 0; step < 4; step += 1) await trainer.step(batch);
      for (const [position, fill] of [
        [7, undefined],
        [12, undefined],
        [12, Number.NaN],
      ] as const) {
        await pruner.update(position);
        await trainer.step(
          fill === undefined ? batch : { ...batch, targets: { y: batch.targets.y.map(() => fill) } },
        );
        await requireCleanSlots(trainer, (await pruner.report()).total.dropped);
      }
      pruner.dispose();
      await trainer.dispose();
    },
  );

  more('keeps to its masks when a state without any is restored beside them', async () => {
    const trainer = await startTrainer(runtime);
    const batch = perceptronBatch(8, 1);
    for (let step = 0; step < 3; step += 1) await trainer.step(batch);
    const dense = await trainer.save();
    const pruner = startPruner(trainer);
    await pruner.update(12);
    await trainer.restore(dense);
    await trainer.step(batch);
    await requireCleanSlots(trainer, 36);
    pruner.dispose();
    await trainer.dispose();
  });

  more(
    'predicts with, reads, saves and exports what is pruned when best weights from before the masks come back',
    async () => {
      const trainer = await startTrainer(runtime);
      const best = await trainer.save();
      const dense = await trainer.read();
      const pruner = startPruner(trainer);
      await pruner.update(12);
      const { x } = perceptronBatch(4, 1).inputs;
      for (const leave of ['read', 'predict', 'save', 'export'] as const) {
        await trainer.restore(best);
        expect((await pruner.report()).total).toMatchObject({ dropped: 36, zeros: 0 });
        if (leave === 'predict') await trainer.predict({ x });
        else await trainer[leave]();
        expect((await pruner.report()).total.zeros).toBe(36);
      }
      pruner.dispose();
      await trainer.restore(best);
      expect(await trainer.read()).toEqual(dense);
      await trainer.dispose();
    },
  );

  more('takes a short last batch', async () => {
    const trainer = await startTrainer(runtime, { sessions: 1 });
    for (const size of [16, 16, 3, 16]) {
      expect((await trainer.step(perceptronBatch(size, 1))).loss).toBeGreaterThan(0);
    }
    await trainer.dispose();
  });

  it('goes on after a restore, bit for bit as if it had never stopped', async () => {
    const [whole, first] = [await startTrainer(runtime), await startTrainer(runtime)];
    const [wholePruner, firstPruner] = [startPruner(whole), startPruner(first)];
    const advance = async (trainer: Trainer, pruner: Pruner, from: number, to: number) => {
      for (let step = from; step < to; step += 1) {
        await pruner.update(step);
        await trainer.step(perceptronBatch(8, step));
      }
    };
    await advance(whole, wholePruner, 0, 12);
    await advance(first, firstPruner, 0, 6);
    const saved = JSON.parse(JSON.stringify(await first.save({ pruner: firstPruner })));
    firstPruner.dispose();
    await first.dispose();
    const second = await startTrainer(runtime);
    const secondPruner = startPruner(second);
    await advance(second, secondPruner, 0, 3);
    await second.restore(structuredClone(saved), { pruner: secondPruner });
    expect(second.steps).toBe(6);
    await advance(second, secondPruner, 6, 12);
    expect(await second.save({ pruner: secondPruner })).toEqual(await whole.save({ pruner: wholePruner }));
    await whole.dispose();
    await second.dispose();
  });

  it('exports what it predicts with, dense and pruned', async () => {
    const trainer = await startTrainer(runtime);
    const pruner = startPruner(trainer);
    const batch = perceptronBatch(7, 3);
    for (const position of [0, 12]) {
      await pruner.update(position);
      for (let step = 0; step < 3; step += 1) await trainer.step(batch);
      const model = await trainer.export();
      const session = await runtime.ort.InferenceSession.create(model, {
        executionProviders: runtime.executionProviders,
        logSeverityLevel: 3,
      });
      const x = new runtime.ort.Tensor('float32', batch.inputs.x, [7, 6]);
      const expected = (await session.run({ x })).y!.data as Float32Array;
      const { y } = await trainer.predict({ x: batch.inputs.x });
      expect(y!.dims).toEqual([7, 3]);
      for (const [i, value] of (y!.data as Float32Array).entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
      }
      await session.release();
    }
    expect(await zerosOf(trainer)).toBe(36);
    await trainer.dispose();
  });

  more('evaluates without taking the update', async () => {
    const trainer = await startTrainer(runtime);
    const batch = perceptronBatch(4, 1);
    const before = await trainer.read();
    const { loss } = await trainer.evaluate(batch);
    expect(await trainer.read()).toEqual(before);
    expect((await trainer.step(batch)).loss).toBe(loss);
    await trainer.dispose();
  });

  if (longRun > 0) {
    it(`keeps no memory over ${longRun} steps`, async () => {
      const trainer = await startTrainer(runtime);
      const pruner = startPruner(trainer);
      const batch = perceptronBatch(8, 2);
      const measure = () => process.memoryUsage().rss / 2 ** 20;
      const advance = async (from: number, to: number) => {
        for (let step = from; step < to; step += 1) {
          if (step % (longRun / 20) === 0) await pruner.update((20 * step) / longRun);
          await trainer.step(batch);
        }
      };
      // Through the first updates that drop something: kernels are compiled then.
      await advance(0, longRun / 4);
      // What a driver or a garbage collector takes when it likes comes in one part or another, hundreds of megabytes on a
      // GPU in software; what is kept, in all, however many there are.
      const growth: number[] = [];
      for (let part = 1; part < 4 || (part < 12 && Math.min(...growth) >= 20); part += 1) {
        const before = measure();
        await advance((part * longRun) / 4, ((part + 1) * longRun) / 4);
        growth.push(measure() - before);
      }
      // Megabytes; a session kept at every step would be far more.
      expect(Math.min(...growth)).toBeLessThan(20);
      await trainer.dispose();
    });
  }

  it('says which provider a runtime lacks', async () => {
    const { ort } = runtime;
    await expect(
      ort.InferenceSession.create(identityModel(), { executionProviders: ['xnnpack'] }),
    ).rejects.toThrow();
    const wanting = startTrainer({ ...runtime, executionProviders: ['xnnpack'] });
    await expect(wanting).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/xnnpack/),
    });
  });
}

/** How many elements of the two kernels are exactly +0. */
async function zerosOf(trainer: Trainer): Promise<number> {
  const values = await trainer.read();
  return [...values.get('k1')!, ...values.get('k2')!].filter((value) => Object.is(value, 0)).length;
}

/** So many kernel weights are +0, and their slots as well. */
async function requireCleanSlots(trainer: Trainer, dropped: number): Promise<void> {
  const { tensors } = await trainer.save();
  let found = 0;
  for (const name of ['k1', 'k2']) {
    const [weight, ...slots] = tensors
      .filter((tensor) => tensor.name === name)
      .map(({ shape, values }) => floatsFromBase64(values, shape[0]! * shape[1]!)!);
    expect(slots).toHaveLength(2);
    for (const [i, value] of weight!.entries()) {
      if (!Object.is(value, 0)) continue;
      found += 1;
      for (const slot of slots) expect(Object.is(slot[i], 0), `${name}[${i}]: ${slot[i]}`).toBe(true);
    }
  }
  expect(found).toBe(dropped);
}
