import { type Attribute, buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkForward } from '../../testing/check-forward.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { numbers, randomTensor, type TestModel, type TestTensor } from '../../testing/models.js';

interface Deformed {
  readonly group?: number;
  readonly shared?: number;
  readonly results?: readonly [number, number];
  readonly more?: Readonly<Record<string, Attribute>>;
  readonly masked?: boolean;
  readonly bias?: boolean;
  readonly offset?: TestTensor;
}

/** Images `[2, 4, 4, 5]`, six kernels of `[3, 2]`. */
function deformed(settings: Deformed): TestModel {
  const { group = 1, shared = 1, results = [2, 4], more = {}, masked = false, bias = false } = settings;
  const size = 12 * shared * results[0] * results[1];
  const offset = settings.offset ?? {
    shape: [2, 12 * shared, ...results],
    // None so near a line of the image that a difference steps over it.
    data: numbers(2 * size, 5, 1.7).map((x) => Math.floor(x * 2) / 2 + 0.1 + 0.3 * Math.abs(x % 1)),
  };
  return {
    tensors: {
      x: randomTensor([2, 4, 4, 5], 1),
      w: randomTensor([6, 4 / group, 3, 2], 2),
      offset,
      ...(bias ? { b: randomTensor([6], 3) } : {}),
      ...(masked ? { mask: randomTensor([2, 6 * shared, ...results], 4) } : {}),
    },
    nodes: [
      [
        'DeformConv',
        ['x', 'w', 'offset', ...(bias || masked ? [bias ? 'b' : ''] : []), ...(masked ? ['mask'] : [])],
        ['y'],
        { group, offset_group: shared, ...more },
      ],
    ],
    outputs: ['y'],
    opset: 19,
  };
}

const cases: Readonly<Record<string, TestModel>> = {
  plain: deformed({}),
  'with a mask and a bias': deformed({ masked: true, bias: true }),
  'with a mask alone': deformed({ masked: true }),
  'in groups, of kernels and of offsets': deformed({ group: 2, shared: 2, masked: true, bias: true }),
  'with strides, dilations and uneven padding': deformed({
    results: [2, 3],
    more: { strides: [2, 2], dilations: [1, 2], pads: [1, 1, 0, 2], kernel_shape: [3, 2] },
  }),
};

describe('DeformConv', () => {
  for (const [what, model] of Object.entries(cases)) {
    it(`${what}: as the runtime has it, and with its gradients`, async () => {
      await checkForward(model);
      await checkGradients(model);
    });
  }

  it('reads zeros outside, and what lies on an edge', async () => {
    const edges = [-1, -1.0001, -0.9999, 0, 4, 4.0001, 5, 3.9999, 1e6, -1e6, 0.5, 2];
    const data = Array.from({ length: 2 * 12 * 8 }, (_, at) => edges[(at * 7) % edges.length]!);
    await checkForward(deformed({ offset: { shape: [2, 12, 2, 4], data } }));
  });

  it('with offsets for other windows is a broken model', () => {
    const model = buildModel(deformed({ offset: randomTensor([2, 8, 2, 4], 1) }));
    expect(() => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd' })).toThrow(
      expect.objectContaining({ code: 'bad-model' }),
    );
  });
});
