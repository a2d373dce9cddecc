import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { prune, zooInputs } from '../../testing/model-zoo.js';
import { useBackend } from '../../testing/use-backend.js';
import { accelerate } from '../accelerate.js';

/** The convolutions of tfjs that a prediction of an accelerated layer runs. */
async function kernelsOf(settings: object): Promise<string[]> {
  const layer = tf.layers.separableConv2d({
    ...{ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' },
    ...{ inputShape: [5, 5, 4], ...settings },
  });
  const model = tf.sequential({ layers: [layer] });
  prune(model, 0.8, 1);
  const x = zooInputs(model, 2, 3);
  const { release } = accelerate(model);
  const { kernelNames } = await tf.profile(() => model.predict(x) as tf.Tensor);
  release();
  x.dispose();
  model.dispose();
  return kernelNames.filter((name) => name.includes('Conv'));
}

describe.each(['cpu', 'wasm'] as const)('a separable convolution on %s', (backend) => {
  it('has both parts in one pass, with no convolution of tfjs', async () => {
    await useBackend(backend);
    expect(await kernelsOf({})).toEqual([]);
    expect(await kernelsOf({ strides: 2, dilationRate: 1, padding: 'valid', useBias: false })).toEqual([]);
  });

  it.each([
    ['channels that are not in fours', { inputShape: [5, 5, 3] }],
    ['several filters a channel', { depthMultiplier: 2 }],
    ['another activation', { activation: 'tanh' }],
  ])('leaves the depthwise part to tfjs with %s', async (_, settings) => {
    await useBackend(backend);
    expect(await kernelsOf(settings)).toContain('DepthwiseConv2dNative');
  });
});
