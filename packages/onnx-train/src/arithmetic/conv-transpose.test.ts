import { decodeModel } from '@synaprune/onnx';
import { buildModel, listAt, numberAt, readAttributes } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor } from '../testing/models.js';

// onnxruntime's WebGPU provider computes this form wrongly: see the comment of convTranspose.
it('no grouped ConvTranspose has an even number of input channels and one output channel a group', () => {
  for (const [channels, each] of [
    [2, 2],
    [3, 4],
    [4, 1],
    [2, 3],
  ] as const) {
    const step = buildTrainingStep(
      buildModel({
        inputs: { x: { shape: [1, channels, 4, 4] } },
        tensors: {
          first: randomTensor([channels, channels, 1, 1], 1),
          deep: randomTensor([channels * each, 1, 2, 2], 2),
        },
        nodes: [
          ['Conv', ['x', 'first'], ['c']],
          ['Conv', ['c', 'deep'], ['y'], { group: channels }],
        ],
        outputs: ['y'],
      }),
      { loss: 'mse', optimizer: 'sgd' },
    );
    const { graph } = decodeModel(step.model);
    const transposed = graph!.node.filter(({ opType }) => opType === 'ConvTranspose');
    expect(transposed).toHaveLength(1);
    const attributes = readAttributes(transposed[0]!.attribute);
    expect([numberAt(attributes, 'group', 1), listAt(attributes, 'strides')]).toEqual([channels, [1, 1]]);
    // An even number a group is widened by a channel of zeros, weights and gradients alike.
    const pads = graph!.node.filter(({ opType }) => opType === 'Pad');
    expect(pads).toHaveLength(each % 2 === 0 ? 2 : 0);
  }
});
