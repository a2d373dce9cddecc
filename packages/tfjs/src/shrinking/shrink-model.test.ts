import { constantSparsity } from '@synaprune/core';
import type { ShrinkReport } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createForecaster, createSamples, OPTIMIZERS, quiet, weightBits } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { pruneModel } from '../training/prune-model.js';
import { shrinkModel } from './shrink-model.js';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Sets all that a report says was removed to zero, in the model that it is of. */
function zeroRemoved(model: tf.LayersModel, { tensors }: ShrinkReport): void {
  tf.tidy(() => {
    for (const { name, axes } of tensors) {
      const weight = model.weights.find(({ originalName }) => originalName === name)!;
      const values = weight.read().dataSync().slice();
      const shape = weight.shape as number[];
      for (const { axis, kept } of axes) {
        const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
        for (let i = 0; i < values.length; i += 1) {
          if (!kept.includes(Math.floor(i / inner) % shape[axis]!)) values[i] = 0;
        }
      }
      weight.write(tf.tensor(values, shape));
    }
  });
}

/** What stays of a weight of the given model. */
function stays(model: tf.LayersModel, { tensors }: ShrinkReport, name: string): number[] {
  return tf.tidy(() => {
    let value: tf.Tensor = model.weights.find(({ originalName }) => originalName === name)!.read();
    for (const { axis, kept } of tensors.find((each) => each.name === name)?.axes ?? []) {
      value = tf.gather(value, tf.tensor1d([...kept], 'int32'), axis);
    }
    return [...value.dataSync()];
  });
}

const compiled = (optimizer: tf.Optimizer = OPTIMIZERS.adam!()): tf.LayersModel => {
  const model = createForecaster();
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mse'] });
  return model;
};

describe('shrinkModel', () => {
  it('gives a model of the same layers that computes what the given one does with zeros', async () => {
    const model = createForecaster();
    const before = await weightBits(model);
    const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
    expect(await weightBits(model)).toEqual(before);
    expect(smaller.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(smaller.layers.map(({ outputShape }) => outputShape)).toEqual([
      [null, 4],
      [null, 3],
      [null, 3],
    ]);
    expect(smaller.weights.map(({ originalName }) => originalName)).toEqual(
      model.weights.map(({ originalName }) => originalName),
    );
    expect(smaller.optimizer).toBeUndefined();
    zeroRemoved(model, report);
    const { x } = createSamples();
    const [a, b] = [smaller, model].map((each) => [...(each.predict(x) as tf.Tensor).dataSync()]);
    for (const [i, value] of a!.entries()) expect(value).toBeCloseTo(b![i]!, 6);
  });

  it.each(Object.entries(OPTIMIZERS).filter(([name]) => name !== 'adamax'))(
    'goes on where %s was: a step moves what stays as it would have in the masked model',
    async (_, optimizer) => {
      const model = compiled(optimizer());
      const { x, y } = createSamples();
      await model.fit(x, y, { ...quiet, epochs: 3 });
      const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
      expect(report.notices).toEqual([]);
      expect(smaller.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      expect(smaller.optimizer.iterations).toBe(model.optimizer.iterations);
      zeroRemoved(model, report);
      await model.trainOnBatch(x, y);
      const before = await weightBits(smaller);
      await smaller.trainOnBatch(x, y);
      expect(await weightBits(smaller)).not.toEqual(before);
      for (const weight of smaller.weights) {
        const wanted = stays(model, report, weight.originalName);
        for (const [i, value] of (await weight.read().data()).entries())
          expect(value).toBeCloseTo(wanted[i]!, 5);
      }
    },
  );

  it('compiles as before, with an optimizer of its own', async () => {
    const model = compiled();
    const { x, y } = createSamples();
    await model.fit(x, y, quiet);
    const { model: smaller } = await shrinkModel(model, { keep: 0.5, optimizer: 'fresh' });
    expect(smaller.optimizer).not.toBe(model.optimizer);
    expect(smaller.optimizer.getClassName()).toBe('Adam');
    expect(smaller.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
    expect([smaller.loss, smaller.metrics, smaller.metricsNames]).toEqual([
      model.loss,
      model.metrics,
      model.metricsNames,
    ]);
    expect(smaller.optimizer.iterations).toBe(0);
    const history = await smaller.fit(x, y, quiet);
    expect(Object.keys(history.history)).toEqual(['loss', 'mse']);
  });

  it('says where a state cannot be read, and begins anew', async () => {
    const model = compiled(OPTIMIZERS.adamax!());
    const { x, y } = createSamples();
    await model.fit(x, y, quiet);
    const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
    expect(report.notices.map(({ code }) => code)).toEqual(['optimizer-fresh']);
    expect(smaller.optimizer.getClassName()).toBe('Adamax');
    await smaller.trainOnBatch(x, y);
  });

  it('leaves masks with the given model, and says so', async () => {
    const model = compiled();
    const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
    await pruning.pruner.update(0);
    const { report } = await shrinkModel(model, { keep: 0.5 });
    expect(report.notices).toMatchObject([
      {
        code: 'masks-left-behind',
        weights: ['lstm/kernel', 'lstm/recurrent_kernel', 'hidden/kernel', 'out/kernel'],
      },
    ]);
  });

  it('leaves nothing behind: tensors are those of before once the smaller model is disposed', async () => {
    const model = compiled();
    const { x, y } = createSamples();
    await model.fit(x, y, quiet);
    const once = async () => {
      const { model: smaller } = await shrinkModel(model, { keep: 0.5 });
      const own = tf.memory().numTensors;
      smaller.dispose();
      return own;
    };
    const before = tf.memory().numTensors;
    const own = await once();
    expect(own).toBeGreaterThan(before);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['late', 'wasm'] as const)('works on %s, which is not read synchronously', async (backend) => {
    await useBackend(backend);
    const model = compiled();
    const { x, y } = createSamples();
    await model.trainOnBatch(x, y);
    const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
    expect(report.notices).toEqual([]);
    await smaller.trainOnBatch(x, y);
    const output = smaller.predict(x) as tf.Tensor;
    expect((await output.data()).every(Number.isFinite)).toBe(true);
    await useBackend('cpu');
  });

  it('keeps nested models, shared layers and frozen ones', async () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        tf.layers.dense({ name: 'deep', units: 8, inputShape: [6], trainable: false }),
        tf.layers.dense({ name: 'deeper', units: 6 }),
      ],
    });
    const input = tf.input({ shape: [3], name: 'x' });
    const wide = tf.layers.dense({ name: 'wide', units: 6 }).apply(input) as tf.SymbolicTensor;
    const twice = inner.apply(inner.apply(wide)) as tf.SymbolicTensor;
    const output = tf.layers.dense({ name: 'out', units: 2 }).apply(twice) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output, name: 'outer' });
    const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
    expect(smaller.name).toBe('outer');
    expect(smaller.getLayer('inner').outputShape).toEqual([null, 3]);
    expect(smaller.trainableWeights.map(({ originalName }) => originalName)).toEqual(
      model.trainableWeights.map(({ originalName }) => originalName),
    );
    zeroRemoved(model, report);
    const x = tf.randomUniform([4, 3], -1, 1, 'float32', 5);
    const [a, b] = [smaller, model].map((each) => [...(each.predict(x) as tf.Tensor).dataSync()]);
    for (const [i, value] of a!.entries()) expect(value).toBeCloseTo(b![i]!, 6);
  });

  it('refuses what is no layers model, unknown options and what has to stay', async () => {
    const model = createForecaster();
    await expect(shrinkModel({} as never, { keep: 0.5 })).rejects.toThrow(TypeError);
    await expect(shrinkModel(model, undefined as never)).rejects.toThrow(TypeError);
    await expect(shrinkModel(model, { keep: 1.2 })).rejects.toThrow(RangeError);
    await expect(shrinkModel(model, { keep: 0.5, optimizer: 'old' as never })).rejects.toThrow(/optimizer/);
    await expect(shrinkModel(model, { keep: { 'out/kernel[1]': 0.5 } })).rejects.toMatchObject({
      code: 'held-channels',
    });
  });
});
