import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linearRamp, type ModelPruning, type PruneModelOptions, pruneModel } from '../../index.js';
import { countZeros, createDense, quiet, tensorOf } from '../../testing/models.js';
import { useBackend } from '../../testing/use-backend.js';

/** From 0 to .8 over the positions 0 to 9. */
const RAMP = linearRamp({ from: 0, to: 0.8, start: 0, end: 9 });

let model: tf.Sequential;
let x: tf.Tensor;
let pruning: ModelPruning;
let printed: string[];

const prune = (options: Partial<PruneModelOptions> = {}): ModelPruning => {
  printed = [];
  pruning = pruneModel(model, {
    schedule: RAMP,
    // The first text is the table of kernels.
    print: (text) => void (text.startsWith('pruning ') || printed.push(text)),
    ...options,
  });
  return pruning;
};
const train = (epochs: number, more: Partial<tf.ModelFitArgs> = {}) =>
  model.fit(x, x, { ...quiet, epochs, callbacks: pruning.callback, ...more });
const codes = () => printed.map((text) => text.slice(0, text.indexOf(':')));

beforeEach(async () => {
  await useBackend('wasm');
  model = createDense();
  x = tensorOf(101, [32, 10]);
});

afterEach(() => {
  pruning.dispose();
  model.optimizer.dispose();
  model.dispose();
  x.dispose();
});

describe('an optimizer that comes in the middle of a fit', () => {
  const other = () => tf.train.momentum(0.05, 0.9);
  const functional = () => {
    const inputs = tf.input({ shape: [10] });
    const outputs = tf.layers.dense({ units: 10 }).apply(inputs) as tf.SymbolicTensor;
    const made = tf.model({ inputs, outputs });
    made.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return made;
  };
  for (const [what, make] of [
    ['a Sequential', createDense],
    ['a functional model', functional],
  ] as const) {
    for (const how of ['set', 'compiled'] as const) {
      it(`is followed at once, ${how} on ${what}, and so is the one that a fit goes on with`, async () => {
        model.dispose();
        model = make() as tf.Sequential;
        prune({ schedule: () => 0.5 });
        const before = model.optimizer;
        const zeros: number[] = [];
        const swap = {
          onEpochEnd: async (epoch: number) => {
            zeros.push((await countZeros(model))[0]!);
            if (epoch !== 0) return;
            if (how === 'set') model.optimizer = other();
            else model.compile({ optimizer: other(), loss: 'meanSquaredError' });
          },
        };
        await train(4, { callbacks: [pruning.callback, swap] });
        expect(zeros).toEqual([50, 50, 50, 50]);
        await model.fit(x, x, { ...quiet, epochs: 1 });
        expect((await countZeros(model))[0]).toBe(50);
        // The one from before is its own again.
        expect(Object.hasOwn(before, 'applyGradients')).toBe(false);
        expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(true);
        pruning.detach();
        expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
        expect(Object.hasOwn(model, 'optimizer')).toBe(false);
        before.dispose();
      });
    }
  }
});

describe('fits of one pruning', () => {
  it('reach the end of the ramp in thirty fits of one epoch', async () => {
    prune();
    const seen: number[] = [];
    for (let i = 0; i < 30; i += 1) {
      await train(1);
      seen.push((await countZeros(model))[0]!);
    }
    // The ninth fit cannot know that there is a tenth: the end of the ramp, position 9, is where it arrives.
    expect(seen.slice(0, 11)).toEqual([0, 8, 17, 26, 35, 44, 53, 62, 80, 80, 80]);
    expect(seen.at(-1)).toBe(80);
    const { position, notices } = await pruning.pruner.report();
    expect([position, notices]).toEqual([29, []]);
  });

  it('reach it in three fits of five epochs, as in one of fifteen', async () => {
    prune();
    for (let i = 0; i < 3; i += 1) await train(5);
    const apart = [...(await model.getWeights()[0]!.data())];
    expect((await pruning.pruner.report()).total.zeros).toBe(80);
    pruning.dispose();
    model.dispose();
    model = createDense();
    prune();
    await train(15);
    expect([...(await model.getWeights()[0]!.data())]).toEqual(apart);
  });

  it('are where initialEpoch says, and tell when that is behind', async () => {
    prune();
    await train(7, { initialEpoch: 5 });
    expect((await pruning.pruner.report()).position).toBe(6);
    expect(codes()).toEqual(['schedule-unfinished']);
    await train(1, { initialEpoch: 0 });
    expect(codes()).toEqual(['schedule-unfinished', 'position-behind']);
    expect(printed[1]).toMatch(
      /at position 0 came when the pruning had come to 6: .* leave initialEpoch out/,
    );
    expect(await countZeros(model)).toEqual([53]);
  });

  it('go on after fitDataset, updates by hand and steps by hand', async () => {
    prune();
    const dataset = tf.data.generator(function* () {
      yield { xs: x.clone(), ys: x.clone() };
    } as never);
    await model.fitDataset(dataset as never, { epochs: 2, verbose: 0, callbacks: pruning.callback });
    expect((await pruning.pruner.report()).position).toBe(1);
    await train(1);
    await pruning.pruner.update(5);
    await model.trainOnBatch(x, x);
    await train(1);
    expect((await pruning.pruner.report()).position).toBe(6);
    expect(pruning.steps()).toBe(5);
  });

  it('are where updates by hand say, and tell when that is behind', async () => {
    prune();
    for (const position of [0, 4]) await pruning.pruner.update(position);
    const { notices, dropped } = await pruning.pruner.update(2);
    expect([dropped, notices.map(({ code }) => code)]).toEqual([0, ['position-behind']]);
  });

  it('go on after a state was restored', async () => {
    prune();
    await train(4);
    const progress = await pruning.save();
    pruning.dispose();
    prune();
    await pruning.restore(progress);
    await train(1);
    expect((await pruning.pruner.report()).position).toBe(4);
  });

  it('count the same epoch once when the callback is given twice', async () => {
    prune();
    await train(3, { callbacks: [pruning.callback, { ...pruning.callback }] });
    expect((await pruning.pruner.report()).position).toBe(2);
    await train(1);
    expect((await pruning.pruner.report()).position).toBe(3);
  });

  it('tell of a fit without the callback', async () => {
    prune();
    await train(2);
    await model.fit(x, x, { ...quiet, epochs: 3 });
    expect(codes()).toEqual(['schedule-unfinished', 'callback-left-out']);
    expect((await pruning.pruner.report()).notices.map(({ code }) => code)).toEqual([
      'callback-left-out',
      'schedule-unfinished',
    ]);
    await train(1);
    expect((await pruning.pruner.report()).position).toBe(2);
  });
});

describe('the end of a ramp', () => {
  it('is reached after the last update of a fit by steps, and that is told', async () => {
    prune({ every: 10, schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 25 }) });
    await train(25);
    expect(await countZeros(model)).toEqual([80]);
    expect((await pruning.pruner.report()).position).toBe(25);
    expect(codes()).toEqual(['pruned-after-training']);
    // From here on it goes on as ever.
    await train(5);
    expect((await pruning.pruner.report()).position).toBe(25);
    await train(1);
    expect((await pruning.pruner.report()).position).toBe(30);
  });

  it('is reached when it is the number of epochs', async () => {
    prune({ schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 5 }) });
    await train(5);
    expect(await countZeros(model)).toEqual([80]);
    expect(codes()).toEqual(['pruned-after-training']);
  });

  it('is told in reports alone by a loop of fits of one epoch, until the next one trains on', async () => {
    prune({ schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 2 }) });
    const reported = async () => (await pruning.pruner.report()).notices.map(({ code }) => code);
    await train(1);
    await train(1);
    expect(await reported()).toEqual(['pruned-after-training']);
    await train(1);
    expect(await reported()).toEqual([]);
    expect(codes()).not.toContain('pruned-after-training');
  });

  it('that is far away is told with what positions count', async () => {
    prune({ schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 1000 }) });
    await train(5);
    const { notices } = await pruning.pruner.report();
    expect(notices[0]!.message).toMatch(/\. Positions are epochs here; under every: 'batch' they are steps$/);
  });

  it('is reached without another word when it is the last epoch', async () => {
    prune({ schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 4 }) });
    await train(5);
    expect(await countZeros(model)).toEqual([80]);
    expect(codes()).toEqual([]);
  });

  it('is told to be missing when training stops early', async () => {
    prune();
    const stop = {
      onEpochEnd: async (epoch: number) => {
        if (epoch === 1) model.stopTraining = true;
      },
    };
    await train(20, { callbacks: [pruning.callback, stop] });
    expect(await countZeros(model)).toEqual([8]);
    expect(codes()).toEqual(['schedule-unfinished']);
    expect(printed[0]).toMatch(/0\.8/);
  });
});

it('a callback that is given twice is refused', async () => {
  prune();
  const { callback } = pruning;
  await expect(model.fit(x, x, { ...quiet, callbacks: [callback, callback] })).rejects.toThrow(
    'callbacks needs pruning.callback once',
  );
});
