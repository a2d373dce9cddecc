import { type Attribute, float } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../../testing/check-gradients.js';
import { numbers, randomTensor, type TestTensor } from '../../testing/models.js';
import { expectSameOutputs } from '../../testing/same-outputs.js';

const list = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const modes = ['linear', 'nearest', 'cubic'];
const paddings = ['zeros', 'border', 'reflection'];

/** Points on corners and borders, between elements, halfway, far outside. */
const edges: TestTensor = {
  shape: [1, 2, 6, 2],
  data: [
    ...[-1, -1, 1, 1, 0, 0, -1, 1, 0.5, -0.5, 1 / 3, -2 / 3],
    ...[-1.0001, 1.0001, 1.4, -1.4, 3.7, -5.2, 0.25, 0.75, -0.2, 0.6, 12, 0.1],
  ],
};

describe('GridSample', () => {
  for (const mode of modes) {
    for (const padding_mode of paddings) {
      it(`${mode}, ${padding_mode} computes what the runtime does, on borders and far outside`, async () => {
        for (const align_corners of [0, 1]) {
          await expectSameOutputs(
            ['GridSample', ['x', 'grid'], ['y'], { mode, padding_mode, align_corners }],
            { x: randomTensor([1, 2, 3, 4], 3), grid: edges },
          );
        }
      });
      it(`${mode}, ${padding_mode} has gradients by image and points`, async () => {
        for (const align_corners of [0, 1]) {
          await checkGradients({
            tensors: {
              x: randomTensor([2, 2, 3, 4], 1),
              grid: { shape: [2, 2, 3, 2], data: numbers(24, 9, 1.7) },
            },
            // To the nearest, points move the result in steps.
            ...(mode === 'nearest' ? { by: ['x'] } : {}),
            nodes: [['GridSample', ['x', 'grid'], ['y'], { mode, padding_mode, align_corners }]],
            outputs: ['y'],
            opset: 20,
          });
        }
      });
    }
  }

  it('of three axes, and by the names of version 16', async () => {
    await checkGradients({
      tensors: { x: randomTensor([1, 1, 2, 3, 2], 1), grid: randomTensor([1, 1, 2, 2, 3], 4) },
      nodes: [['GridSample', ['x', 'grid'], ['y'], {}]],
      outputs: ['y'],
      opset: 20,
    });
    for (const mode of ['bilinear', 'bicubic']) {
      await expectSameOutputs(
        ['GridSample', ['x', 'grid'], ['y'], { mode }],
        { x: randomTensor([1, 1, 3, 3], 1), grid: randomTensor([1, 2, 2, 2], 4) },
        16,
      );
    }
  });
});

it('AffineGrid of two and three axes, from corner to corner or not', async () => {
  for (const align_corners of [0, 1]) {
    for (const [shape, size] of [
      [[2, 2, 3], list(2, 1, 2, 3)],
      [[1, 3, 4], list(1, 2, 2, 3, 2)],
    ] as const) {
      const theta = randomTensor(shape, 2);
      await expectSameOutputs(['AffineGrid', ['theta', 'size'], ['y'], { align_corners }], { theta, size });
      await checkGradients({
        tensors: { theta, size },
        by: ['theta'],
        nodes: [['AffineGrid', ['theta', 'size'], ['y'], { align_corners }]],
        outputs: ['y'],
        opset: 20,
      });
    }
  }
});

describe('Resize', () => {
  const cases: readonly (readonly [string, Record<string, Attribute>, TestTensor | undefined, number[]])[] = [
    ['cubic', { mode: 'cubic' }, undefined, [1, 1, 7, 3]],
    ['cubic without what lies outside', { mode: 'cubic', exclude_outside: 1 }, undefined, [1, 1, 7, 3]],
    [
      'cubic from corner to corner',
      { mode: 'cubic', coordinate_transformation_mode: 'align_corners', cubic_coeff_a: float(-0.5) },
      undefined,
      [1, 1, 9, 2],
    ],
    ['linear with antialias', { mode: 'linear', antialias: 1 }, undefined, [1, 1, 2, 3]],
    ['cubic with antialias', { mode: 'cubic', antialias: 1 }, undefined, [1, 1, 2, 3]],
    [
      'linear of a region that reaches beyond',
      { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: float(7) },
      { shape: [8], data: [0, 0, -0.2, 0.3, 1, 1, 0.8, 1.2] },
      [1, 1, 4, 4],
    ],
    [
      'as large as it fits',
      { mode: 'linear', keep_aspect_ratio_policy: 'not_larger', axes: [2, 3] },
      undefined,
      [7, 8],
    ],
    [
      'as small as it covers',
      { mode: 'nearest', keep_aspect_ratio_policy: 'not_smaller', axes: [3, 2] },
      undefined,
      [9, 8],
    ],
  ];
  for (const [what, attributes, roi, sizes] of cases) {
    it(`${what} computes what the runtime does, and its gradient`, async () => {
      const tensors = { x: randomTensor([1, 1, 5, 6], 1), sizes: list(...sizes) };
      const inputs = ['x', roi ? 'roi' : '', '', 'sizes'];
      const node = ['Resize', inputs, ['y'], attributes] as const;
      if (roi === undefined) await expectSameOutputs(node, tensors, 19);
      await checkGradients({
        tensors: { ...tensors, ...(roi ? { roi } : {}) },
        by: ['x'],
        nodes: [node],
        outputs: ['y'],
        opset: 19,
      });
    });
  }
});
