import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { range } from '../arithmetic/arithmetic.js';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import type { TestTensor } from './models.js';
import { startTraining } from './runtime.js';

const STEPS = 50;

/** The trained weights in tfjs, by their names. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** The same model, weights, data and optimizer in both: losses of every step, ours and those of tfjs. */
export async function compare(
  model: ModelParts,
  data: { readonly x: TestTensor; readonly y: TestTensor },
  options: TrainingStepOptions,
  optimizer: tf.Optimizer,
  learningRate: number,
  predict: (x: tf.Tensor, variables: Variables) => tf.Tensor,
  loss: (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor,
): Promise<void> {
  const step = buildTrainingStep(buildModel(model), { inputs: { x: data.x.shape }, ...options });
  const training = await startTraining(step);
  const target = step.inputs.find(({ role }) => role === 'target')!;
  const ours: number[] = [];
  for (let count = 0; count < STEPS; count++) {
    const { loss } = await training.run({ x: data.x, [target.name]: data.y }, learningRate);
    ours.push(loss);
  }
  await training.release();

  const variables = Object.fromEntries(
    step.weights.map(({ name, shape, initial }) => [name, tf.variable(tf.tensor(initial, [...shape]))]),
  );
  const [x, y] = [
    tf.tensor([...data.x.data], [...data.x.shape]),
    tf.tensor([...data.y.data], [...data.y.shape]),
  ];
  const theirs: number[] = [];
  for (let count = 0; count < STEPS; count++) {
    const value = optimizer.minimize(
      () => loss(y, predict(x, variables)).asScalar(),
      true,
      Object.values(variables),
    );
    theirs.push(value!.dataSync()[0]!);
    value!.dispose();
  }
  tf.dispose([x, y, Object.values(variables)]);
  const differences = ours.map((loss, index) => Math.abs(loss - theirs[index]!));
  expect(Math.max(...differences), `${ours.at(-1)} after ${ours[0]}, tfjs ${theirs.at(-1)}`).toBeLessThan(
    1e-4,
  );
  // A curve that stands still would agree too.
  expect(ours.at(-1)!).toBeLessThan(0.8 * ours[0]!);
}

/** The mean of squared differences. */
export const meanSquare = (target: tf.Tensor, prediction: tf.Tensor) =>
  tf.mean(tf.squaredDifference(target, prediction));

/** From logits, the mean over rows. */
export const crossEntropy = (target: tf.Tensor, prediction: tf.Tensor) =>
  tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(prediction)), -1)));

/** A class a row. */
export function oneHot(rows: number, classes: number): TestTensor {
  const classOf = (at: number) => (Math.floor(at / classes) * 5) % classes;
  return {
    shape: [rows, classes],
    data: range(rows * classes).map((at) => (at % classes === classOf(at) ? 1 : 0)),
  };
}
