import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PrunedTflite, pruneTflite } from './pruning/prune-tflite.js';
import { apart } from './testing/apart.js';
import { buildTflite } from './testing/build-tflite.js';
import { fedNet } from './testing/fed-net.js';
import { layerNets } from './testing/layer-nets.js';
import { type LiteRt, openLiteRt } from './testing/litert.js';
import { randomLayers } from './testing/random-layers.js';
import { type NetOptions, randomNet } from './testing/random-net.js';
import { runTflite } from './testing/run-tflite.js';
import { normals } from './testing/small-models.js';
import { findTfliteWeights } from './weights/find-weights.js';

let runtime: LiteRt;

beforeAll(async () => {
  runtime = await openLiteRt();
  await tf.setBackend('cpu');
});

const uniform = { sparsity: 0.8, distribution: 'uniform' } as const;

/** A model pruned, its filters dense and sparse: all of the usual choice, so that both have the same zeros. */
async function bothWays(bytes: Uint8Array): Promise<readonly [PrunedTflite, PrunedTflite]> {
  const usual = findTfliteWeights(bytes).filter(({ pruned }) => pruned);
  const options = { ...uniform, select: { include: usual.map(({ name }) => name) } };
  return [await pruneTflite(bytes, options), await pruneTflite(bytes, { ...options, sparse: true })];
}

describe('LiteRT.js answers to a model with sparse filters as to the dense one, and as tfjs', () => {
  const kinds: readonly [string, Partial<NetOptions>][] = [
    ['padded as SAME', {}],
    ['with even edges', { height: 32, width: 32 }],
    ['with edges of both kinds', { height: 40, width: 27 }],
    ['with zeros written out', { padding: 'pad' }],
    ['with some written out', { padding: 'mixed', height: 32, width: 32 }],
    ['with a pool at its end', { end: 'pool', height: 48 }],
    ['with axes that its mean keeps', { end: 'mean, kept' }],
    ['without an end', { end: 'none' }],
    ['with an output from inside', { leaves: true }],
    ['with an output from inside and a pool', { leaves: true, end: 'pool' }],
    ['of float16', { type: 'float16', height: 34 }],
  ];
  it.each(kinds)('%s', async (_, kind) => {
    for (let seed = 1; seed < 6; seed += 1) {
      const net: NetOptions = { height: 33, width: 33, padding: 'same', end: 'mean', ...kind, seed };
      const [dense, sparse] = await bothWays(buildTflite(randomNet(net)));
      const image = normals(net.height * net.width * 3, seed);
      const wanted = await runtime.run(dense.model, image);
      expect(apart(await runtime.run(sparse.model, image), wanted)).toBeLessThan(1e-5);
      expect(apart(runTflite(dense.model, image), wanted)).toBeLessThan(1e-5);
    }
  });
});

describe('LiteRT.js answers to a layers model of tfjs as tfjs does', () => {
  it.each(Object.keys(layerNets))('%s', async (kind) => {
    const { bytes, images, wanted } = await fedNet(layerNets[kind]!(), 11);
    expect(apart(await runtime.run(bytes, ...images), wanted)).toBeLessThan(1e-5);
  });

  it('made by chance, and pruned with sparse filters as with dense ones', async () => {
    let pruned = 0;
    for (let seed = 1; seed < 25; seed += 1) {
      const { bytes, images, wanted } = await fedNet(randomLayers(seed), seed);
      expect(apart(await runtime.run(bytes, ...images), wanted)).toBeLessThan(1e-5);
      if (!findTfliteWeights(bytes).some((weight) => weight.pruned)) continue;
      const [dense, sparse] = await bothWays(bytes);
      const answers = await runtime.run(dense.model, ...images);
      expect(apart(await runtime.run(sparse.model, ...images), answers)).toBeLessThan(1e-5);
      pruned += 1;
    }
    expect(pruned).toBeGreaterThan(10);
  });
});
