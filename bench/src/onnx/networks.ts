import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { createRandom } from '../randoms.js';

/** A network to train, the same for every runtime, and one batch of noise to learn. */
export interface Network {
  readonly model: Uint8Array;
  /** All trained weights by name, and their shapes. */
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
  readonly elements: number;
  readonly x: Float32Array;
  readonly xShape: readonly number[];
  /** One-hot, `[batch, classes]`. */
  readonly y: Float32Array;
  readonly batch: number;
  readonly classes: number;
}

const CLASSES = 10;

/** Fully connected layers with ReLU between: kernels `k0…` of `[in, out]`, biases `b0…`. */
export function perceptron(layers: readonly number[], batch: number): Network {
  const weights: { name: string; shape: number[]; values: Float32Array }[] = [];
  const nodes: NodeParts[] = [];
  let at = 'x';
  for (const [i, units] of layers.slice(1).entries()) {
    const inputs = layers[i]!;
    weights.push({
      name: `k${i}`,
      shape: [inputs, units],
      values: noise(inputs * units, i + 1, 1 / Math.sqrt(inputs)),
    });
    weights.push({ name: `b${i}`, shape: [units], values: new Float32Array(units) });
    const last = i + 2 === layers.length;
    nodes.push(['Gemm', [at, `k${i}`, `b${i}`], [last ? 'y' : `z${i}`]]);
    if (!last) nodes.push(['Relu', [`z${i}`], [`a${i}`]]);
    at = `a${i}`;
  }
  return networkOf(weights, nodes, [batch, layers[0]!], batch);
}

/** An LSTM over a sequence, `[length, batch, features]`, its last state classified. */
export function recurrent(hidden: number, length: number, features: number, batch: number): Network {
  const weights = [
    {
      name: 'w',
      shape: [1, 4 * hidden, features],
      values: noise(4 * hidden * features, 1, 1 / Math.sqrt(features)),
    },
    {
      name: 'r',
      shape: [1, 4 * hidden, hidden],
      values: noise(4 * hidden * hidden, 2, 1 / Math.sqrt(hidden)),
    },
    { name: 'b', shape: [1, 8 * hidden], values: new Float32Array(8 * hidden) },
    { name: 'k', shape: [hidden, CLASSES], values: noise(hidden * CLASSES, 3, 1 / Math.sqrt(hidden)) },
    { name: 'c', shape: [CLASSES], values: new Float32Array(CLASSES) },
  ];
  const nodes: NodeParts[] = [
    ['LSTM', ['x', 'w', 'r', 'b'], ['', 'h'], { hidden_size: hidden }],
    ['Flatten', ['h'], ['f'], { axis: 2 }],
    ['Gemm', ['f', 'k', 'c'], ['y']],
  ];
  return networkOf(weights, nodes, [length, batch, features], batch);
}

function networkOf(
  weights: Network['weights'],
  nodes: readonly NodeParts[],
  xShape: readonly number[],
  batch: number,
): Network {
  const y = new Float32Array(batch * CLASSES);
  for (let row = 0; row < batch; row += 1) y[row * CLASSES + (row % CLASSES)] = 1;
  return {
    model: buildModel({
      inputs: { x: xShape },
      tensors: Object.fromEntries(weights.map(({ name, values, shape }) => [name, { shape, data: values }])),
      nodes,
      outputs: ['y'],
    }),
    weights,
    elements: weights.reduce((sum, { values }) => sum + values.length, 0),
    x: noise(
      xShape.reduce((a, b) => a * b),
      9,
      1,
    ),
    xShape,
    y,
    batch,
    classes: CLASSES,
  };
}

/** Uniform in `[−√3·scale, √3·scale)`: a standard deviation of `scale`. */
function noise(count: number, seed: number, scale: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => Math.sqrt(3) * scale * (2 * random() - 1));
}
