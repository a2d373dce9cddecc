import { constantSparsity, createPruner, tensorScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { Trainer } from '../index.js';
import { perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();
const batch = perceptronBatch(4, 1);
const said = ({ notices }: Pick<Trainer, 'notices'>) =>
  notices.map(({ code, weights = [] }) => [code, ...weights]);
const prune = ({ backend, weights }: Trainer, more = {}) =>
  createPruner({ backend, weights, schedule: constantSparsity(0.5), ...more });

/** The perceptron with half of each kernel zero. */
async function sparseModel(): Promise<Uint8Array> {
  const trainer = await startTrainer(runtime);
  await prune(trainer, { distribution: 'uniform' }).update(0);
  const model = await trainer.export();
  await trainer.dispose();
  return model;
}

describe('a model that comes sparse', () => {
  it('is told with the way to keep its zeros, which keeps them', async () => {
    const trainer = await startTrainer(runtime, { model: await sparseModel() });
    expect(said(trainer)).toEqual([['zeros-present', 'k1', 'k2']]);
    expect(trainer.notices[0]!.message).toContain('36 of the 72 elements of "k1", "k2" are exactly zero');
    const pruner = prune(trainer, { schedule: constantSparsity(0), keepZeros: true });
    await pruner.update(0);
    for (let i = 0; i < 3; i += 1) await trainer.step(batch);
    expect((await pruner.report()).total).toMatchObject({ dropped: 36, zeros: 36 });
    await trainer.dispose();
  });

  it('is told of a state that is restored without its pruner, as long as no mask keeps its zeros', async () => {
    const trainer = await startTrainer(runtime);
    await prune(trainer, { distribution: 'uniform' }).update(0);
    const saved = await trainer.save();
    await trainer.restore(saved);
    expect(said(trainer)).toEqual([]);
    await trainer.dispose();
    const fresh = await startTrainer(runtime);
    await fresh.restore(saved);
    expect(said(fresh)).toEqual([['zeros-present', 'k1', 'k2']]);
    expect(fresh.notices[0]!.message).toContain('exactly zero in the state that was restored');
    await prune(fresh, { schedule: constantSparsity(0), keepZeros: true }).update(0);
    expect(said(fresh)).toEqual([]);
    await fresh.dispose();
  });

  it('is not told of a dense one', async () => {
    const trainer = await startTrainer(runtime);
    expect(said(trainer)).toEqual([]);
    await trainer.dispose();
  });
});

describe('masks that are gone', () => {
  it('are told once a step was taken without them, and no sooner', async () => {
    const trainer = await startTrainer(runtime);
    const pruner = prune(trainer);
    await pruner.update(0);
    await trainer.step(batch);
    await pruner.report();
    const saved = await trainer.save({ pruner });
    pruner.dispose();
    await trainer.export();
    expect(said(trainer)).toEqual([]);
    await trainer.step(batch);
    expect(said(trainer)).toEqual([['masks-gone', 'k1', 'k2']]);
    await trainer.restore(saved, { pruner: prune(trainer) });
    await trainer.step(batch);
    expect(said(trainer)).toEqual([]);
    await trainer.dispose();
  });

  it('are not told where they dropped nothing, or others took their place', async () => {
    const trainer = await startTrainer(runtime);
    prune(trainer).dispose();
    await trainer.step(batch);
    const first = prune(trainer);
    await first.update(0);
    first.dispose();
    await prune(trainer, { keepZeros: true }).update(0);
    await trainer.step(batch);
    expect(said(trainer)).toEqual([]);
    await trainer.dispose();
  });
});

it('gradients before the first step are told to be no scores', async () => {
  const trainer = await startTrainer(runtime, { gradients: true });
  const gradients = new Map(trainer.gradients.map(({ name, weight }) => [name, weight]));
  const pruner = prune(trainer, { score: tensorScore(({ name }: { name: string }) => gradients.get(name)!) });
  expect(said(await pruner.update(0))).toContainEqual(['score-without-information', 'k1']);
  await trainer.dispose();
});
