import {
  activityScore,
  constantSparsity,
  createPruner,
  fisherScore,
  gradientScore,
  movementScore,
  observedScore,
  saliencyScore,
  snipScore,
  wandaScore,
} from '@synaprune/core';
import { createScoreObserver, hostBackend } from '@synaprune/host';
import { describe, expect, it } from 'vitest';
import { perceptronBatch } from '../testing/models.js';
import { oracleStep } from '../testing/perceptron-oracle.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const node = await useNode();
const late = (position: number) => (position < 4 ? 0 : 0.5);
const names = [
  saliencyScore,
  snipScore,
  movementScore,
  wandaScore,
  fisherScore,
  activityScore,
  gradientScore,
];

describe('what a score remembers', () => {
  it.each(names.map((score) => [score().name, score] as const))(
    'goes on on another runtime to the same masks: %s',
    async (_, score) => {
      const here = await startTrainer(node);
      const pruning = here.prune({ score: score(), schedule: late });
      for (let step = 0; step < 4; step += 1) await here.step(perceptronBatch(8, step));
      const state = JSON.parse(JSON.stringify(await pruning.save()));
      const there = await startTrainer(await useWasm());
      const other = there.prune({ score: score(), schedule: late });
      await other.restore(state);
      await pruning.pruner.update(4);
      await other.pruner.update(4);
      expect(await other.pruner.save()).toEqual(await pruning.pruner.save());
      expect((await other.report()).total.dropped).toBe(36);
      // And on the host, where a loop of one's own has the weights.
      const values = await (async () => {
        await here.restore(state, { pruner: pruning.pruner });
        return here.read();
      })();
      const weights = here.weights.map(({ name, weight: { shape } }) => ({
        name,
        weight: { shape, values: values.get(name)! },
      }));
      const observer = createScoreObserver({ score: score(), weights });
      const onHost = createPruner({ backend: hostBackend(), weights, schedule: late, score: observer });
      await onHost.restore(state.pruner);
      await onHost.update(4);
      expect(await onHost.masks()).toEqual(await other.pruner.masks());
      await here.dispose();
      await there.dispose();
    },
  );

  it('is refused where it is of other shapes, and nothing has changed then', async () => {
    const trainer = await startTrainer(node);
    const pruning = trainer.prune({ score: snipScore(), schedule: late });
    for (let step = 0; step < 2; step += 1) await trainer.step(perceptronBatch(8, step));
    const before = await pruning.save();
    // Another score of the same name, which remembers one number for each input.
    const impostor = observedScore({
      name: 'snip',
      memory: snipScore().memory,
      rank: snipScore().rank,
      needs: ['inputSquare'],
      observe: (_, { inputSquare }) => ({ sensitivity: inputSquare }),
    });
    const weights = trainer.weights.map(({ name, weight: { shape } }) => ({
      name,
      weight: { shape, values: new Float32Array(shape[0]! * shape[1]!) },
    }));
    const observer = createScoreObserver({ score: impostor, weights });
    const perInput = (size: number) => ({ shape: [size, 1], values: new Float32Array(size) });
    observer.observe({ inputSquare: { k1: perInput(6), k2: perInput(8) } });
    const other = createPruner({ backend: hostBackend(), weights, schedule: late, score: observer });
    const state = await other.save();
    await expect(pruning.pruner.restore(state)).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringContaining('[6, 1]'),
    });
    expect(await pruning.save()).toEqual(before);
    await trainer.dispose();
  });
});

describe('a score that looks at training', () => {
  it('is refused by name where a signal cannot be had, and the trainer trains on', async () => {
    const trainer = await startTrainer(node, { optimizer: 'sgd' });
    expect(() =>
      trainer.prune({ score: fisherScore({ of: 'secondMoment' }), schedule: constantSparsity(0.5) }),
    ).toThrow(expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('"k1"') }));
    expect((await trainer.step(perceptronBatch(8, 0))).loss).toBeGreaterThan(0);
    await trainer.dispose();
  });

  it('does not go with keepZeros, which cannot wait', async () => {
    const trainer = await startTrainer(node);
    expect(() =>
      trainer.prune({ score: snipScore(), schedule: constantSparsity(0.5), keepZeros: true }),
    ).toThrow('keep the zeros by a pruning of their own');
    await trainer.dispose();
  });

  it('brings back what has the largest gradients, with nothing else asked for', async () => {
    const trainer = await startTrainer(node, { optimizer: 'sgd' });
    const pruning = trainer.prune({
      schedule: constantSparsity(0.5),
      regrow: { by: gradientScore(), fraction: (position) => (position === 3 ? 0.25 : 0) },
    });
    for (let step = 0; step < 2; step += 1) await trainer.step(perceptronBatch(8, step));
    // The gradient of the step before the update, by the oracle.
    const batch = perceptronBatch(8, 2);
    const { gradients } = oracleStep(await trainer.read(), batch);
    await trainer.step(batch);
    const before = await trainer.read();
    const { total } = await pruning.report();
    await trainer.step(perceptronBatch(8, 3));
    const report = await pruning.report();
    expect(report.total.dropped).toBe(total.dropped);
    const all = (['k1', 'k2'] as const).flatMap((name) =>
      gradients[name].map((gradient, i) => ({
        name,
        i,
        gradient: Math.abs(gradient),
        now: before.get(name)![i]!,
      })),
    );
    // A quarter of the 36 that the target leaves are given up, those of the least magnitude, and 9 of all dropped come back.
    const kept = all.filter(({ now }) => now !== 0).sort((a, b) => Math.abs(a.now) - Math.abs(b.now));
    const dropped = [...all.filter(({ now }) => now === 0), ...kept.slice(0, 9)];
    const back = dropped.sort((a, b) => b.gradient - a.gradient).slice(0, 9);
    const expected = [...kept.slice(9), ...back].map(({ name, i }) => `${name} ${i}`);
    const found = (await pruning.pruner.masks()).flatMap(({ name, shape, bits }) =>
      Array.from({ length: shape[0]! * shape[1]! }, (_, i) => i)
        .filter((i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 1)
        .map((i) => `${name} ${i}`),
    );
    expect(found.sort()).toEqual(expected.sort());
    await trainer.dispose();
  });
});
