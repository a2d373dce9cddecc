import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { pruneTfjs } from '../pruning/prune-tfjs.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import { findTfjsWeights } from '../weights/find-weights.js';
import { quantizeTfjs } from './quantize-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const model = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [8, 8, 2] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 6 }),
    ],
  });

describe('quantizeTfjs', () => {
  it.each([
    ['uint8', 4, 0.01],
    ['uint16', 2, 1e-4],
    ['float16', 2, 1e-3],
  ] as const)(
    'to %s: kernels %i times smaller, and tfjs answers nearly as before',
    async (dtype, times, off) => {
      const dense = model();
      const artifacts = await artifactsOf(dense);
      const { artifacts: made, report } = quantizeTfjs(artifacts, { dtype });
      const kernels = report.weights.reduce((sum, { elements }) => sum + 4 * elements, 0);
      expect(report.sizeBytes.before - report.sizeBytes.after).toBe(kernels - kernels / times);
      expect(report.leftAlone.map(({ elements }) => elements)).toEqual([8, 6]);
      for (const { error } of report.weights) expect(error.relative).toBeLessThan(off);
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(made));
      const x = tf.randomUniform([4, 8, 8, 2], -1, 1, 'float32', 3);
      const [before, after] = [dense, loaded].map((each) => each.predict(x) as tf.Tensor);
      const missed = tf.norm(tf.sub(before!, after!)).dataSync()[0]! / tf.norm(before!).dataSync()[0]!;
      expect(missed).toBeLessThan(2 * off);
    },
  );

  it('keeps what was pruned, and nothing else, at exactly zero', async () => {
    const { artifacts } = await pruneTfjs(await artifactsOf(model()), { sparsity: 0.8 });
    const zeros = (of: typeof artifacts) => findTfjsWeights(of).map((weight) => weight.zeros);
    const made = quantizeTfjs(artifacts).artifacts;
    expect(zeros(made)).toEqual(zeros(artifacts));
  });

  it('leaves what is quantised, and says so where nothing else is there', async () => {
    const { artifacts } = quantizeTfjs(await artifactsOf(model()));
    expect(() => quantizeTfjs(artifacts)).toThrow(/nothing to keep in uint8: kept in uint8 already/);
  });

  it('refuses what it cannot take, and says what would do', async () => {
    const artifacts = await artifactsOf(model());
    expect(() => quantizeTfjs(artifacts, { dtype: 'int8' as never })).toThrow(/uint8/);
    expect(() => quantizeTfjs(artifacts, { bits: 8 } as never)).toThrow(/no option "bits"/);
    expect(() => quantizeTfjs(artifacts, { select: { include: ['none'] } })).toThrow(/none/);
  });
});
