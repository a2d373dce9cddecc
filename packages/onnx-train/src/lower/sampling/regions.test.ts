import { PruneError } from '@synaprune/core';
import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkForward } from '../../testing/check-forward.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestTensor } from '../../testing/models.js';

const batches = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });

/** Boxes inside, over the edge, far outside, and of no size, of two images. */
const edges: TestTensor = {
  shape: [5, 4],
  data: [0.3, 0.4, 3.1, 4.2, -1.7, -0.6, 2.2, 7.9, 9, 9, 12, 11, 2, 1, 2, 1, 0, 0, 5, 4],
};

function roiAlign(boxes: TestTensor, attributes: Readonly<Record<string, Attribute>>, opset = 16): TestModel {
  return {
    tensors: {
      x: randomTensor([2, 3, 5, 6], 1),
      boxes,
      batches: batches(...boxes.data.filter((_, at) => at % 4 === 0).map((_, at) => at % 2)),
    },
    nodes: [
      ['RoiAlign', ['x', 'boxes', 'batches'], ['y'], { output_height: 2, output_width: 3, ...attributes }],
    ],
    outputs: ['y'],
    opset,
  };
}

describe('RoiAlign', () => {
  const settings = [0, 1, 2].flatMap((ratio) =>
    ['half_pixel', 'output_half_pixel'].flatMap((by) => ['avg', 'max'].map((mode) => ({ ratio, by, mode }))),
  );
  for (const { ratio, by, mode } of settings) {
    const attributes = {
      sampling_ratio: ratio,
      coordinate_transformation_mode: by,
      spatial_scale: float(0.75),
      mode,
    };
    it(`${mode} of ${ratio} samples, ${by}: as the runtime has it, at edges and outside`, async () => {
      await checkForward(roiAlign(edges, attributes), { trainable: ({ name }) => name === 'x' });
    });

    it(`${mode} of ${ratio} samples, ${by}: with its gradients`, async () => {
      const boxes = { shape: [2, 4], data: [0.31, 0.42, 3.17, 4.26, -1.73, -0.64, 5.2, 6.9] };
      await checkGradients({ ...roiAlign(boxes, attributes), by: ratio === 0 ? ['x'] : ['x', 'boxes'] });
    });
  }

  it('the largest of boxes with samples of other numbers, and of elements that are all the same', async () => {
    const boxes = { shape: [2, 4], data: [0.3, 0.4, 1.1, 1.2, 0.1, 0.2, 5.8, 4.9] };
    const model = roiAlign(boxes, { mode: 'max', output_height: 1, output_width: 1 });
    await checkGradients({ ...model, by: ['x'] });
    const { shape } = model.tensors!.x!;
    const flat = { shape, data: new Array<number>(180).fill(-1) };
    await checkForward(
      { ...model, tensors: { ...model.tensors, x: flat } },
      { trainable: ({ name }) => name === 'x' },
    );
  });

  it('of version 10', async () => {
    await checkForward(roiAlign(edges, { sampling_ratio: 2 }, 10), { trainable: ({ name }) => name === 'x' });
  });

  it('is refused by name where how many samples there are is computed', () => {
    for (const mode of ['avg', 'max']) {
      const { tensors, ...model } = roiAlign(edges, { sampling_ratio: 0, mode });
      const { boxes: _, ...others } = tensors!;
      const computed = buildModel({
        ...model,
        tensors: others,
        inputs: { boxes: { shape: edges.shape } },
      });
      const build = () => buildTrainingStep(computed, { loss: 'mse', optimizer: 'sgd', trainable: 'x' });
      expect(build).toThrow(PruneError);
      expect(build).toThrow(/RoiAlign.* has no gradient rule/);
    }
  });
});
