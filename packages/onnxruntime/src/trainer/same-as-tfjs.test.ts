import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { modelOf, numbers, randomTensor } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const STEPS = 50;
const BATCH = 32;
const tensors = [
  randomTensor('k1', [10, 16], 1, 0.5),
  randomTensor('b1', [16], 2, 0.1),
  randomTensor('k2', [16, 4], 3, 0.5),
  randomTensor('b2', [4], 4, 0.1),
];
const model = modelOf([-1, 10], [-1, 4], tensors, [
  ['MatMul', ['x', 'k1'], ['h']],
  ['Add', ['h', 'b1'], ['hb']],
  ['Tanh', ['hb'], ['a']],
  ['MatMul', ['a', 'k2'], ['z']],
  ['Add', ['z', 'b2'], ['y']],
]);

function batchOf(step: number) {
  const x = numbers(BATCH * 10, 50 + step);
  const y = new Float32Array(BATCH * 4);
  for (let row = 0; row < BATCH; row += 1) y[row * 4 + (Math.floor(Math.abs(x[row * 10]!) * 4) % 4)] = 1;
  return { x, y };
}

/** The same training in TensorFlow.js: an oracle that shares no code with this repository. */
async function lossesOfTfjs(): Promise<number[]> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const [k1, b1, k2, b2] = [
    [numbers(160, 1, 0.5), [10, 16]],
    [numbers(16, 2, 0.1), [16]],
    [numbers(64, 3, 0.5), [16, 4]],
    [numbers(4, 4, 0.1), [4]],
  ].map(([data, shape]) => tf.variable(tf.tensor(data as Float32Array, shape as number[])));
  // Its epsilon stands where that of ONNX Runtime's step does: outside of the root.
  const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-8);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const { x, y } = batchOf(step % 5);
    const cost = adam.minimize(() => {
      const hidden = tf.tanh(tf.add(tf.matMul(tf.tensor2d(x, [BATCH, 10]), k1 as tf.Tensor2D), b1!));
      const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, k2 as tf.Tensor2D), b2!);
      return tf.losses.softmaxCrossEntropy(tf.tensor2d(y, [BATCH, 4]), logits) as tf.Scalar;
    }, true)!;
    losses.push((await cost.data())[0]!);
  }
  return losses;
}

const expected = await lossesOfTfjs();

for (const runtime of [await useNode(), await useWasm()]) {
  it(`has the losses of TensorFlow.js over ${STEPS} steps of Adam on ${runtime.name}`, async () => {
    const trainer = await startTrainer(runtime, { model, learningRate: 0.01 });
    let worst = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const { x, y } = batchOf(step % 5);
      const { loss } = await trainer.step({ inputs: { x }, targets: { y } });
      worst = Math.max(worst, Math.abs(loss - expected[step]!));
    }
    expect(expected[STEPS - 1]).toBeLessThan(expected[0]! - 0.1);
    expect(worst).toBeLessThan(1e-4);
    await trainer.dispose();
  });
}
