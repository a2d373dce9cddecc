import type { SharedSparsity } from '@synaprune/refit';
import { findTfjsWeights, type TfjsArtifacts } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { artifactsOf } from '../model/model-artifacts.js';
import { tensorOf, weightBits } from '../testing/models.js';
import { growth, useBackend } from '../testing/use-backend.js';
import { compressModel } from './compress-model.js';

const { layers } = tf;

beforeAll(async () => {
  await useBackend('cpu');
});

/** Inputs of few dimensions, so that one of them tells of the others. */
function correlated(samples: number, shape: readonly number[], seed = 3): tf.Tensor {
  const size = shape.reduce((product, edge) => product * edge, 1);
  return tf.tidy(() =>
    tf.reshape(tf.matMul(tensorOf(seed, [samples, 5]), tensorOf(seed + 1, [5, size])), [samples, ...shape]),
  );
}

/** The same weights every time. */
function seeded(model: tf.LayersModel): tf.LayersModel {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape }, i) => {
        const values = tf.mul(tensorOf(50 + i, shape), 0.5);
        return shape.length > 1 ? values : tf.abs(values);
      }),
    ),
  );
  return model;
}

const dense = () =>
  seeded(
    tf.sequential({
      layers: [
        layers.dense({ name: 'one', units: 16, activation: 'relu', inputShape: [8] }),
        layers.dense({ name: 'two', units: 16, activation: 'tanh' }),
        layers.dense({ name: 'out', units: 4 }),
      ],
    }),
  );

const zoo: Readonly<Record<string, readonly [readonly number[], () => tf.LayersModel]>> = {
  'dense layers': [[8], dense],
  convolutions: [
    [8, 8, 2],
    () =>
      seeded(
        tf.sequential({
          layers: [
            layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 2] }),
            layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 }),
            layers.batchNormalization(),
            layers.separableConv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
            layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }),
            layers.globalAveragePooling2d({}),
            layers.dense({ units: 3 }),
          ],
        }),
      ),
  ],
  'recurrent layers': [
    [5, 6],
    () =>
      seeded(
        tf.sequential({
          layers: [
            layers.bidirectional({
              layer: layers.lstm({ units: 6, returnSequences: true }) as tf.RNN,
              mergeMode: 'concat',
              inputShape: [5, 6],
            }),
            layers.gru({ units: 6, returnSequences: true }),
            layers.timeDistributed({ layer: layers.dense({ units: 8 }) }),
            layers.simpleRNN({ units: 8 }),
          ],
        }),
      ),
  ],
  'nested and shared layers': [
    [8],
    () => {
      const x = tf.input({ shape: [8] });
      const [shared, block] = [layers.dense({ units: 8, activation: 'relu' }), dense()];
      const one = shared.apply(shared.apply(x)) as tf.SymbolicTensor;
      const output = layers.concatenate().apply([block.apply(one), block.apply(x)] as tf.SymbolicTensor[]);
      return seeded(tf.model({ inputs: x, outputs: output as tf.SymbolicTensor }));
    },
  ],
};

describe('compressModel by weights', () => {
  it.each(Object.entries(zoo))(
    'leaves half of %s, nearer to the dense ones than without a refit',
    async (_, [shape, make]) => {
      const model = make();
      const inputs = correlated(30, shape);
      const before = await weightBits(model);
      const options = { inputs, keep: 0.5, unit: 'weight' } as const;
      const { model: smaller, report } = await compressModel(model, options);
      const { model: plain, report: without } = await compressModel(model, { ...options, refit: false });
      expect(await weightBits(model)).toEqual(before);
      const pruned = findTfjsWeights((await artifactsOf(model)) as TfjsArtifacts).filter(
        (weight) => weight.pruned,
      );
      expect(report.removed.of).toBe(pruned.reduce((sum, { elements }) => sum + elements, 0));
      // Each weight is rounded by itself.
      expect(Math.abs(report.removed.elements - report.removed.of / 2)).toBeLessThanOrEqual(pruned.length);
      for (const { error } of report.layers) expect(error!.after).toBeLessThanOrEqual(error!.before);
      const zeros = (list: tf.LayersModel) =>
        tf.tidy(() =>
          list.getWeights().map((weight) => [...weight.dataSync()].filter((value) => value === 0).length),
        );
      expect(zeros(smaller)).toEqual(zeros(plain));
      expect(report.agreement).toBeGreaterThanOrEqual(without.agreement);
      expect(report.samples).toEqual({ calibration: 24, heldBack: 6 });
    },
  );

  it('keeps the weights where all stay, and gives what was given', async () => {
    const model = dense();
    const { model: same, report } = await compressModel(model, {
      inputs: correlated(20, [8]),
      keep: 1,
      unit: 'weight',
    });
    expect(await weightBits(same)).toEqual(await weightBits(model));
    expect(report).toMatchObject({ agreement: 1, sameSamples: 1, removed: { elements: 0 }, held: [] });
  });

  it('takes patterns, sparsities by name, and a choice of weights', async () => {
    const model = dense();
    const inputs = correlated(20, [8]);
    const options = { inputs, keep: 0.5, unit: 'weight' } as const;
    const { model: halves } = await compressModel(model, {
      ...options,
      pattern: { kind: 'n:m', keep: 2, of: 4, axis: 1 },
    });
    const kernel = tf.transpose(halves.getLayer('two').getWeights()[0]!).dataSync();
    for (let i = 0; i < kernel.length; i += 4) {
      expect([...kernel.slice(i, i + 4)].filter((value) => value !== 0)).toHaveLength(2);
    }
    const keptBy = async (distribution: SharedSparsity) => {
      const { report } = await compressModel(model, { ...options, distribution });
      return report.layers.map(({ kept }) => kept);
    };
    const shares = { 'one/kernel': 0.5, 'two/kernel': 0.75, 'out/kernel': 0 };
    expect(await keptBy(shares)).toEqual([64, 64, 64]);
    expect(await keptBy('uniform')).toEqual([64, 128, 32]);
    // (8 + 16) / (8 · 16), (16 + 16) / (16 · 16) and (16 + 4) / (16 · 4) stay, by a factor: 24, 32 and 20 of 76 parts.
    expect(await keptBy('erk')).toEqual(
      [24, 32, 20].map((part, i) => [128, 256, 64][i]! - Math.floor([128, 256, 64][i]! - (part * 224) / 76)),
    );
    const chosen = await compressModel(model, { ...options, select: { exclude: ['two/kernel'] } });
    expect(chosen.report.layers.map(({ name }) => name)).toEqual(['one/kernel', 'out/kernel']);
    expect(chosen.model.getLayer('two').getWeights()[0]!.dataSync()).toEqual(
      model.getLayer('two').getWeights()[0]!.dataSync(),
    );
  });

  it('leaves embeddings and layers that nobody knows whole, and names them', async () => {
    const model = seeded(
      tf.sequential({
        layers: [
          layers.embedding({ inputDim: 20, outputDim: 8, inputLength: 6 }),
          layers.reshape({ targetShape: [6, 2, 2, 2] }),
          layers.convLstm2d({ name: 'unknown', filters: 4, kernelSize: 1 }) as tf.layers.Layer,
          layers.flatten(),
          layers.dense({ name: 'out', units: 8 }),
        ],
      }),
    );
    const inputs = tf.tensor2d(
      Array.from({ length: 60 }, (_, i) => (i * 7) % 20),
      [10, 6],
      'int32',
    );
    const { report } = await compressModel(model, { inputs, keep: 0.5, unit: 'weight' });
    expect(report.layers.map(({ name }) => name)).toEqual(['out/kernel']);
    expect(report.held.map(({ name }) => name)).toEqual(['unknown/kernel', 'unknown/recurrent_kernel']);
    expect(report.notices).toContainEqual(expect.objectContaining({ code: 'left-dense' }));
  });
});

describe('compressModel by channels', () => {
  it.each(Object.entries(zoo))(
    'makes %s smaller, nearer to the dense ones than without a refit',
    async (_, [shape, make]) => {
      const model = make();
      const options = { inputs: correlated(30, shape), keep: 0.7, unit: 'channel' } as const;
      const { model: smaller, report } = await compressModel(model, options);
      const { report: without } = await compressModel(model, { ...options, refit: false });
      expect(smaller.countParams()).toBeLessThan(model.countParams());
      expect(report.after.bytes).toBeLessThan(report.before.bytes);
      expect(report.removed).toEqual(without.removed);
      expect(report.agreement).toBeGreaterThanOrEqual(without.agreement);
      expect(report.shrunk!.groups.length).toBeGreaterThan(0);
    },
  );
});

describe('compressModel', () => {
  it.each(['late', 'wasm'] as const)('works on %s, and leaves nothing behind', async (backend) => {
    await useBackend(backend);
    const model = seeded(
      tf.sequential({
        layers: [
          layers.conv1d({ filters: 8, kernelSize: 3, inputShape: [6, 4] }),
          layers.gru({ units: 6 }),
          layers.dense({ units: 12 }),
        ],
      }),
    );
    const inputs = correlated(10, [6, 4]);
    const once = async () => {
      const { model: smaller, report } = await compressModel(model, { inputs, keep: 0.6, unit: 'weight' });
      expect(report.layers.every(({ error }) => error!.after < 0.5)).toBe(true);
      smaller.dispose();
    };
    await once();
    expect(await growth(once)).toMatchObject({ tensors: 0, bytes: 0 });
    await useBackend('cpu');
  });

  it('compiles as before, with an optimizer of its own', async () => {
    const model = dense();
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const { model: smaller } = await compressModel(model, {
      inputs: correlated(9, [8]),
      keep: 0.5,
      unit: 'weight',
    });
    expect(smaller.optimizer).not.toBe(model.optimizer);
    expect(smaller.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
  });

  it('forgets what it fed to layers that remember', async () => {
    const make = () =>
      seeded(
        tf.sequential({
          layers: [layers.simpleRNN({ units: 12, stateful: true, batchInputShape: [2, 3, 6] })],
        }),
      );
    const [model, fresh] = [make(), make()];
    await compressModel(model, {
      inputs: [correlated(2, [3, 6]), correlated(2, [3, 6], 9)],
      keep: 0.5,
      unit: 'weight',
      heldBack: correlated(2, [3, 6], 11),
    });
    const x = correlated(2, [3, 6], 13);
    expect((model.predict(x) as tf.Tensor).dataSync()).toEqual((fresh.predict(x) as tf.Tensor).dataSync());
  });

  it('measures by a metric of the user', async () => {
    const { report } = await compressModel(dense(), {
      inputs: correlated(10, [8]),
      keep: 0.5,
      unit: 'weight',
      metric: () => 0.25,
    });
    expect(report.agreement).toBe(0.25);
  });

  it('says so where it had noise to go by', async () => {
    const { report } = await compressModel(dense(), { keep: 0.5, unit: 'weight' });
    expect(report.notices.map(({ code }) => code)).toContain('noise-inputs');
  });

  it('measures on the sample that it was calibrated by where there is one, and says so', async () => {
    const { report } = await compressModel(dense(), {
      inputs: correlated(1, [8]),
      keep: 0.5,
      unit: 'weight',
    });
    expect(report.samples).toEqual({ calibration: 1, heldBack: 1 });
    expect(report.notices.map(({ code }) => code)).toContain('none-held-back');
  });

  it('ends where it is told to, and leaves nothing behind', async () => {
    const model = dense();
    const inputs = correlated(10, [8]);
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    const aborted = compressModel(model, {
      inputs,
      keep: 0.5,
      unit: 'weight',
      signal: controller.signal,
      onProgress: ({ layer }) => {
        if (layer === 'two') controller.abort(new Error('enough'));
      },
    });
    await expect(aborted).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what it cannot take, and says what would do', async () => {
    const model = dense();
    const options = { inputs: correlated(6, [8]), keep: 0.5, unit: 'weight' } as const;
    const refused = (more: object) => expect(compressModel(model, { ...options, ...more } as never)).rejects;
    await refused({ unit: 'filter' }).toThrow(/unit/);
    await refused({ keep: 1.5 }).toThrow(RangeError);
    await refused({ signal: 'soon' }).toThrow(/compressModel needs signal to be an AbortSignal/);
    await refused({ metric: 'mse' }).toThrow(/needs metric to be a function/);
    await refused({ sparsity: 0.5 }).toThrow(/it is keep/);
    await refused({ target: { bytes: 1 } }).toThrow(/target/);
    await refused({ inputs: correlated(6, [7]) }).toThrow(/any, 8/);
    await refused({ inputs: [] }).toThrow(/at least one sample/);
    await refused({ inputs: { y: correlated(6, [8]) } }).toThrow(/no input "y"/);
    await refused({ inputs: tf.fill([6, 8], Number.NaN) }).toThrow(/NaN/);
    await refused({ distribution: { three: 0.5 } }).toThrow(/three/);
    await refused({ distribution: { 'one/kernel': 0.5 } }).toThrow(
      /got none for "two\/kernel", "out\/kernel"/,
    );
    await refused({ distribution: 'lamp' }).toThrow('one of erk, uniform');
    await expect(compressModel({} as never, options)).rejects.toThrow(TypeError);
    tf.tidy(() => model.getLayer('one').setWeights([tf.fill([8, 16], 1e38), tf.zeros([16])]));
    await refused({ inputs: tf.fill([6, 8], 10) }).toMatchObject({
      code: 'not-finite',
      message: expect.stringMatching(/"(one|two)"/),
    });
  });
});
