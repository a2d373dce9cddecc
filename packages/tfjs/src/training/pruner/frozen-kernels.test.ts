import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { constantSparsity, pruneModel } from '../../index.js';
import { quiet } from '../../testing/models.js';
import { createPair, usePair } from '../../testing/use-pair.js';

const trial = usePair();
const { compile, prune, train, valuesOf, zeros, told, reported, freeze } = trial;

describe('a layer', () => {
  it('that is frozen without compiling leaves at once, as tfjs leaves it alone at once', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    const values = await valuesOf('base');
    freeze('base', true);
    await trial.model.trainOnBatch(trial.x, trial.x);
    expect(await valuesOf('base')).toEqual(values);
    expect((await trial.pruning.pruner.report()).total.elements).toBe(100);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^weights-left: .*base\/kernel \(frozen\)/);
  });

  it('that is unfrozen without compiling is told to wait for it, as tfjs does not train it', async () => {
    freeze('base', true);
    compile();
    prune({ schedule: constantSparsity(0.5) });
    freeze('base', false);
    await train(1);
    expect(await zeros()).toEqual([0, 50]);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^trainable-without-effect: tfjs does not train "base\/kernel", "base\/bias"/);
    expect(await reported()).toEqual(['trainable-without-effect']);
    compile();
    await train(1);
    expect((await trial.pruning.pruner.report()).total).toMatchObject({ elements: 200, dropped: 100 });
    expect(await reported()).toEqual(['weights-joined']);
  });

  it('is reported as what became of it last', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    for (const [frozen, code] of [
      [true, 'weights-left'],
      [false, 'weights-joined'],
      [true, 'weights-left'],
    ] as const) {
      freeze('base', frozen);
      compile();
      expect(await reported()).toEqual([code]);
    }
  });

  it('that is unfrozen without compiling is told to the next update once, however many steps came before', async () => {
    freeze('base', true);
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await trial.pruning.pruner.update(0);
    freeze('base', false);
    for (let step = 0; step < 3; step += 1) await trial.model.trainOnBatch(trial.x, trial.x);
    const { notices } = await trial.pruning.pruner.update(1);
    expect(notices.map(({ code }) => code)).toEqual(['trainable-without-effect']);
    expect((await trial.pruning.pruner.update(2)).notices).toEqual([]);
  });

  it('is kept under pruning while the whole model is frozen, as a discriminator is', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    for (const name of ['base', 'head']) freeze(name, true);
    await trial.pruning.pruner.update(1);
    expect((await trial.pruning.pruner.report()).total).toMatchObject({ elements: 200, dropped: 100 });
    for (const name of ['base', 'head']) freeze(name, false);
    await train(1);
    expect(told()).toEqual([]);
  });

  it('of a nested model joins and leaves with it', async () => {
    const inner = createPair();
    const input = tf.input({ shape: [10] });
    const middle = inner.apply(input) as tf.SymbolicTensor;
    const last = tf.layers.dense({ name: 'last', units: 10 });
    const outer = tf.model({ inputs: input, outputs: last.apply(middle) as tf.SymbolicTensor });
    const compileOuter = () => outer.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    inner.trainable = false;
    compileOuter();
    const nested = pruneModel(outer, { schedule: constantSparsity(0.5), print: false });
    expect(nested.kernels.kernels.map(({ name }) => name)).toEqual(['last/kernel']);
    inner.trainable = true;
    compileOuter();
    const { notices } = await nested.pruner.update(0);
    expect(notices).toMatchObject([{ code: 'weights-joined', weights: ['base/kernel', 'head/kernel'] }]);
    expect((await nested.pruner.report()).total).toMatchObject({ elements: 300, dropped: 150, zeros: 150 });
    inner.trainable = false;
    compileOuter();
    expect((await nested.pruner.report()).total.elements).toBe(100);
    nested.dispose();
    outer.optimizer.dispose();
    outer.dispose();
    compile();
    prune();
  });

  it('of a Sequential in a Sequential is not pruned when that is frozen, and told to be trained', async () => {
    const inner = createPair();
    const outer = tf.sequential({ layers: [inner as never, tf.layers.dense({ name: 'last', units: 10 })] });
    inner.trainable = false;
    outer.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const nested = pruneModel(outer, { schedule: constantSparsity(0.5), print: false });
    expect(nested.kernels.choices.find(({ name }) => name === 'base/kernel')?.reason).toBe(
      'frozen, yet tfjs trains it: freeze the layer itself',
    );
    await outer.fit(trial.x, trial.x, { ...quiet, epochs: 1, callbacks: nested.callback });
    const { total, notices } = await nested.pruner.report();
    expect(total).toMatchObject({ elements: 100, dropped: 50 });
    expect(notices).toMatchObject([
      {
        code: 'trainable-without-effect',
        weights: ['base/kernel', 'base/bias', 'head/kernel', 'head/bias'],
        message: expect.stringMatching(/^tfjs trains "base\/kernel".* although it is to leave them alone/),
      },
    ]);
    nested.dispose();
    outer.optimizer.dispose();
    outer.dispose();
    compile();
    prune();
  });

  it('that include names is told to be zeroed without training when it is frozen', async () => {
    freeze('base', true);
    compile();
    prune({ select: { include: [/kernel/] } });
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^pruned-not-trained: .*"base\/kernel"/);
    freeze('base', false);
    compile();
    expect(await reported()).toEqual([]);
  });

  it('is not pruned when all are frozen, and the refusal names them', () => {
    for (const name of ['base', 'head']) freeze(name, true);
    compile();
    expect(() => prune()).toThrow(
      expect.objectContaining({
        code: 'no-weights',
        message: expect.stringMatching(
          /"base\/kernel", "head\/kernel" are frozen; unfreeze some and compile/,
        ),
      }),
    );
    freeze('head', false);
    compile();
    prune();
  });
});
