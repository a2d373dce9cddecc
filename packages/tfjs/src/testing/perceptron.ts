import * as tf from '@tensorflow/tfjs';
import { tensorOf } from './models.js';

/** Inputs, hidden units, outputs, rows of a batch. */
const [IN, HIDDEN, OUT, ROWS] = [6, 8, 3, 5] as const;

/** Two layers, the same every time, compiled for the mean squared error: 72 prunable elements. */
export function createPerceptron(optimizer: tf.Optimizer): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'hidden', units: HIDDEN, activation: 'tanh', inputShape: [IN] }),
      tf.layers.dense({ name: 'out', units: OUT }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

export function perceptronBatch(step: number) {
  return { x: tensorOf(200 + step, [ROWS, IN]), y: tensorOf(300 + step, [ROWS, OUT]) };
}

/** Gradients of the two kernels, reckoned in plain numbers from the formulas. */
export function perceptronGradients(
  weights: readonly (readonly number[])[],
  x: readonly number[],
  y: readonly number[],
): Readonly<Record<'hidden/kernel' | 'out/kernel', readonly number[]>> {
  const [k1, b1, k2, b2] = weights as [number[], number[], number[], number[]];
  const g1 = new Array<number>(IN * HIDDEN).fill(0);
  const g2 = new Array<number>(HIDDEN * OUT).fill(0);
  for (let row = 0; row < ROWS; row += 1) {
    const inputs = x.slice(row * IN, (row + 1) * IN);
    const hidden = b1.map((bias, j) =>
      Math.tanh(inputs.reduce((sum, value, i) => sum + value * k1[i * HIDDEN + j]!, bias)),
    );
    const errors = b2.map((bias, k) => {
      const output = hidden.reduce((sum, value, j) => sum + value * k2[j * OUT + k]!, bias);
      return (2 * (output - y[row * OUT + k]!)) / (ROWS * OUT);
    });
    for (const [j, value] of hidden.entries()) {
      const back = errors.reduce((sum, error, k) => sum + error * k2[j * OUT + k]!, 0) * (1 - value * value);
      for (const [k, error] of errors.entries()) g2[j * OUT + k]! += value * error;
      for (const [i, input] of inputs.entries()) g1[i * HIDDEN + j]! += input * back;
    }
  }
  return { 'hidden/kernel': g1, 'out/kernel': g2 };
}
