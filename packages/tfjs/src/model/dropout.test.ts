import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../testing/use-backend.js';
import { findDropout, setDropoutAside } from './dropout.js';

const { layers } = tf;
beforeAll(() => useBackend('cpu'));

function createModel(): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      layers.dense({ units: 4, inputShape: [4] }),
      layers.dropout({ name: 'nested', rate: 0.1 }),
      layers.gaussianDropout({ name: 'gauss', rate: 0.2 }),
      layers.alphaDropout({ name: 'alpha', rate: 0.3 }),
    ],
  });
  return tf.sequential({
    name: 'outer',
    layers: [
      layers.spatialDropout1d({ name: 'spatial', rate: 0.4, inputShape: [3, 4] }),
      layers.bidirectional({
        name: 'both',
        layer: layers.lstm({ name: 'l', units: 2, dropout: 0.5, recurrentDropout: 0.6 }) as never,
        mergeMode: 'concat',
      }),
      inner,
      layers.dropout({ name: 'none', rate: 0 }),
      layers.dense({ units: 1 }),
    ],
  });
}

describe('findDropout', () => {
  it('finds every rate above 0, in wrappers, cells and nested models', () => {
    const model = createModel();
    expect(
      findDropout(model).map(({ name, field, rate }) => [name.split('/').slice(0, 3).join('/'), field, rate]),
    ).toEqual([
      ['outer/spatial', 'rate', 0.4],
      ['outer/both/forward_l', 'dropout', 0.5],
      ['outer/both/forward_l', 'recurrentDropout', 0.6],
      ['outer/both/backward_l', 'dropout', 0.5],
      ['outer/both/backward_l', 'recurrentDropout', 0.6],
      ['outer/inner/nested', 'rate', 0.1],
      ['outer/inner/gauss', 'rate', 0.2],
      ['outer/inner/alpha', 'rate', 0.3],
    ]);
    model.dispose();
  });
});

describe('setDropoutAside', () => {
  it('makes training steps free of chance at once, until it is restored', () => {
    const model = createModel();
    const x = tf.randomNormal([5, 3, 4], 0, 1, 'float32', 7);
    const differs = () => {
      const [a, b] = [0, 1].map(() => model.apply(x, { training: true }) as tf.Tensor);
      const difference = tf.tidy(() => a!.sub(b!).abs().max().dataSync()[0]!);
      tf.dispose([a!, b!]);
      return difference > 0;
    };
    expect(differs()).toBe(true);
    const before = findDropout(model);
    const aside = setDropoutAside(model);
    expect(aside.dropout).toEqual(before);
    expect(findDropout(model)).toEqual([]);
    expect(differs()).toBe(false);
    aside.restore();
    aside.restore();
    expect(findDropout(model)).toEqual(before);
    expect(differs()).toBe(true);
    x.dispose();
    model.dispose();
  });
});
