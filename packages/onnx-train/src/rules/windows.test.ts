import type { Attribute } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor } from '../testing/models.js';

type Attributes = Readonly<Record<string, Attribute>>;

const convolutions: readonly [x: readonly number[], w: readonly number[], attributes: Attributes][] = [
  [[2, 2, 5, 4], [3, 2, 3, 2], {}],
  [[1, 2, 5, 5], [2, 2, 3, 3], { pads: [1, 1, 1, 1] }],
  [[1, 2, 6, 5], [2, 2, 3, 2], { strides: [2, 2], pads: [1, 0, 0, 1] }],
  [[1, 1, 7, 6], [2, 1, 2, 3], { strides: [3, 2], dilations: [2, 1], pads: [0, 2, 1, 0] }],
  [[2, 4, 4, 3], [6, 2, 2, 2], { group: 2 }],
  [[1, 3, 4, 4], [6, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1], strides: [2, 2] }],
  [[1, 2, 5, 5], [4, 1, 2, 2], { group: 2 }],
  [[1, 2, 6, 5], [2, 2, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] }],
  [[1, 2, 6, 5], [2, 2, 3, 2], { auto_pad: 'SAME_LOWER', strides: [2, 1] }],
  [[1, 2, 5, 5], [2, 2, 3, 3], { auto_pad: 'VALID' }],
  [[2, 2, 6], [3, 2, 3], { strides: [2], pads: [1, 1] }],
  [[1, 1, 3, 4, 3], [2, 1, 2, 2, 2], { pads: [1, 0, 0, 0, 1, 0] }],
  [[2, 3, 4, 5], [4, 3, 1, 1], {}],
  [[2, 3, 4], [4, 3, 1], { dilations: [2] }],
  [[2, 2, 5, 4], [3, 2, 1, 1], { strides: [2, 1] }],
  [[2, 2, 3, 4], [3, 2, 1, 1], { pads: [1, 0, 0, 1] }],
  [[2, 4, 3, 3], [6, 2, 1, 1], { group: 2 }],
];

const transposed: readonly [x: readonly number[], w: readonly number[], attributes: Attributes][] = [
  [[2, 2, 3, 3], [2, 3, 2, 2], {}],
  [[1, 2, 3, 3], [2, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }],
  [[1, 2, 3, 4], [2, 1, 2, 3], { strides: [3, 2], dilations: [2, 1], pads: [0, 1, 1, 0] }],
  [[1, 4, 3, 3], [4, 1, 2, 2], { group: 2, strides: [2, 2] }],
  [[1, 4, 3, 3], [4, 2, 2, 2], { group: 2 }],
  [[1, 2, 3, 3], [2, 2, 3, 3], { auto_pad: 'SAME_UPPER', strides: [2, 2] }],
  [[1, 2, 3, 3], [2, 2, 3, 3], { auto_pad: 'SAME_LOWER', strides: [2, 2] }],
  [[1, 2, 3, 3], [2, 2, 3, 3], { output_shape: [6, 7], strides: [2, 2] }],
  [[1, 2, 4], [2, 2, 3], { strides: [2] }],
  [[2, 3, 3, 4], [3, 2, 1, 1], {}],
];

const pools: readonly [x: readonly number[], attributes: Attributes][] = [
  [[2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }],
  [[1, 2, 5, 5], { kernel_shape: [2, 2], strides: [2, 2] }],
  [[1, 2, 5, 4], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
  [[1, 1, 6, 5], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 0, 1] }],
  [[1, 1, 6, 6], { kernel_shape: [2, 2], strides: [3, 3] }],
  [[1, 2, 6, 5], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }],
  [[1, 1, 4, 4], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }],
  // Last windows that reach beyond the padding.
  [[1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }],
  [[1, 1, 6, 5], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1], ceil_mode: 1 }],
  [[1, 1, 3, 3], { kernel_shape: [1, 1], strides: [2, 2], ceil_mode: 1 }],
  [[2, 1, 7], { kernel_shape: [3], strides: [2] }],
  [[1, 1, 4, 2, 3], { kernel_shape: [2, 1, 2], strides: [2, 1, 1] }],
];

const show = (...parts: readonly unknown[]) => parts.map((part) => JSON.stringify(part)).join(' ');

describe('gradients of windows', () => {
  for (const [x, w, attributes] of convolutions) {
    it(`Conv ${show(x, w, attributes)}`, async () => {
      await checkGradients({
        tensors: { x: randomTensor(x, 1), w: randomTensor(w, 2), bias: randomTensor([w[0]!], 3) },
        nodes: [['Conv', ['x', 'w', 'bias'], ['y'], attributes]],
        outputs: ['y'],
      });
    });
  }

  for (const [x, w, attributes] of transposed) {
    it(`ConvTranspose ${show(x, w, attributes)}`, async () => {
      const channels = w[1]! * ((attributes.group as number) ?? 1);
      await checkGradients({
        tensors: { x: randomTensor(x, 1), w: randomTensor(w, 2), bias: randomTensor([channels], 3) },
        nodes: [['ConvTranspose', ['x', 'w', 'bias'], ['y'], attributes]],
        outputs: ['y'],
      });
    });
  }

  for (const [x, attributes] of pools) {
    it(`MaxPool ${show(x, attributes)}`, async () => {
      await checkGradients({
        tensors: { x: randomTensor(x, 4, 3) },
        nodes: [['MaxPool', ['x'], ['y'], attributes]],
        outputs: ['y'],
      });
    });

    for (const count_include_pad of [0, 1]) {
      it(`AveragePool ${show(x, attributes, count_include_pad)}`, async () => {
        await checkGradients({
          tensors: { x: randomTensor(x, 4) },
          nodes: [['AveragePool', ['x'], ['y'], { ...attributes, count_include_pad }]],
          outputs: ['y'],
        });
      });
    }
  }

  it('dilated MaxPool and, of version 19, AveragePool', async () => {
    const attributes = { kernel_shape: [2, 3], dilations: [2, 1], pads: [1, 1, 0, 1] };
    await checkGradients({
      tensors: { x: randomTensor([1, 2, 5, 5], 4, 3) },
      nodes: [['MaxPool', ['x'], ['y'], attributes]],
      outputs: ['y'],
    });
    await checkGradients({
      tensors: { x: randomTensor([1, 2, 5, 5], 4) },
      nodes: [['AveragePool', ['x'], ['y'], attributes]],
      outputs: ['y'],
      opset: 19,
    });
  });
});
