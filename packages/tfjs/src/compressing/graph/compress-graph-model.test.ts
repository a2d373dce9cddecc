import { encodeTfjs } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPictureModel } from '../../testing/graph-models.js';
import { tensorOf } from '../../testing/models.js';
import { growth, useBackend } from '../../testing/use-backend.js';
import { compressGraphModel } from './compress-graph-model.js';

beforeAll(async () => {
  await useBackend('cpu');
});

const { loadGraphModel } = tf;

/** Pictures that vary along few directions. */
const pictures = (samples: number): tf.Tensor =>
  tf.tidy(() => tf.reshape(tf.matMul(tensorOf(3, [samples, 6]), tensorOf(4, [6, 192])), [samples, 8, 8, 3]));

const kernels = ['stem/w', 'deep/w', 'point/w', 'hidden/w', 'out/w'];

describe('compressGraphModel', () => {
  it('leaves half of the weights, nearer to the dense ones than without a refit', async () => {
    const model = await createPictureModel();
    const options = { loadGraphModel, inputs: pictures(60), keep: 0.5, unit: 'weight' } as const;
    const { report, artifacts } = await compressGraphModel(model, options);
    const { report: without } = await compressGraphModel(model, { ...options, refit: false });
    expect(report.layers.map(({ name }) => name)).toEqual(kernels);
    expect(Math.abs(report.removed.elements - report.removed.of / 2)).toBeLessThanOrEqual(kernels.length);
    for (const { error } of report.layers) expect(error!.after).toBeLessThan(error!.before);
    expect(report.agreement).toBeGreaterThanOrEqual(without.agreement);
    expect(report.outputs).toMatchObject([{ name: 'y', kind: 'classes' }]);
    expect(JSON.parse(encodeTfjs(artifacts).modelJson).modelTopology.node).toHaveLength(21);
  });

  it('removes channels, and refits what stays', async () => {
    const model = await createPictureModel();
    const options = { loadGraphModel, inputs: pictures(60), keep: 0.6, unit: 'channel' } as const;
    const { model: smaller, report } = await compressGraphModel(model, options);
    const { report: without } = await compressGraphModel(model, { ...options, refit: false });
    expect(smaller.weights['stem/w']![0]!.shape).toEqual([3, 3, 3, 5]);
    expect(report.removed).toEqual(without.removed);
    expect(report.agreement).toBeGreaterThanOrEqual(without.agreement);
    for (const { error } of report.layers) expect(error!.after).toBeLessThanOrEqual(error!.before + 1e-9);
  });

  it('gives what was given where all stays', async () => {
    const model = await createPictureModel();
    const options = { loadGraphModel, inputs: pictures(20), keep: 1, unit: 'weight' } as const;
    const { report, model: same } = await compressGraphModel(model, options);
    expect(report).toMatchObject({ agreement: 1, removed: { elements: 0 } });
    for (const name of kernels)
      expect(same.weights[name]![0]!.dataSync()).toEqual(model.weights[name]![0]!.dataSync());
  });

  it('works on wasm, and leaves nothing behind', async () => {
    await useBackend('wasm');
    const model = await createPictureModel();
    const inputs = pictures(10);
    const once = async () => {
      const options = { loadGraphModel, inputs, keep: 0.5, unit: 'channel' } as const;
      (await compressGraphModel(model, options)).model.dispose();
    };
    await once();
    expect(await growth(once)).toMatchObject({ tensors: 0, bytes: 0 });
    await useBackend('cpu');
  });

  it('refuses layers models, and to load by nothing', async () => {
    const layers = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    await expect(
      compressGraphModel(layers as never, { keep: 0.5, unit: 'weight', loadGraphModel }),
    ).rejects.toThrow(TypeError);
    const model = await createPictureModel();
    await expect(compressGraphModel(model, { keep: 0.5, unit: 'weight' } as never)).rejects.toThrow(
      /loadGraphModel/,
    );
  });
});
