import { create, TensorProtoSchema } from '@synaprune/onnx';
import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { type CompressOptions, compressOnnx } from '../index.js';
import { elementsIn, numbers, randomParts } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

async function compress(
  model: Uint8Array,
  shape: readonly number[],
  options: Partial<CompressOptions> = {},
  scale = 1,
) {
  const { ort } = await useNode();
  const inputs = [1, 2, 3, 4, 5].map((seed) => {
    return { x: { data: numbers(elementsIn(shape), seed).map((value) => value * scale), dims: shape } };
  });
  return compressOnnx({ ort, model, inputs, keep: 0.5, unit: 'weight', ...options } as CompressOptions);
}

const codes = ({ report }: Awaited<ReturnType<typeof compress>>) => report.notices.map(({ code }) => code);

it.each(['weight', 'channel'] as const)(
  'takes tensors that the file holds number by number: %s',
  async (unit) => {
    // As exporters write what a shortcut is filled up by.
    const sizes = create(TensorProtoSchema, { dims: [4n], dataType: 7, int64Data: [1n, 4n, 6n, 6n] });
    const bias = create(TensorProtoSchema, { dims: [4n], dataType: 1, floatData: [1, 2, 3, 4] });
    const model = buildModel({
      inputs: { x: [1, 4, 6, 6] },
      tensors: { sizes, bias, first: randomParts([4, 4, 3, 3], 1), last: randomParts([2, 8, 1, 1], 2) },
      nodes: [
        ['Conv', ['x', 'first', 'bias'], ['a'], { pads: [1, 1, 1, 1] }],
        ['Relu', ['a'], ['b']],
        ['ConstantOfShape', ['sizes'], ['none']],
        ['Concat', ['b', 'none'], ['c'], { axis: 1 }],
        ['Conv', ['c', 'last'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = await compress(model, [1, 4, 6, 6], {
      unit,
      ...(unit === 'weight' && { select: { minElements: 1 } }),
    });
    expect(report.removed.elements).toBeGreaterThan(0);
    expect(report.layers.map(({ name }) => name)).toEqual(['first', 'last']);
  },
);

it('leaves a model as it is, bit for bit, of which no channel can go', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 12] },
    tensors: { only: randomParts([12, 4], 1) },
    nodes: [['MatMul', ['x', 'only'], ['y']]],
    outputs: ['y'],
  });
  const { model: made, report } = await compress(model, [3, 12], { unit: 'channel' });
  expect(made).toEqual(model);
  expect([report.layers, report.agreement, report.notices.map(({ code }) => code)]).toEqual([
    [],
    1,
    ['nothing-to-remove'],
  ]);
});

/** A depthwise convolution with borders as wide as the picture, so that most of its inputs lie outside. */
const bordered = () =>
  buildModel({
    inputs: { x: [1, 4, 1, 1] },
    tensors: { apart: randomParts([4, 1, 3, 3], 1) },
    nodes: [['Conv', ['x', 'apart'], ['y'], { group: 4, pads: [1, 1, 1, 1] }]] as NodeParts[],
    outputs: ['y'],
  });

it('says nothing of borders that depthwise kernels see, and tells of a layer that sees nothing at all', async () => {
  const options = { select: { minElements: 1 }, keep: 0.9 };
  expect(codes(await compress(bordered(), [1, 4, 1, 1], options))).not.toContain('silent-features');
  expect(codes(await compress(bordered(), [1, 4, 1, 1], options, 0))).toContain('silent-features');
});

it('names what it leaves alone where nothing is to be pruned', async () => {
  const model = buildModel({
    inputs: { x: [3, 4] },
    tensors: { shift: randomParts([4], 1) },
    nodes: [['Add', ['x', 'shift'], ['y']]],
    outputs: ['y'],
  });
  await expect(compress(model, [3, 4])).rejects.toMatchObject({
    code: 'no-weights',
    message: expect.stringContaining('the model has no weight to prune; "shift": '),
  });
});

it('misses less by swaps of what goes with what stays', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 16] },
    tensors: { only: randomParts([16, 8], 1) },
    nodes: [
      ['Cos', ['x'], ['c']],
      ['MatMul', ['c', 'only'], ['y']],
    ],
    outputs: ['y'],
  });
  const missed = async (swaps: number) =>
    (await compress(model, [40, 16], { swaps, select: { minElements: 1 }, refit: true })).report.layers[0]!
      .error!;
  expect((await missed(20)).before).toBeLessThan((await missed(0)).before);
  await expect(compress(model, [40, 16], { swaps: 0.5 })).rejects.toThrow('swaps');
});
