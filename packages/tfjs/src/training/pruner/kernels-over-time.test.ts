import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { constantSparsity, loadModel, saveModel } from '../../index.js';
import { createMemory } from '../../testing/memory.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';
import { usePair } from '../../testing/use-pair.js';

const trial = usePair();
const { compile, prune, train, valuesOf, zeros, told, freeze } = trial;

describe.each(BACKENDS)('a layer on %s', (backend) => {
  beforeEach(async () => {
    for (const gone of [trial.model, trial.x]) gone.dispose();
    await useBackend(backend);
    trial.setUp();
  });

  it('that is unfrozen and compiled joins the pruning', async () => {
    freeze('base', true);
    compile();
    prune();
    await train(5);
    expect(await zeros()).toEqual([0, 35]);
    freeze('base', false);
    compile();
    await train(5);
    const [base, head] = (await zeros()) as [number, number];
    expect(base + head).toBe(160);
    expect(base).toBeGreaterThan(0);
    expect((await trial.pruning.pruner.report()).total).toMatchObject({
      elements: 200,
      dropped: 160,
      zeros: 160,
    });
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^weights-joined: .*"base\/kernel".* 200 elements now/);
  });

  it('that is frozen and compiled leaves it, and is neither trained, zeroed nor counted', async () => {
    compile();
    prune();
    await train(5);
    const [base] = await zeros();
    const values = await valuesOf('base');
    freeze('base', true);
    compile();
    await train(5);
    expect(await valuesOf('base')).toEqual(values);
    expect(await zeros()).toEqual([base, 80]);
    expect((await trial.pruning.pruner.report()).total).toMatchObject({ elements: 100, dropped: 80 });
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^weights-left: .*base\/kernel \(frozen\)/);
  });
});

describe('a layer', () => {
  it('that comes back has the mask that it left with', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    const before = await zeros();
    const dropped = (await valuesOf('base')).map((value) => value === 0);
    freeze('base', true);
    compile();
    await trial.pruning.pruner.update(1);
    freeze('base', false);
    compile();
    await train(3);
    const [base, head] = (await zeros()) as [number, number];
    expect((await valuesOf('base')).map((value) => value === 0)).toEqual(dropped);
    expect(base).toBe(before[0]);
    // While it was alone, the head was pruned to a half of its own.
    expect(head).toBe(Math.max(50, before[1]!));
  });

  it('that left has its mask again in another process too, whatever its name is there', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    freeze('base', true);
    compile();
    await train(1);
    const memory = createMemory();
    await saveModel(trial.model, trial.pruning, memory.save);
    freeze('base', false);
    compile();
    await train(1);
    const whole = await Promise.all(['base', 'head'].map(valuesOf));
    trial.pruning.dispose();
    trial.model.optimizer.dispose();
    trial.model.dispose();

    const loaded = await loadModel(memory.load());
    trial.model = loaded.model as tf.Sequential;
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await trial.pruning.restore(loaded.saved, { match: 'position' });
    freeze('base', false);
    compile();
    await train(1);
    expect(await Promise.all(['base', 'head'].map(valuesOf))).toEqual(whole);
    expect((await trial.pruning.pruner.report()).notices.map(({ code }) => code)).toEqual(['weights-joined']);

    const { left } = loaded.saved;
    for (const [damaged, code] of [
      [[{ ...left![0]!, mask: 'AAAA' }], 'state-corrupt'],
      [[{ ...left![0]!, kept: 1 }], 'state-corrupt'],
      [[{ ...left![0]!, name: 'other/kernel' }], 'state-mismatch'],
      [[null], 'state-corrupt'],
      ['left', 'state-corrupt'],
    ] as const) {
      const { state, steps } = await trial.pruning.save();
      await expect(trial.pruning.restore({ state, steps, left: damaged as never })).rejects.toMatchObject({
        code,
      });
    }
  });

  it('that is popped leaves the budget, and one that is added joins it', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    trial.model.pop();
    trial.model.add(tf.layers.dense({ name: 'other', units: 10, kernelInitializer: 'glorotUniform' }));
    compile();
    await train(1);
    const { total, weights } = await trial.pruning.pruner.report();
    expect(weights.map(({ name }) => name)).toEqual(['base/kernel', 'other/kernel']);
    expect([total.elements, total.dropped, total.zeros]).toEqual([200, 100, 100]);
    expect(trial.pruning.kernels.kernels.map(({ name }) => name)).toEqual(['base/kernel', 'other/kernel']);
    expect(told().map((text) => text.replace(/: .*?"(.*)".*/s, ' $1'))).toEqual([
      'weights-joined other/kernel',
      'weights-left head/kernel (no longer in the model)',
    ]);
  });

  it('that is popped and disposed of is no hindrance', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    const head = trial.model.getLayer('head');
    trial.model.pop();
    compile();
    head.dispose();
    await trial.model.trainOnBatch(trial.x, trial.x);
    await train(1);
    expect((await trial.pruning.pruner.report()).total).toMatchObject({ elements: 100, dropped: 50 });
  });

  it('that joins takes part in steps, reports, states and files before the next update', async () => {
    freeze('base', true);
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await trial.pruning.pruner.update(3);
    freeze('base', false);
    for (const look of [
      () => trial.model.trainOnBatch(trial.x, trial.x),
      () => trial.pruning.pruner.report(),
      () => trial.pruning.save(),
      () => trial.pruning.pruner.enforce(),
      () => trial.model.save(tf.io.withSaveHandler(async () => ({ modelArtifactsInfo: INFO }))),
    ]) {
      compile();
      await look();
      expect((await zeros()).reduce((sum, some) => sum + some)).toBe(100);
      expect((await trial.pruning.save()).state).toMatchObject({ position: 3, target: 0.5 });
      freeze('base', true);
      compile();
      await trial.pruning.pruner.report();
      freeze('base', false);
    }
  });

  it('leaves nothing behind, whoever comes and goes', async () => {
    compile();
    await trial.model.trainOnBatch(trial.x, trial.x);
    const grown = await growth(async () => {
      prune();
      await train(2);
      for (const frozen of [true, false, true]) {
        freeze('base', frozen);
        trial.model.optimizer.dispose();
        compile();
        await train(1);
      }
      trial.pruning.dispose();
      trial.model.optimizer.dispose();
      freeze('base', false);
      compile();
      await trial.model.trainOnBatch(trial.x, trial.x);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});

const INFO = { dateSaved: new Date(0), modelTopologyType: 'JSON' } as const;
