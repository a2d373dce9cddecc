import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { maskedDense } from '../testing/masked-dense.js';
import { randomGraphModel } from '../testing/random-graph.js';
import { shrinkTfjs } from './shrink-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** How far a shrunken model is from the dense one with zeros, relative to what that gives; and whether anything went. */
async function distance(seed: number): Promise<{ readonly far: number; readonly gone: boolean }> {
  const { inputShape, ...artifacts } = randomGraphModel(seed);
  const given = JSON.stringify(artifacts.modelTopology);
  const { artifacts: small, report } = shrinkTfjs(artifacts, {
    keep: [0.3, 0.5, 0.8][seed % 3]!,
    importance: 'random',
  });
  expect(JSON.stringify(artifacts.modelTopology)).toBe(given);
  const load = (each: TfjsArtifacts) => tf.loadGraphModel(tf.io.fromMemory(each as tf.io.ModelArtifacts));
  const [smaller, masked] = [await load(small), await load(maskedDense(artifacts, report))];
  const x = tf.randomUniform([...inputShape], -1, 1, 'float32', seed);
  const [a, b] = await Promise.all([smaller, masked].map((each) => (each.predict(x) as tf.Tensor).data()));
  const scale = Math.max(...b!.map(Math.abs), 1e-3);
  return {
    far: Math.max(...a!.map((value, i) => Math.abs(value - b![i]!))) / scale,
    gone: report.tensors.length > 0,
  };
}

describe('random graph models', () => {
  it.each([0, 1, 2, 3])('shrunken are the dense ones with zeros, part %i of 4', async (part) => {
    let gone = 0;
    const count = Number(process.env.SEEDS ?? 15);
    for (let seed = part * count; seed < (part + 1) * count; seed += 1) {
      tf.engine().startScope();
      const found = await distance(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      tf.engine().endScope();
      expect(found.far, `seed ${seed}`).toBeLessThan(1e-5);
      if (found.gone) gone += 1;
    }
    expect(gone).toBeGreaterThan(count / 3);
  });
});
