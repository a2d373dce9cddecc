import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { listCalls } from '../../model/list-calls.js';
import { tensorOf } from '../../testing/models.js';
import { useBackend } from '../../testing/use-backend.js';
import { createValues } from './values.js';

beforeAll(async () => {
  await useBackend('cpu');
});

/** What a model gives when its layers are called one by one. */
function outputsByCalls(model: tf.LayersModel, inputs: readonly tf.Tensor[]): number[][] {
  const called = listCalls(model);
  const values = createValues(called, [inputs]);
  for (const call of called.calls.keys()) values.make(call);
  const outputs = values.outputs(0).map((tensor) => [...tensor.dataSync()]);
  values.dispose();
  return outputs;
}

function predicted(model: tf.LayersModel, inputs: tf.Tensor[]): number[][] {
  return tf.tidy(() =>
    [model.predict(inputs.length === 1 ? inputs[0]! : inputs)].flat().map((tensor) => [...tensor.dataSync()]),
  );
}

const inner = () =>
  tf.sequential({
    name: 'inner',
    layers: [
      tf.layers.dense({ units: 5, activation: 'tanh', inputShape: [4] }),
      tf.layers.dense({ units: 4 }),
    ],
  });

const models: Readonly<Record<string, () => tf.LayersModel>> = {
  'a chain': () =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2] }),
        tf.layers.batchNormalization(),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    }),
  'a model in a model, applied twice, with a shared layer beside': () => {
    const x = tf.input({ shape: [4] });
    const [shared, block] = [tf.layers.dense({ units: 4 }), inner()];
    const one = shared.apply(block.apply(x)) as tf.SymbolicTensor;
    const two = block.apply(shared.apply(x)) as tf.SymbolicTensor;
    return tf.model({ inputs: x, outputs: [tf.layers.add().apply([one, two]) as tf.SymbolicTensor, one] });
  },
  'a sequence that is masked': () =>
    tf.sequential({
      layers: [
        tf.layers.masking({ maskValue: 0, inputShape: [5, 3] }),
        tf.layers.lstm({ units: 4, returnSequences: true }),
        tf.layers.gru({ units: 3 }),
      ],
    }),
  'two inputs, a model with two outputs': () => {
    const [x, y] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const dense = tf.layers.dense({ units: 3 });
    const pair = tf.model({ inputs: x, outputs: [dense.apply(x), x] as tf.SymbolicTensor[] });
    const [a, b] = pair.apply(y) as tf.SymbolicTensor[];
    const z = tf.input({ shape: [2] });
    const output = tf.layers.concatenate().apply([b!, a!, z]) as tf.SymbolicTensor;
    return tf.model({ inputs: [y, z], outputs: output });
  },
};

describe('calls of layers', () => {
  it.each(Object.entries(models))('of %s give what predict gives, and leave nothing', (_, make) => {
    const model = make();
    const inputs = model.inputs.map(({ shape }, i) => tensorOf(i + 1, [3, ...(shape.slice(1) as number[])]));
    if (model.layers[0]!.getClassName() === 'Masking') {
      const padded = tf.tidy(() =>
        tf.pad(inputs[0]!.slice([0, 0, 0], [3, 3, 3]), [
          [0, 0],
          [0, 2],
          [0, 0],
        ]),
      );
      inputs[0]!.dispose();
      inputs[0] = padded;
    }
    const wanted = predicted(model, inputs);
    const before = tf.memory().numTensors;
    expect(outputsByCalls(model, inputs)).toEqual(wanted);
    expect(tf.memory().numTensors).toBe(before);
  });
});
