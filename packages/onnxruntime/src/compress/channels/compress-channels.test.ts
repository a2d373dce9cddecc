import { buildModel, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { type CompressChannels, compressOnnx } from '../../index.js';
import { elementsIn, numbers, randomParts } from '../../testing/models.js';
import { useNode } from '../../testing/runtimes.js';

async function compress(
  model: Uint8Array,
  shape: readonly number[],
  options: Partial<CompressChannels> = {},
) {
  const { ort } = await useNode();
  const inputs = [1, 2, 3, 4].map((seed) => ({ x: { data: numbers(elementsIn(shape), seed), dims: shape } }));
  return compressOnnx({ ort, model, inputs, unit: 'channel', keep: 0.5, ...options });
}

async function answer(model: Uint8Array, shape: readonly number[]): Promise<readonly number[]> {
  const { ort } = await useNode();
  const session = await ort.InferenceSession.create(model);
  const x = new ort.Tensor('float32', numbers(elementsIn(shape), 99), [...shape]);
  const { y } = await session.run({ x });
  await session.release();
  return [...(y!.data as Float32Array)];
}

/** The second half of the outputs along the first axis made of those of the first half: copies, or their sums. */
function dependent(shape: readonly number[], seed: number, mix: boolean): TensorParts {
  const data = numbers(elementsIn(shape), seed);
  const half = data.length / 2;
  const row = data.length / shape[0]!;
  for (let i = half; i < data.length; i += 1) {
    data[i] = mix ? data[i - half]! - 0.5 * data[(i - half + row) % half]! : data[i - half]!;
  }
  return { shape, data };
}

describe('a model whose channels depend on each other answers as before without those that add nothing', () => {
  it('convolutions, with a depthwise one and a normalisation between', async () => {
    const shape = [2, 3, 8, 8];
    const spread = (length: number, of: (i: number) => number): TensorParts => ({
      shape: [length],
      data: Float32Array.from({ length }, (_, i) => of(i % (length / 2))),
    });
    const model = buildModel({
      inputs: { x: shape },
      tensors: {
        first: dependent([8, 3, 3, 3], 1, false),
        apart: dependent([8, 1, 3, 3], 2, false),
        last: randomParts([4, 8, 1, 1], 3),
        bias: randomParts([4], 4),
        ...{ scale: spread(8, (i) => 1 + i), shift: spread(8, (i) => i - 2) },
        ...{ mean: spread(8, (i) => 0.1 * i), variance: spread(8, (i) => 1 + i) },
      },
      nodes: [
        ['Conv', ['x', 'first'], ['a']],
        ['BatchNormalization', ['a', 'scale', 'shift', 'mean', 'variance'], ['b']],
        ['Relu', ['b'], ['c']],
        ['Conv', ['c', 'apart'], ['d'], { group: 8 }],
        ['Relu', ['d'], ['e']],
        ['Conv', ['e', 'last', 'bias'], ['y']],
      ],
      outputs: ['y'],
    });
    const keep = { 'first[0]': [0, 1, 2, 3] };
    const { model: smaller, report } = await compress(model, shape, { keep, damping: 1e-9 });
    expect(report.groups[0]!.kept).toEqual([0, 1, 2, 3]);
    const [before, after] = [await answer(model, shape), await answer(smaller, shape)];
    for (const [i, value] of after.entries()) expect(Math.abs(value - before[i]!)).toBeLessThan(1e-4);
    const without = await compress(model, shape, { keep, refit: false });
    expect(without.report.agreement).toBeLessThan(0.9);
    expect(report.agreement).toBeGreaterThan(0.9999);
    expect(smaller.length).toBeLessThan(model.length);
  });

  it('products, where what goes is a combination of what stays', async () => {
    const shape = [40, 6];
    const first = dependent([8, 6], 1, true);
    const model = buildModel({
      inputs: { x: shape },
      tensors: { first, second: randomParts([8, 5], 2) },
      nodes: [
        ['Gemm', ['x', 'first'], ['h'], { transB: 1 }],
        ['MatMul', ['h', 'second'], ['y']],
      ],
      outputs: ['y'],
    });
    const { model: smaller } = await compress(model, shape, {
      keep: { 'first[0]': [0, 1, 2, 3] },
      damping: 1e-9,
    });
    const [before, after] = [await answer(model, shape), await answer(smaller, shape)];
    for (const [i, value] of after.entries()) expect(Math.abs(value - before[i]!)).toBeLessThan(1e-4);
  });
});

const graphs: Readonly<
  Record<
    string,
    { shape: readonly number[]; tensors: Record<string, TensorParts>; nodes: readonly NodeParts[] }
  >
> = {
  'convolutions in groups': {
    shape: [1, 4, 9, 9],
    tensors: {
      first: randomParts([8, 4, 3, 3], 1),
      second: randomParts([12, 4, 3, 3], 2),
      third: randomParts([3, 12, 1, 1], 3),
    },
    nodes: [
      ['Conv', ['x', 'first'], ['a']],
      ['Relu', ['a'], ['b']],
      ['Conv', ['b', 'second'], ['c'], { group: 2, pads: [1, 1, 1, 1] }],
      ['Relu', ['c'], ['d']],
      ['Conv', ['d', 'third'], ['y']],
    ],
  },
  'an LSTM': {
    shape: [6, 4, 5],
    tensors: {
      w: randomParts([1, 32, 5], 1),
      r: randomParts([1, 32, 8], 2),
      b: randomParts([1, 64], 3),
      out: randomParts([8, 3], 4),
    },
    nodes: [
      ['LSTM', ['x', 'w', 'r', 'b'], ['h'], { hidden_size: 8 }],
      ['MatMul', ['h', 'out'], ['y']],
    ],
  },
};

describe('refitted layers miss less of what the dense ones gave', () => {
  it.each(Object.entries(graphs))('%s', async (_, { shape, tensors, nodes }) => {
    const model = buildModel({ inputs: { x: shape }, tensors, nodes, outputs: ['y'] });
    const dense = model.slice();
    const { report } = await compress(model, shape);
    const without = await compress(model, shape, { refit: false });
    expect(model).toEqual(dense);
    expect(report.notices.map(({ code }) => code)).not.toContain('not-refitted');
    expect(report.agreement).toBeGreaterThan(without.report.agreement);
    for (const { error } of report.layers) expect(error!.after).toBeLessThanOrEqual(error!.before + 1e-9);
    expect(report.removed.elements).toBeGreaterThan(0);
  });
});

it('ranks channels by what their readers would miss, so that a large one that nobody heeds goes first', async () => {
  const shape = [30, 2];
  const model = buildModel({
    inputs: { x: shape },
    tensors: {
      first: { shape: [2, 3], data: [9, 1, 1, 9, 1, -1] },
      second: { shape: [3, 1], data: [0.01, 1, 1] },
    },
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['MatMul', ['h', 'second'], ['y']],
    ],
    outputs: ['y'],
  });
  const kept = async (options: Partial<CompressChannels>) =>
    (await compress(model, shape, { keep: 0.6, ...options })).report.groups[0]!.kept;
  expect(await kept({})).toEqual([1, 2]);
  expect(await kept({ importance: 'l2' })).toContain(0);
});

it('takes options of its own unit alone', async () => {
  const model = buildModel({ inputs: { x: [1, 2] } });
  await expect(compress(model, [1, 2], { pattern: { kind: 'element' } } as never)).rejects.toThrow(
    'compressOnnx of unit channel has no option "pattern"',
  );
});

it('takes lengths of dimensions that the model has no name for', async () => {
  const { ort } = await useNode();
  const model = buildModel({
    inputs: { x: ['', 8] },
    tensors: { first: randomParts([8, 6], 1), last: randomParts([6, 4], 2) },
    nodes: [
      ['MatMul', ['x', 'first'], ['hidden']],
      ['MatMul', ['hidden', 'last'], ['y']],
    ],
    outputs: ['y'],
  });
  const { report } = await compressOnnx({
    ort,
    model,
    unit: 'channel',
    keep: 0.5,
    dimensions: { 'x[0]': 16 },
  });
  expect(report.groups.map(({ kept }) => kept.length)).toEqual([3]);
});
