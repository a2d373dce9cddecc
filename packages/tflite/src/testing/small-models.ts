import { type BuiltTensor, buildTflite } from './build-tflite.js';
import { createRandom } from './random.js';

/** Normal numbers, the same each time. */
export function normals(count: number, seed: number): Float32Array<ArrayBuffer> {
  const next = createRandom(seed);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  });
}

/** A tensor of normal numbers. */
export function normalTensor(shape: readonly number[], seed: number): BuiltTensor {
  return {
    shape,
    data: normals(
      shape.reduce((product, edge) => product * edge, 1),
      seed,
    ),
  };
}

/** A convolution, a depthwise one, a 1×1 one, a mean and a fully connected layer. */
export function smallNet(): Uint8Array<ArrayBuffer> {
  const window = { strideW: 2, strideH: 2, padding: 0, activation: 1 };
  return buildTflite({
    inputs: ['x'],
    outputs: ['y'],
    tensors: {
      x: { shape: [1, 9, 9, 3] },
      'first/w': normalTensor([8, 3, 3, 3], 1),
      'first/b': normalTensor([8], 2),
      first: { shape: [1, 5, 5, 8] },
      'each/w': normalTensor([1, 3, 3, 8], 3),
      'each/b': normalTensor([8], 4),
      each: { shape: [1, 5, 5, 8] },
      'point/w': normalTensor([16, 1, 1, 8], 5),
      'point/b': normalTensor([16], 6),
      point: { shape: [1, 5, 5, 16] },
      axes: { shape: [2], type: 'int32', data: Int32Array.of(1, 2) },
      mean: { shape: [1, 16] },
      'out/w': normalTensor([4, 16], 7),
      'out/b': normalTensor([4], 8),
      y: { shape: [1, 4] },
    },
    operators: [
      ['CONV_2D', ['x', 'first/w', 'first/b'], ['first'], 'Conv2DOptions', window],
      [
        'DEPTHWISE_CONV_2D',
        ['first', 'each/w', 'each/b'],
        ['each'],
        'DepthwiseConv2DOptions',
        { ...window, strideW: 1, strideH: 1, depthMultiplier: 1 },
      ],
      ['CONV_2D', ['each', 'point/w', 'point/b'], ['point'], 'Conv2DOptions', { strideW: 1, strideH: 1 }],
      ['MEAN', ['point', 'axes'], ['mean'], 'ReducerOptions', {}],
      ['FULLY_CONNECTED', ['mean', 'out/w', 'out/b'], ['y'], 'FullyConnectedOptions', {}],
    ],
  });
}
