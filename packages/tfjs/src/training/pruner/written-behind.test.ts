import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linearRamp, type ModelPruning, pruneModel, saveModel } from '../../index.js';
import { countZeros, createDense, quiet, tensorOf } from '../../testing/models.js';
import { BACKENDS, type TestBackend, useBackend } from '../../testing/use-backend.js';

let model: tf.Sequential;
let x: tf.Tensor;
let pruning: ModelPruning;
let printed: string[];

const train = (epochs: number) => model.fit(x, x, { ...quiet, epochs, callbacks: pruning.callback });
const codes = () => printed.map((text) => text.slice(0, text.indexOf(':')));

/** Saves by `save` and gives the zeros in what was saved. */
async function savedZeros(save: (handler: tf.io.IOHandler) => Promise<unknown>): Promise<number> {
  let bytes = new ArrayBuffer(0);
  await save(
    tf.io.withSaveHandler(async ({ weightData }) => {
      bytes = tf.io.CompositeArrayBuffer.join(weightData);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return [...new Float32Array(bytes, 0, 100)].filter((value) => value === 0).length;
}

async function setUp(backend: TestBackend): Promise<void> {
  await useBackend(backend);
  model = createDense();
  x = tensorOf(101, [32, 10]);
  printed = [];
  pruning = pruneModel(model, {
    schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 9 }),
    print: (text) => void (text.startsWith('pruning ') || printed.push(text)),
  });
}

afterEach(() => {
  pruning.dispose();
  model.optimizer.dispose();
  model.dispose();
  x.dispose();
});

describe.each(BACKENDS)('best weights put back on %s', (backend) => {
  beforeEach(() => setUp(backend));

  const putBack = async () => {
    let best: tf.Tensor[] = [];
    const keep = {
      onEpochEnd: async (epoch: number) => {
        if (epoch === 1) best = model.getWeights().map((weight) => weight.clone());
      },
    };
    await model.fit(x, x, { ...quiet, epochs: 10, callbacks: [pruning.callback, keep] });
    model.setWeights(best);
    tf.dispose(best);
  };

  it('are counted as they are, and told', async () => {
    await putBack();
    const { total, notices } = await pruning.pruner.report();
    expect(total).toMatchObject({ dropped: 80, zeros: 8, revived: 72 });
    expect(notices.map(({ code }) => code)).toEqual(['dropped-not-zero']);
    expect(notices[0]!.message).toMatch(
      /\(an optimizer step, a checkpoint loaded\)\. The next step, update or save zeroes them;/,
    );
    expect(codes()).toEqual(['dropped-not-zero']);
  });

  it('are saved pruned by saveModel, which says that they were not', async () => {
    await putBack();
    let notices: readonly { readonly code: string }[] = [];
    const zeros = await savedZeros(async (handler) => {
      ({ notices } = await saveModel(model, pruning, handler));
    });
    expect(zeros).toBe(80);
    expect(notices.map(({ code }) => code)).toEqual(['dropped-not-zero']);
    expect((await pruning.pruner.report()).total).toMatchObject({ zeros: 80, revived: 0 });
  });

  it('are saved pruned by model.save, and that is printed', async () => {
    await putBack();
    expect(await savedZeros((handler) => model.save(handler))).toBe(80);
    expect(codes()).toEqual(['dropped-not-zero']);
    pruning.detach();
    model.setWeights([tf.ones([10, 10]), tf.zeros([10])]);
    expect(await savedZeros((handler) => model.save(handler))).toBe(0);
  });
});

describe('weights that come back', () => {
  beforeEach(() => setUp('wasm'));

  it('do not when the optimizer is set from outside before a step', async () => {
    await train(10);
    const last = tf.train.momentum(0.1, 0.9);
    model.optimizer = last;
    for (let step = 0; step < 3; step += 1) {
      await model.trainOnBatch(x, x);
      expect(await countZeros(model)).toEqual([80]);
    }
    expect(pruning.steps()).toBe(13);
    expect(codes()).toEqual([]);
  });

  it.each([
    ['the next update', async () => void (await pruning.pruner.update(10))],
    ['the next fit', async () => void (await train(1))],
    ['a report', async () => void (await pruning.pruner.report())],
    ['saving', async () => void (await savedZeros((handler) => saveModel(model, pruning, handler)))],
  ])('by an optimizer that was never compiled in are told at %s', async (_, look) => {
    await train(10);
    const other = tf.train.sgd(0.1);
    const kernel = model.layers[0]!.weights[0]!.read() as tf.Variable;
    other.minimize(() => kernel.sub(1).square().sum() as tf.Scalar);
    expect(await countZeros(model)).toEqual([0]);
    await look();
    expect(codes()).toEqual(['dropped-not-zero']);
    other.dispose();
  });

  it('by another model over the same layers are told, and gone after the next step', async () => {
    await train(10);
    const other = tf.model({ inputs: model.inputs, outputs: model.outputs });
    other.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await other.trainOnBatch(x, x);
    expect((await countZeros(model))[0]).toBeLessThan(80);
    await train(1);
    expect(codes()).toEqual(['dropped-not-zero']);
    expect(await countZeros(model)).toEqual([80]);
    other.optimizer.dispose();
  });

  it('in a callback at the end of a fit are told when the fit is over', async () => {
    const putBack = {
      onTrainEnd: async () => tf.tidy(() => model.setWeights([tf.ones([10, 10]), tf.zeros([10])])),
    };
    await model.fit(x, x, { ...quiet, epochs: 10, callbacks: [pruning.callback, putBack] });
    expect(codes()).toEqual(['dropped-not-zero']);
  });

  it('between an update and a step do not take part in it', async () => {
    await train(10);
    tf.tidy(() => model.setWeights([tensorOf(7, [10, 10]), tensorOf(8, [10])]));
    await model.trainOnBatch(x, x);
    expect(await countZeros(model)).toEqual([80]);
  });
});
