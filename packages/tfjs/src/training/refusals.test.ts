import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  findDropout,
  findKernels,
  loadModel,
  loadPlainModel,
  type PruneModelOptions,
  pruneModel,
  pruneOptimizer,
  saveModel,
  setDropoutAside,
  tfjsBackend,
} from '../index.js';
import { createDense, quiet, tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';

const options = { schedule: constantSparsity(0.5), print: false } as const;

/** The message that something throws. */
function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

beforeEach(() => useBackend('cpu'));

describe('what is no layers model', () => {
  it.each([
    ['null', null, 'got null'],
    ['nothing', undefined, 'got undefined'],
    ['a name', 'model', 'got "model"'],
    ['a model that was not awaited', Promise.resolve(), 'got a promise: await it first'],
    ['a graph model', { modelUrl: '', execute() {}, executeAsync() {}, predict() {} }, 'got a graph model'],
    ['a layer', tf.layers.dense({ units: 1 }), 'got an object'],
  ])('is refused by name: %s', (_, model, message) => {
    for (const work of [
      () => pruneModel(model as never, options),
      () => findKernels(model as never),
      () => findDropout(model as never),
      () => setDropoutAside(model as never),
    ]) {
      expect(messageOf(work)).toMatch(
        /needs a layers model \(tf\.sequential, tf\.model or tf\.loadLayersModel\)/,
      );
      expect(messageOf(work)).toContain(message);
      expect(messageOf(work)).not.toContain('compile first');
    }
  });

  it('is refused when it is a pruning', () => {
    const model = createDense();
    const pruning = pruneModel(model, options);
    expect(messageOf(() => pruneModel(pruning as never, options))).toContain('a pruning: pass its .model');
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
  });
});

describe('options', () => {
  it('are refused before anything is printed', () => {
    const model = createDense();
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ schedule: undefined }, /needs schedule to be a function/],
      [{ schedule: 0.5 }, /needs schedule to be a function, as linearRamp makes one, got 0.5/],
      [{ every: 'epochs' }, /got "epochs"; did you mean "epoch"\?/],
      [{ every: 0 }, /positive integer, got 0/],
      [{ distribution: 'unifrom' }, /did you mean "uniform"\?/],
      [{ rule: 'exakt' }, /did you mean "exact"\?/],
      [{ floor: { element: 1 } }, /no option "element" in floor; did you mean "elements"\?/],
      [{ untrained: 'waits' }, /did you mean "wait"\?/],
      [{ keepZeros: 1 }, /needs keepZeros to be true or false/],
      [{ schedul: 1 }, /did you mean "schedule"\?/],
      [{ score: {} }, /score/],
    ];
    for (const [change, message] of wrong) {
      const given = { ...options, print, ...change } as unknown as PruneModelOptions;
      expect(messageOf(() => pruneModel(model, given))).toMatch(message);
    }
    expect(printed).toEqual([]);
    expect(Object.hasOwn(model, 'fit')).toBe(false);
    // Nothing holds the weights.
    pruneModel(model, options).dispose();
    model.optimizer.dispose();
    model.dispose();
  });

  it('are refused of every function that takes some', async () => {
    const model = createDense();
    const pruning = pruneModel(model, options);
    const optimizer = model.optimizer;
    const table: readonly (readonly [() => unknown, RegExp])[] = [
      [() => tfjsBackend({ cutsPerRound: 0 }), /cutsPerRound to be a whole number of at least 1, got 0/],
      [() => tfjsBackend({ through: 'memmory' } as never), /did you mean "memory"\?/],
      [() => tfjsBackend({ cutPerRound: 1 } as never), /did you mean "cutsPerRound"\?/],
      [() => findKernels(model, { selects: [] } as never), /did you mean "select"\?/],
      [() => pruneOptimizer(optimizer, pruning.pruner, { backen: 1 } as never), /did you mean "backend"\?/],
      [() => pruneOptimizer(optimizer, pruning.pruner, { backend: 1 } as never), /a TfjsBackend, got 1/],
      [() => pruneOptimizer(null as never, pruning.pruner), /needs an optimizer.*got null/],
    ];
    for (const [work, message] of table) expect(messageOf(work)).toMatch(message);
    await expect(
      saveModel(model, pruning, 'localstorage://model', { includeOptimiser: true } as never),
    ).rejects.toThrow(/did you mean "includeOptimizer"\?/);
    pruning.dispose();
    optimizer.dispose();
    model.dispose();
  });
});

describe('callbacks', () => {
  it('work in any order, tfjs and plain ones among each other', async () => {
    const model = createDense();
    const x = tensorOf(101, [32, 10]);
    const pruning = pruneModel(model, options);
    const order: string[] = [];
    const plain = { onEpochEnd: async () => void order.push('plain') };
    class Own extends tf.Callback {
      override async onEpochEnd(): Promise<void> {
        order.push('own');
      }
    }
    const stopping = () => tf.callbacks.earlyStopping({ monitor: 'loss', patience: 0, minDelta: 1e9 });
    for (const callbacks of [
      [pruning.callback, stopping(), plain, new Own()],
      [new Own(), plain, pruning.callback, stopping()],
    ]) {
      const { epoch } = await model.fit(x, x, { ...quiet, epochs: 9, callbacks: callbacks as never });
      // The first epoch sets the mark that no other comes near.
      expect(epoch).toEqual([0, 1]);
    }
    expect(order).toEqual(['plain', 'own', 'plain', 'own', 'own', 'plain', 'own', 'plain']);
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });

  it('that are none are refused by what they are', async () => {
    const model = createDense();
    const x = tensorOf(101, [32, 10]);
    const pruning = pruneModel(model, options);
    for (const [callbacks, message] of [
      [pruning, /needs pruning\.callback, got the pruning itself/],
      [[pruning.callback, undefined], /got undefined at 1/],
      [[() => {}], /got a function at 0|got the function/],
      [[[pruning.callback]], /callbacks needs objects with hooks like onEpochEnd, got an array of 1 at 0/],
    ] as const) {
      await expect(model.fit(x, x, { ...quiet, epochs: 1, callbacks: callbacks as never })).rejects.toThrow(
        message,
      );
    }
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });
});

describe('a model that was disposed of', () => {
  it('is said to be by everything that needs it, and ends its pruning', async () => {
    const [model, x] = [createDense(), tensorOf(101, [32, 10])];
    const pruning = pruneModel(model, options);
    await pruning.pruner.update(0);
    model.optimizer.dispose();
    model.dispose();
    const disposed = { code: 'weight-changed', message: expect.stringMatching(/\/kernel was disposed$/) };
    const { pruner } = pruning;
    for (const work of [
      () => pruner.update(1),
      () => pruner.enforce(),
      () => pruner.report(),
      () => pruning.save(),
      () => model.fit(x, x, { ...quiet, epochs: 1, callbacks: pruning.callback }),
      () => saveModel(model, pruning, 'localstorage://gone'),
      async () => findKernels(model),
      async () => pruneModel(model, options),
    ]) {
      await expect(work()).rejects.toMatchObject(disposed);
    }
    pruning.dispose();
    x.dispose();
  });
});

it.each([
  ['null', null, 'got null'],
  ['nothing', undefined, 'got undefined'],
  ['artifacts', { modelTopology: {} }, 'got an object'],
  ['a handler that was not awaited', Promise.resolve(), 'got a promise: await it first'],
])('a source that no model is loaded from is refused by name: %s', async (_, source, message) => {
  for (const [name, load] of [
    ['loadModel', loadModel],
    ['loadPlainModel', loadPlainModel],
  ] as const) {
    await expect(load(source as never)).rejects.toThrow(
      `${name} needs an address such as 'localstorage://name', or an IOHandler with a method load (tf.io.fromMemory), ${message}`,
    );
  }
});
