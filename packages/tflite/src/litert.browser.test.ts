import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertTfjs } from './convert/convert-tfjs.js';
import { pruneTflite } from './pruning/prune-tflite.js';
import { artifactsOf } from './testing/artifacts-of.js';
import { buildTflite } from './testing/build-tflite.js';
import { layerNets, scramble } from './testing/layer-nets.js';
import { type LiteRt, openLiteRt } from './testing/litert.js';
import { type NetOptions, randomNet } from './testing/random-net.js';
import { runTflite } from './testing/run-tflite.js';
import { normals } from './testing/small-models.js';

let runtime: LiteRt;

beforeAll(async () => {
  runtime = await openLiteRt();
  await tf.setBackend('cpu');
});

const uniform = { sparsity: 0.8, distribution: 'uniform' } as const;

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
      const dense = await pruneTflite(buildTflite(randomNet(net)), uniform);
      const sparse = await pruneTflite(buildTflite(randomNet(net)), { ...uniform, sparse: true });
      const image = normals(net.height * net.width * 3, seed);
      const wanted = await runtime.run(dense.model, image);
      expect(apart(await runtime.run(sparse.model, image), wanted)).toBeLessThan(1e-5);
      expect(apart(runTflite(dense.model, image), wanted)).toBeLessThan(1e-5);
    }
  });
});

describe('LiteRT.js answers to a layers model of tfjs as tfjs does', () => {
  it.each(Object.keys(layerNets))('%s', async (kind) => {
    const model = layerNets[kind]!();
    scramble(model, 11);
    const bytes = convertTfjs(await artifactsOf(model));
    const shapes = model.inputs.map(({ shape }) => shape.slice(1) as number[]);
    const images = shapes.map((shape, i) =>
      normals(
        shape.reduce((all, edge) => all * edge, 1),
        i,
      ),
    );
    const fed = images.map((image, i) => tf.tensor(image, [1, ...shapes[i]!]));
    const wanted = [model.predict(fed.length === 1 ? fed[0]! : fed)].flat();
    const values = wanted.map((output) => Float32Array.from(output.dataSync()));
    expect(apart(await runtime.run(bytes, ...images), values)).toBeLessThan(1e-5);
  });
});

/** The largest difference, in parts of the largest number. */
function apart(got: readonly Float32Array[], wanted: readonly Float32Array[]): number {
  expect(got.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  let [most, largest] = [0, 0];
  for (const [i, values] of wanted.entries()) {
    for (const [k, value] of values.entries()) {
      most = Math.max(most, Math.abs(value - got[i]![k]!));
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return most / largest;
}
