import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  linearRamp,
  loadModel,
  type ModelPruning,
  type PruneModelOptions,
  pruneModel,
  saveModel,
} from '../../index.js';
import { createMemory } from '../../testing/memory.js';
import { quiet, tensorOf } from '../../testing/models.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';

let model: tf.Sequential;
let x: tf.Tensor;
let pruning: ModelPruning;
let printed: string[];

/** Two dense layers of 100 prunable elements each, the same every time. */
function createPair(): tf.Sequential {
  const pair = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'base', units: 10, inputShape: [10] }),
      tf.layers.dense({ name: 'head', units: 10 }),
    ],
  });
  tf.tidy(() => pair.setWeights(pair.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  return pair;
}
const compile = (optimizer: tf.Optimizer | string = 'sgd') =>
  model.compile({ optimizer, loss: 'meanSquaredError' });
const prune = (options: Partial<PruneModelOptions> = {}): ModelPruning => {
  printed = [];
  pruning = pruneModel(model, {
    schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 9 }),
    print: (text) => void (text.startsWith('pruning ') || printed.push(text)),
    ...options,
  });
  return pruning;
};
const train = (epochs: number) => model.fit(x, x, { ...quiet, epochs, callbacks: pruning.callback });
// By name, because tfjs lists what is frozen after everything else.
const valuesOf = async (name: string): Promise<number[]> => [
  ...(await model.getLayer(name).weights[0]!.read().data()),
];
const zeros = (): Promise<number[]> =>
  Promise.all(
    model.layers.map(async ({ name }) => (await valuesOf(name)).filter((value) => value === 0).length),
  );
const told = () => printed.filter((text) => !text.startsWith('schedule-unfinished'));
const reported = async () => (await pruning.pruner.report()).notices.map(({ code }) => code);
const freeze = (name: string, frozen: boolean) => {
  model.getLayer(name).trainable = !frozen;
};

beforeEach(async () => {
  await useBackend('wasm');
  model = createPair();
  x = tensorOf(101, [32, 10]);
});

afterEach(() => {
  pruning.dispose();
  model.optimizer.dispose();
  model.dispose();
  x.dispose();
});

describe.each(BACKENDS)('a layer on %s', (backend) => {
  beforeEach(async () => {
    for (const gone of [model, x]) gone.dispose();
    await useBackend(backend);
    model = createPair();
    x = tensorOf(101, [32, 10]);
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
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 200, dropped: 160, zeros: 160 });
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
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 100, dropped: 80 });
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
    await pruning.pruner.update(1);
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
    await saveModel(model, pruning, memory.save);
    freeze('base', false);
    compile();
    await train(1);
    const whole = await Promise.all(['base', 'head'].map(valuesOf));
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();

    const loaded = await loadModel(memory.load());
    model = loaded.model as tf.Sequential;
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await pruning.restore(loaded.saved, { match: 'position' });
    freeze('base', false);
    compile();
    await train(1);
    expect(await Promise.all(['base', 'head'].map(valuesOf))).toEqual(whole);
    expect((await pruning.pruner.report()).notices.map(({ code }) => code)).toEqual(['weights-joined']);

    const { left } = loaded.saved;
    for (const [damaged, code] of [
      [[{ ...left![0]!, mask: 'AAAA' }], 'state-corrupt'],
      [[{ ...left![0]!, kept: 1 }], 'state-corrupt'],
      [[{ ...left![0]!, name: 'other/kernel' }], 'state-mismatch'],
      [[null], 'state-corrupt'],
      ['left', 'state-corrupt'],
    ] as const) {
      const { state, steps } = await pruning.save();
      await expect(pruning.restore({ state, steps, left: damaged as never })).rejects.toMatchObject({ code });
    }
  });

  it('that is popped leaves the budget, and one that is added joins it', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    model.pop();
    model.add(tf.layers.dense({ name: 'other', units: 10, kernelInitializer: 'glorotUniform' }));
    compile();
    await train(1);
    const { total, weights } = await pruning.pruner.report();
    expect(weights.map(({ name }) => name)).toEqual(['base/kernel', 'other/kernel']);
    expect([total.elements, total.dropped, total.zeros]).toEqual([200, 100, 100]);
    expect(pruning.kernels.kernels.map(({ name }) => name)).toEqual(['base/kernel', 'other/kernel']);
    expect(told().map((text) => text.replace(/: .*?"(.*)".*/s, ' $1'))).toEqual([
      'weights-joined other/kernel',
      'weights-left head/kernel (no longer in the model)',
    ]);
  });

  it('that is popped and disposed of is no hindrance', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    const head = model.getLayer('head');
    model.pop();
    compile();
    head.dispose();
    await model.trainOnBatch(x, x);
    await train(1);
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 100, dropped: 50 });
  });

  it('that joins takes part in steps, reports, states and files before the next update', async () => {
    freeze('base', true);
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await pruning.pruner.update(3);
    freeze('base', false);
    for (const look of [
      () => model.trainOnBatch(x, x),
      () => pruning.pruner.report(),
      () => pruning.save(),
      () => pruning.pruner.enforce(),
      () => model.save(tf.io.withSaveHandler(async () => ({ modelArtifactsInfo: INFO }))),
    ]) {
      compile();
      await look();
      expect((await zeros()).reduce((sum, some) => sum + some)).toBe(100);
      expect((await pruning.save()).state).toMatchObject({ position: 3, target: 0.5 });
      freeze('base', true);
      compile();
      await pruning.pruner.report();
      freeze('base', false);
    }
  });

  it('that is frozen without compiling leaves at once, as tfjs leaves it alone at once', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    const values = await valuesOf('base');
    freeze('base', true);
    await model.trainOnBatch(x, x);
    expect(await valuesOf('base')).toEqual(values);
    expect((await pruning.pruner.report()).total.elements).toBe(100);
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
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 200, dropped: 100 });
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
    await pruning.pruner.update(0);
    freeze('base', false);
    for (let step = 0; step < 3; step += 1) await model.trainOnBatch(x, x);
    const { notices } = await pruning.pruner.update(1);
    expect(notices.map(({ code }) => code)).toEqual(['trainable-without-effect']);
    expect((await pruning.pruner.update(2)).notices).toEqual([]);
  });

  it('is kept under pruning while the whole model is frozen, as a discriminator is', async () => {
    compile();
    prune({ schedule: constantSparsity(0.5) });
    await train(1);
    for (const name of ['base', 'head']) freeze(name, true);
    await pruning.pruner.update(1);
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 200, dropped: 100 });
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
    await outer.fit(x, x, { ...quiet, epochs: 1, callbacks: nested.callback });
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

  it('leaves nothing behind, whoever comes and goes', async () => {
    compile();
    await model.trainOnBatch(x, x);
    const grown = await growth(async () => {
      prune();
      await train(2);
      for (const frozen of [true, false, true]) {
        freeze('base', frozen);
        model.optimizer.dispose();
        compile();
        await train(1);
      }
      pruning.dispose();
      model.optimizer.dispose();
      freeze('base', false);
      compile();
      await model.trainOnBatch(x, x);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});

const INFO = { dateSaved: new Date(0), modelTopologyType: 'JSON' } as const;
