import { constantSparsity } from '@synaprune/core';
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

function createVariables(): tf.Variable[] {
  return [
    [numbers(160, 1, 0.5), [10, 16]],
    [numbers(16, 2, 0.1), [16]],
    [numbers(64, 3, 0.5), [16, 4]],
    [numbers(4, 4, 0.1), [4]],
  ].map(([data, shape]) => tf.variable(tf.tensor(data as Float32Array, shape as number[])));
}

function lossOf([k1, b1, k2, b2]: readonly tf.Tensor[], { x, y }: ReturnType<typeof batchOf>): tf.Scalar {
  const hidden = tf.tanh(tf.add(tf.matMul(tf.tensor2d(x, [BATCH, 10]), k1 as tf.Tensor2D), b1!));
  const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, k2 as tf.Tensor2D), b2!);
  return tf.losses.softmaxCrossEntropy(tf.tensor2d(y, [BATCH, 4]), logits);
}

/** The same training in TensorFlow.js: an oracle that shares no code with this repository. */
async function lossesOfTfjs(): Promise<number[]> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const variables = createVariables();
  // Its epsilon stands where that of ONNX Runtime's step does: outside of the root.
  const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-8);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const cost = adam.minimize(() => lossOf(variables, batchOf(step % 5)), true)!;
    losses.push((await cost.data())[0]!);
  }
  return losses;
}

const RATE = 0.5;
const EVERY = 5;

/** Half of all elements of the kernels kept, chosen anew of dense weights that learn by what masked ones give. */
async function masksOfTfjs(): Promise<string[]> {
  const variables = createVariables();
  let masks = variables.map((variable) => tf.ones(variable.shape));
  const chosen: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    if (step % EVERY === 0) {
      const all = [0, 2].flatMap((at) =>
        [...variables[at]!.dataSync()].map((value, i) => ({ at, i, value })),
      );
      all.sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
      const kept = variables.map(({ size }) => new Float32Array(size).fill(1));
      for (const { at, i } of all.slice(0, all.length / 2)) kept[at]![i] = 0;
      masks = variables.map(({ shape }, at) => tf.tensor(kept[at]!, shape));
      chosen.push([0, 2].map((at) => kept[at]!.join('')).join(' '));
    }
    const { grads } = tf.variableGrads(() => {
      const masked = variables.map((variable, at) => {
        // The masked value forwards, the gradient as it is backwards.
        const through = tf.customGrad((x) => ({
          value: tf.mul(x as tf.Tensor, masks[at]!),
          gradFunc: (dy) => dy,
        }));
        return through(variable);
      });
      return lossOf(masked, batchOf(step % 5));
    });
    for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, RATE)));
  }
  return chosen;
}

const expected = await lossesOfTfjs();
const chosen = await masksOfTfjs();

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

  it(`chooses the masks of TensorFlow.js where dropped elements learn on, on ${runtime.name}`, async () => {
    const straightThrough = true;
    const trainer = await startTrainer(runtime, {
      model,
      optimizer: 'sgd',
      learningRate: RATE,
      straightThrough,
    });
    const pruning = trainer.prune({ schedule: constantSparsity(0.5), every: EVERY });
    const own: string[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      const { x, y } = batchOf(step % 5);
      await trainer.step({ inputs: { x }, targets: { y } });
      if (step % EVERY > 0) continue;
      const masks = await pruning.pruner.masks();
      const flags = masks.map(({ shape, bits }) =>
        Array.from({ length: shape[0]! * shape[1]! }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1).join(''),
      );
      own.push(flags.join(' '));
    }
    expect(new Set(chosen).size).toBeGreaterThan(1);
    expect(own).toEqual(chosen);
    await trainer.dispose();
  });
}
