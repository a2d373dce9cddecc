import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -0];

/** Some elements of a tensor replaced. */
function replaced(tensor: tf.Tensor, places: readonly (readonly [number, number])[]): tf.Tensor {
  const values = tensor.dataSync().slice();
  for (const [at, number] of places) values[at % values.length] = number;
  return tf.tensor(values, tensor.shape);
}

describe.each(['cpu', 'wasm'] as const)('NaN, infinities and −0 on %s', (backend) => {
  it.each([
    'dense layers of sequences',
    'convolutions of single pixels',
    'separable convolutions',
    'LSTM',
    'GRU upon GRU',
    'sequences with gaps',
    'a chain of models',
  ])('among inputs and weights give what they give without packing: %s', async (kind) => {
    await useBackend(backend);
    const model = ZOO[kind]!();
    const places = fc.array(fc.tuple(fc.nat(10_000), fc.constantFrom(...ODD)), { maxLength: 2 });
    fc.assert(
      fc.property(places, places, fc.nat(100), (inInputs, inWeights, seed) => {
        prune(model, 0.7, seed);
        tf.tidy(() => {
          const [first, ...others] = model.getWeights();
          model.setWeights([replaced(first!, inWeights), ...others]);
        });
        const given = zooInputs(model, 3, seed);
        const x = replaced(given, inInputs);
        const wanted = answers(model, x).flat();
        const { release } = accelerate(model);
        expect(distance(answers(model, x).flat(), wanted)).toBeLessThan(1e-5);
        release();
        tf.dispose([given, x]);
      }),
      { numRuns: inject('whole') ? 12 : 4, seed: 9 },
    );
    model.dispose();
  });
});
