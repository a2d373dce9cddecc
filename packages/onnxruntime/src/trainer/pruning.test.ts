import { constantSparsity, createPruner, linearRamp, readRecipe, synapticRamp } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { Trainer } from '../index.js';
import { perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();
const batch = (step: number) => perceptronBatch(8, step);
const ramp = linearRamp({ from: 0, to: 0.5, start: 2, end: 12 });

async function advance(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 1) await trainer.step(batch(step));
}

describe('trainer.prune', () => {
  it('gives what updates by hand before every step give, bit for bit', async () => {
    const [own, byHand] = [await startTrainer(runtime), await startTrainer(runtime)];
    const pruning = own.prune({ schedule: ramp });
    const pruner = createPruner({ backend: byHand.backend, weights: byHand.weights, schedule: ramp });
    for (let step = 0; step < 14; step += 1) {
      await pruner.update(step);
      expect(await own.step(batch(step))).toEqual(await byHand.step(batch(step)));
    }
    expect(await pruning.save()).toEqual(await byHand.save({ pruner }));
    expect(pruning.steps()).toBe(14);
    await own.dispose();
    await byHand.dispose();
  });

  it.each([
    ['every 4th step', { every: 4 }, [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]],
    ['every step where nothing is told', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['every step as batch', { every: 'batch' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['every epoch, counted in epochs', { every: 'epoch', stepsPerEpoch: 3 }, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]],
    ['every epoch where their length is told', { stepsPerEpoch: 5 }, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]],
    [
      'every 2nd step, though epochs are told',
      { every: 2, stepsPerEpoch: 5 },
      [0, 0, 2, 2, 4, 4, 6, 6, 8, 8],
    ],
  ] as const)('brings the masks up to date %s', async (_, rhythm, positions) => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ schedule: constantSparsity(0.25), ...rhythm });
    const seen: (number | null)[] = [];
    for (let step = 0; step < 10; step += 1) {
      await trainer.step(batch(step));
      seen.push((await pruning.report()).position);
    }
    expect(seen).toEqual(positions);
    await trainer.dispose();
  });

  it('begins with the next step, whatever that is', async () => {
    const trainer = await startTrainer(runtime);
    await advance(trainer, 0, 3);
    const pruning = trainer.prune({ schedule: constantSparsity(0.5), every: 5 });
    await trainer.step(batch(3));
    expect((await pruning.report()).position).toBe(3);
    await advance(trainer, 4, 6);
    expect((await pruning.report()).position).toBe(5);
    await trainer.dispose();
  });

  it('goes on from what it saved as if never interrupted, in another trainer', async () => {
    const schedule = synapticRamp({ from: 0.2, to: 0.7, start: 0, end: 3 });
    const [whole, first, second] = await Promise.all([1, 2, 3].map(() => startTrainer(runtime)));
    const start = (trainer: Trainer) => trainer.prune({ schedule, stepsPerEpoch: 4 });
    const [uninterrupted, before] = [start(whole!), start(first!)];
    await advance(whole!, 0, 14);
    await advance(first!, 0, 6);
    const state = JSON.parse(JSON.stringify(await before.save()));
    const after = start(second!);
    await advance(second!, 0, 3);
    await after.restore(state);
    expect(after.steps()).toBe(6);
    await advance(second!, 6, 14);
    expect(await after.save()).toEqual(await uninterrupted.save());
    for (const trainer of [whole!, first!, second!]) await trainer.dispose();
  });

  it('changes no mask for a batch that is refused', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ schedule: constantSparsity(0.5) });
    await expect(trainer.step({ inputs: {} })).rejects.toThrow('"x" is missing');
    expect((await pruning.report()).total.dropped).toBe(0);
    await trainer.step(batch(0));
    expect((await pruning.report()).total.dropped).toBe(36);
    await trainer.dispose();
  });

  it('takes several prunings, each of its own weights', async () => {
    const trainer = await startTrainer(runtime);
    const one = trainer.prune({ schedule: constantSparsity(0.5), select: 'k1' });
    const pattern = { kind: 'channel', axis: 0 } as const;
    const two = trainer.prune({ schedule: constantSparsity(0.25), select: { exclude: 'k1' }, pattern });
    await advance(trainer, 0, 2);
    expect((await one.report()).weights.map(({ name, dropped }) => [name, dropped])).toEqual([['k1', 24]]);
    expect((await two.report()).weights.map(({ name, dropped }) => [name, dropped])).toEqual([['k2', 6]]);
    await trainer.dispose();
  });

  it('leaves the masks alone once it is detached, and gives them back when it is disposed of', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ schedule: ramp });
    await advance(trainer, 0, 6);
    const { dropped } = (await pruning.report()).total;
    expect(dropped).toBeGreaterThan(0);
    pruning.detach();
    await advance(trainer, 6, 14);
    expect((await pruning.report()).total).toMatchObject({ dropped, revived: 0 });
    await pruning.pruner.update(12);
    expect((await pruning.report()).total.dropped).toBe(36);
    pruning.dispose();
    pruning.dispose();
    await trainer.step(batch(14));
    expect(trainer.notices.map(({ code }) => code)).toEqual(['masks-gone']);
    await expect(pruning.report()).rejects.toMatchObject({ code: 'disposed' });
    await trainer.dispose();
  });

  it('tells in reports what only a first update tells', async () => {
    const dense = await startTrainer(runtime);
    dense.prune({ schedule: constantSparsity(0.5), distribution: 'uniform' });
    await dense.step({ ...batch(0), learningRate: 0 });
    const trainer = await startTrainer(runtime, { model: await dense.export() });
    const pruning = trainer.prune({ schedule: constantSparsity(0) });
    await trainer.step(batch(0));
    const codes = (await pruning.report()).notices.map(({ code }) => code);
    expect(codes).toContain('zeros-present');
    await dense.dispose();
    await trainer.dispose();
  });

  it('takes a recipe', async () => {
    const json =
      '{"schedule": {"kind": "constantSparsity", "sparsity": 0.5}, "every": "epoch", "select": {"include": ["k2"]}, ' +
      '"pattern": {"kind": "channel", "axis": 0}}';
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ ...readRecipe(JSON.parse(json)), stepsPerEpoch: 2 });
    await advance(trainer, 0, 3);
    expect(await pruning.report()).toMatchObject({ position: 1, total: { elements: 24, dropped: 12 } });
    await trainer.dispose();
  });

  it('refuses what cannot be right, by name, and a step that cannot reach its target', async () => {
    const trainer = await startTrainer(runtime);
    const schedule = constantSparsity(0.5);
    for (const [options, message] of [
      [undefined, 'prune needs an object of options, got undefined'],
      [{ schedule, weights: [] }, 'prune has no option "weights": it prunes the trainer'],
      [{ schedule, every: 0 }, "prune needs every to be 'epoch', 'batch' or a positive integer, got 0"],
      [{ schedule, every: 'epochs' }, 'did you mean "epoch"?'],
      [{ schedule, every: 'epoch' }, "prune needs stepsPerEpoch where every is 'epoch'"],
      [
        { schedule, stepsPerEpoch: 0.5 },
        'prune needs stepsPerEpoch to be a whole number of at least 1, got 0.5',
      ],
      [{ schedule, patern: {} }, 'prune has no option "patern"; did you mean "pattern"? It takes schedule, '],
      [{ schedule, stepsPerEpoc: 3 }, 'prune has no option "stepsPerEpoc"; did you mean "stepsPerEpoch"?'],
      [{ schedule, exclude: 'k1' }, 'prune has no option "exclude": it is select: { exclude }'],
      [{}, 'needs schedule to be a function'],
    ] as const) {
      expect(() => trainer.prune(options as never)).toThrow(message);
    }
    const before = await trainer.read();
    const pruning = trainer.prune({ schedule: constantSparsity(1), floor: 0.5 });
    await expect(trainer.step(batch(0))).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(await trainer.read()).toEqual(before);
    expect(trainer.steps).toBe(0);
    pruning.dispose();
    await trainer.step(batch(0));
    await trainer.dispose();
    expect(() => trainer.prune({ schedule })).toThrow(expect.objectContaining({ code: 'disposed' }));
  });
});
