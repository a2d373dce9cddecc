import { float, type ModelParts } from '@synaprune/onnx/graph';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { compare, crossEntropy, meanSquare, oneHot, type Variables } from '../testing/compare-with-tfjs.js';
import { numbers, randomTensor, type TestTensor } from '../testing/models.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const perceptron: ModelParts = {
  inputs: { x: ['batch', 6] },
  tensors: {
    w1: randomTensor([6, 8], 1),
    b1: randomTensor([8], 2, 0.1),
    w2: randomTensor([8, 3], 3),
    b2: randomTensor([3], 4, 0.1),
  },
  nodes: [
    ['Gemm', ['x', 'w1', 'b1'], ['sum']],
    ['Tanh', ['sum'], ['hidden']],
    ['MatMul', ['hidden', 'w2'], ['product']],
    ['Add', ['product', 'b2'], ['y']],
  ],
  outputs: ['y'],
};

const predictPerceptron = (x: tf.Tensor, { w1, w2, b1, b2 }: Variables) =>
  tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w1 as tf.Tensor), b1!)), w2 as tf.Tensor), b2!);

describe('losses agree with tfjs within 1e-4 over 50 steps', () => {
  const x = randomTensor([12, 6], 9);
  const optimizers: readonly [TrainingStepOptions['optimizer'], number, () => tf.Optimizer][] = [
    ['sgd', 0.1, () => tf.train.sgd(0.1)],
    [{ kind: 'sgd', momentum: 0.9 }, 0.02, () => tf.train.momentum(0.02, 0.9)],
    [{ kind: 'sgd', momentum: 0.9, nesterov: true }, 0.02, () => tf.train.momentum(0.02, 0.9, true)],
    [{ kind: 'adam', epsilon: 1e-7 }, 0.02, () => tf.train.adam(0.02)],
    [{ kind: 'rmsprop', form: 'tensorflow' }, 0.005, () => tf.train.rmsprop(0.005)],
    [
      { kind: 'rmsprop', form: 'tensorflow', momentum: 0.5 },
      0.005,
      () => tf.train.rmsprop(0.005, 0.9, 0.5, 1e-7),
    ],
  ];
  for (const [optimizer, rate, theirs] of optimizers) {
    it(`multilayer perceptron, ${JSON.stringify(optimizer)}`, async () => {
      const options = { optimizer, loss: 'crossEntropy' } as const;
      await compare(
        perceptron,
        { x, y: oneHot(12, 3) },
        options,
        theirs(),
        rate,
        predictPerceptron,
        crossEntropy,
      );
    });
  }

  it('multilayer perceptron, each other loss', async () => {
    const y = randomTensor([12, 3], 10);
    const zeroOne: TestTensor = { shape: [12, 3], data: numbers(36, 11).map((n) => (n > 0 ? 1 : 0)) };
    const adam = { optimizer: { kind: 'adam', epsilon: 1e-7 } } as const;
    const check = (loss: TrainingStepOptions['loss'], target: TestTensor, theirs: typeof meanSquare) =>
      compare(
        perceptron,
        { x, y: target },
        { ...adam, loss },
        tf.train.adam(0.02),
        0.02,
        predictPerceptron,
        theirs,
      );
    await check('mse', y, meanSquare);
    await check('mae', y, (t, p) => tf.mean(tf.abs(tf.sub(t, p))));
    await check({ kind: 'huber', delta: 0.5 }, y, (t, p) => tf.losses.huberLoss(t, p, undefined, 0.5));
    await check('binaryCrossEntropy', zeroOne, (t, p) => tf.losses.sigmoidCrossEntropy(t, p));
  });

  it('small convolutional network', async () => {
    const model: ModelParts = {
      inputs: { x: ['batch', 1, 8, 8] },
      tensors: {
        k1: randomTensor([4, 1, 3, 3], 1, 0.6),
        c1: randomTensor([4], 2, 0.1),
        scale: { shape: [4], data: [1, 1, 1, 1] },
        shift: { shape: [4], data: [0, 0, 0, 0] },
        mean: { shape: [4], data: [0, 0, 0, 0] },
        variance: { shape: [4], data: [1, 1, 1, 1] },
        k2: randomTensor([6, 4, 3, 3], 3, 0.4),
        c2: randomTensor([6], 4, 0.1),
        w: randomTensor([24, 3], 5, 0.5),
        b: randomTensor([3], 6, 0.1),
      },
      nodes: [
        ['Conv', ['x', 'k1', 'c1'], ['a'], { pads: [1, 1, 1, 1] }],
        ['BatchNormalization', ['a', 'scale', 'shift', 'mean', 'variance'], ['n'], { epsilon: float(1e-3) }],
        ['Relu', ['n'], ['r']],
        ['MaxPool', ['r'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }],
        ['Conv', ['p', 'k2', 'c2'], ['d'], { strides: [2, 2], auto_pad: 'SAME_UPPER' }],
        ['Relu', ['d'], ['e']],
        ['Flatten', ['e'], ['f']],
        ['Gemm', ['f', 'w', 'b'], ['y']],
      ],
      outputs: ['y'],
    };
    const predict = (x: tf.Tensor, v: Variables) => {
      const kernel = (k: tf.Tensor) => tf.transpose(k, [2, 3, 1, 0]) as tf.Tensor4D;
      const image = tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D;
      const first = tf.add(tf.conv2d(image, kernel(v.k1!), 1, 'same'), v.c1!);
      const { mean, variance } = tf.moments(first, [0, 1, 2]);
      const normal = tf.div(tf.sub(first, mean), tf.sqrt(tf.add(variance, 1e-3)));
      const pooled = tf.maxPool(
        tf.relu(tf.add(tf.mul(normal, v.scale!), v.shift!)) as tf.Tensor4D,
        2,
        2,
        'valid',
      );
      const second = tf.relu(tf.add(tf.conv2d(pooled, kernel(v.k2!), 2, 'same'), v.c2!));
      const flat = tf.reshape(tf.transpose(second, [0, 3, 1, 2]), [-1, 24]) as tf.Tensor2D;
      return tf.add(tf.matMul(flat, v.w as tf.Tensor), v.b!);
    };
    const options = { optimizer: { kind: 'adam', epsilon: 1e-7 }, loss: 'crossEntropy' } as const;
    const data = { x: randomTensor([6, 1, 8, 8], 20), y: oneHot(6, 3) };
    await compare(model, data, options, tf.train.adam(0.01), 0.01, predict, crossEntropy);
  });

  it('LSTM', async () => {
    const [length, batch, features, hidden] = [6, 4, 3, 5];
    const model: ModelParts = {
      inputs: { x: { shape: [length, batch, features] } },
      tensors: {
        kernel: randomTensor([1, 4 * hidden, features], 1, 0.6),
        recurrent: randomTensor([1, 4 * hidden, hidden], 2, 0.6),
        bias: randomTensor([1, 8 * hidden], 3, 0.1),
        axes: { type: 'int64', shape: [1], data: [0] },
        w: randomTensor([hidden, 2], 4),
        b: randomTensor([2], 5, 0.1),
      },
      nodes: [
        ['LSTM', ['x', 'kernel', 'recurrent', 'bias'], ['', 'last'], { hidden_size: hidden }],
        ['Squeeze', ['last', 'axes'], ['h']],
        ['Gemm', ['h', 'w', 'b'], ['y']],
      ],
      outputs: ['y'],
    };
    const predict = (x: tf.Tensor, v: Variables) => {
      const flat = (t: tf.Tensor) => tf.squeeze(t, [0]);
      const [ofInput, ofState] = tf.split(flat(v.bias!), 2) as [tf.Tensor, tf.Tensor];
      let h: tf.Tensor = tf.zeros([batch, hidden]);
      let c: tf.Tensor = tf.zeros([batch, hidden]);
      for (const at of tf.unstack(x, 0)) {
        const product = tf.matMul(at as tf.Tensor2D, flat(v.kernel!) as tf.Tensor2D, false, true);
        const recurrent = tf.matMul(h as tf.Tensor2D, flat(v.recurrent!) as tf.Tensor2D, false, true);
        const sum = tf.add(tf.add(product, recurrent), tf.add(ofInput, ofState));
        const [i, o, f, g] = tf.split(sum, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        h = tf.mul(tf.sigmoid(o), tf.tanh(c));
      }
      return tf.add(tf.matMul(h as tf.Tensor2D, v.w as tf.Tensor), v.b!);
    };
    const options = { optimizer: { kind: 'adam', epsilon: 1e-7 }, loss: 'mse' } as const;
    const data = { x: randomTensor([length, batch, features], 20), y: randomTensor([batch, 2], 21) };
    await compare(model, data, options, tf.train.adam(0.01), 0.01, predict, meanSquare);
  });

  it('transformer block', async () => {
    const [batch, length, width, heads] = [2, 4, 6, 2];
    const each = width / heads;
    const list = (data: readonly number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
    const ones = { shape: [width], data: new Array<number>(width).fill(1) };
    const model: ModelParts = {
      inputs: { x: ['batch', length, width] },
      tensors: {
        qkv: randomTensor([width, 3 * width], 1, 0.6),
        out: randomTensor([width, width], 2, 0.6),
        scale1: ones,
        shift1: randomTensor([width], 3, 0.1),
        up: randomTensor([width, 12], 4, 0.6),
        upBias: randomTensor([12], 5, 0.1),
        down: randomTensor([12, width], 6, 0.6),
        scale2: ones,
        shift2: randomTensor([width], 7, 0.1),
        split: list([0, 0, heads, each]),
        merge: list([0, 0, width]),
        root: { shape: [], data: [Math.sqrt(each)] },
        sqrt2: { shape: [], data: [Math.SQRT2] },
        one: { shape: [], data: [1] },
        half: { shape: [], data: [0.5] },
      },
      nodes: [
        ['MatMul', ['x', 'qkv'], ['all']],
        ['Split', ['all'], ['q', 'k', 'v'], { axis: 2 }],
        ...['q', 'k', 'v'].flatMap((name) => [
          ['Reshape', [name, 'split'], [`${name}4`]] as const,
          [
            'Transpose',
            [`${name}4`],
            [`${name}h`],
            { perm: name === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3] },
          ] as const,
        ]),
        ['MatMul', ['qh', 'kh'], ['dots']],
        ['Div', ['dots', 'root'], ['scores']],
        ['Softmax', ['scores'], ['attention'], { axis: -1 }],
        ['MatMul', ['attention', 'vh'], ['mixed']],
        ['Transpose', ['mixed'], ['turned'], { perm: [0, 2, 1, 3] }],
        ['Reshape', ['turned', 'merge'], ['merged']],
        ['MatMul', ['merged', 'out'], ['projected']],
        ['Add', ['x', 'projected'], ['residual']],
        ['LayerNormalization', ['residual', 'scale1', 'shift1'], ['normal'], { axis: -1 }],
        ['MatMul', ['normal', 'up'], ['wide']],
        ['Add', ['wide', 'upBias'], ['biased']],
        ['Div', ['biased', 'sqrt2'], ['inner']],
        ['Erf', ['inner'], ['erf']],
        ['Add', ['erf', 'one'], ['shifted']],
        ['Mul', ['biased', 'shifted'], ['double']],
        ['Mul', ['double', 'half'], ['gelu']],
        ['MatMul', ['gelu', 'down'], ['narrow']],
        ['Add', ['normal', 'narrow'], ['sum']],
        ['LayerNormalization', ['sum', 'scale2', 'shift2'], ['y'], { axis: -1 }],
      ],
      outputs: ['y'],
    };
    const layerNorm = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), shift);
    };
    const predict = (x: tf.Tensor, v: Variables) => {
      const matMul = (a: tf.Tensor, b: tf.Tensor) =>
        tf.reshape(tf.matMul(tf.reshape(a, [-1, a.shape.at(-1)!]) as tf.Tensor2D, b as tf.Tensor2D), [
          ...a.shape.slice(0, -1),
          b.shape[1]!,
        ]);
      const parts = (t: tf.Tensor) => tf.transpose(tf.reshape(t, [batch, length, heads, each]), [0, 2, 1, 3]);
      const [q, k, w] = tf.split(matMul(x, v.qkv!), 3, 2).map(parts) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const scores = tf.div(tf.matMul(q, k, false, true), Math.sqrt(each));
      const mixed = tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), w), [0, 2, 1, 3]), [
        batch,
        length,
        width,
      ]);
      const normal = layerNorm(tf.add(x, matMul(mixed, v.out!)), v.scale1!, v.shift1!);
      const wide = tf.add(matMul(normal, v.up!), v.upBias!);
      const gelu = tf.mul(tf.mul(wide, tf.add(tf.erf(tf.div(wide, Math.SQRT2)), 1)), 0.5);
      return layerNorm(tf.add(normal, matMul(gelu, v.down!)), v.scale2!, v.shift2!);
    };
    const options = { optimizer: { kind: 'adam', epsilon: 1e-7 }, loss: 'mse' } as const;
    const data = { x: randomTensor([batch, length, width], 20), y: randomTensor([batch, length, width], 21) };
    await compare(model, data, options, tf.train.adam(0.01), 0.01, predict, meanSquare);
  });
});
