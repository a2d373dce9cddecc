import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../randoms.js';

/** A model whose predictions are timed, and what is asked of it. */
export interface PrunedModel {
  readonly name: string;
  /** The share of every kernel that is zero. */
  readonly sparsity: number;
  readonly batches: readonly number[];
  /** Name of the goal. */
  readonly goal: string | undefined;
  make(): tf.LayersModel;
}

/** Orthogonal weights would take seconds, and are replaced. */
const quick = { recurrentInitializer: 'zeros' } as const;
const { dense, lstm } = tf.layers;

const forecaster = (units: number, steps: number, features: number): tf.LayersModel =>
  tf.sequential({
    layers: [
      lstm({ units, recurrentActivation: 'sigmoid', inputShape: [steps, features], ...quick }),
      dense({ units: 1 }),
    ],
  });

/** What people predict in a page: forecasters, the demo's among them, a reader of digits, and single layers. */
export const MODELS: readonly PrunedModel[] = [
  {
    name: 'LSTM of 64 units, 20 steps of 32',
    ...{ sparsity: 0.9, batches: [1, 64], goal: 'accelerate-lstm' },
    make: () => forecaster(64, 20, 32),
  },
  {
    name: 'LSTM of 256 units, 20 steps of 64',
    ...{ sparsity: 0.9, batches: [1, 64], goal: 'accelerate-lstm' },
    make: () => forecaster(256, 20, 64),
  },
  {
    name: "the demo's forecaster: LSTM of 32 units, 14 steps of 11",
    ...{ sparsity: 0.7, batches: [1, 64], goal: 'accelerate-page' },
    make: () => forecaster(32, 14, 11),
  },
  {
    name: "the page's reader of digits: 784-128-64-10",
    ...{ sparsity: 0.9, batches: [1, 64], goal: 'accelerate-page' },
    make: () =>
      tf.sequential({
        layers: [
          dense({ units: 128, activation: 'relu', inputShape: [784] }),
          dense({ units: 64, activation: 'relu' }),
          dense({ units: 10, activation: 'softmax' }),
        ],
      }),
  },
  ...[
    [512, 512],
    [1024, 4096],
  ].map(([inputs, units]) => ({
    name: `a dense layer ${inputs} × ${units}`,
    ...{ sparsity: 0.9, batches: [1, 8, 64], goal: undefined },
    make: () => tf.sequential({ layers: [dense({ units: units!, inputShape: [inputs!] })] }),
  })),
];

/** Gives a model noise for weights, of which a share is zero in every kernel. */
export function pruneAtRandom(model: tf.LayersModel, sparsity: number): void {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape, size }, i) => {
        const random = createRandom(i + 1);
        const kept = shape.length === 1 ? 1 : 1 - sparsity;
        const scale = 1 / Math.sqrt(shape[0]!);
        const values = Float32Array.from({ length: size }, () => {
          const value = scale * (2 * random() - 1);
          return random() < kept ? value : 0;
        });
        return tf.tensor(values, shape);
      }),
    ),
  );
}
