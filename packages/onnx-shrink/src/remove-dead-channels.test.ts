import { decodeModel, encodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { removeDeadChannels } from './index.js';
import { feedsFor, relativeError, runModel } from './testing/run-model.js';

const ones = (...shape: number[]): TensorParts => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});
/** Whole numbers other than 0. */
const some = (...shape: number[]): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 5) % 7) - 3 || 2),
});
/** The same with slices of zeros along an axis. */
const without = ({ shape, data }: TensorParts, axis: number, ...gone: number[]): TensorParts => {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return {
    shape,
    data: Array.from(data as ArrayLike<number>, (value, i) =>
      gone.includes(Math.floor(i / inner) % shape[axis]!) ? 0 : value,
    ),
  };
};
const build = (
  x: readonly number[],
  tensors: Readonly<Record<string, TensorParts>>,
  nodes: readonly NodeParts[],
  outputs: readonly string[] = ['y'],
) => buildModel({ inputs: { x }, tensors, nodes, outputs, opset: 17 });

/** What stays of each group, having checked that the outputs are the same numbers. */
async function keptOf(model: Uint8Array, shape: readonly number[]) {
  const { model: small, report } = removeDeadChannels(model);
  const feeds = feedsFor([{ name: 'x', type: 'float32', shape, grain: 1 }], 1);
  const [expected, got] = [await runModel(model, feeds), await runModel(small, feeds)];
  for (const [name, result] of Object.entries(expected)) expect(relativeError(got[name]!, result)).toBe(0);
  return Object.fromEntries(report.groups.map(({ name, kept }) => [name, kept]));
}

const tensorsOf = (model: Uint8Array) =>
  Object.fromEntries(
    decodeModel(model).graph!.initializer.map((each) => [each.name, [...tensorToFloat32(each)]]),
  );

const picture = [1, 2, 4, 4];
const relu = (x: string, y: string): NodeParts => ['Relu', [x], [y]];

describe('what goes', () => {
  it('units that nothing reads, and what reads them', async () => {
    const model = build([1, 2], { a: some(2, 4), b: some(4), c: without(some(4, 3), 0, 1, 3) }, [
      ['Gemm', ['x', 'a', 'b'], ['h']],
      relu('h', 'r'),
      ['MatMul', ['r', 'c'], ['y']],
    ]);
    expect(await keptOf(model, [1, 2])).toEqual({ 'a[1]': [0, 2] });
  });

  it('units that carry their bias alone, which is folded: 10 + 2 · max(3, 0) = 16', () => {
    const model = build(
      [1, 2],
      {
        first: { shape: [2, 3], data: [1, 0, 0, -1, 0, 0] },
        bias: { shape: [3], data: [0, 3, -5] },
        second: { shape: [3, 1], data: [1, 2, 7] },
        shift: { shape: [1], data: [10] },
      },
      [['Gemm', ['x', 'first', 'bias'], ['h']], relu('h', 'r'), ['Gemm', ['r', 'second', 'shift'], ['y']]],
    );
    expect(tensorsOf(removeDeadChannels(model).model)).toEqual({
      first: [1, -1],
      bias: [0],
      second: [1],
      shift: [16],
    });
  });

  it('a bias is added where there is none, and a node where one is shared', async () => {
    const first = without(some(3, 2, 1, 1), 0, 1);
    const conv = build(picture, { a: first, b: some(3), c: some(2, 3, 1, 1) }, [
      ['Conv', ['x', 'a', 'b'], ['h']],
      ['Abs', ['h'], ['r']],
      ['Conv', ['r', 'c'], ['y']],
    ]);
    expect(await keptOf(conv, picture)).toEqual({ 'a[0]': [0, 2] });
    const [, reader] = decodeModel(removeDeadChannels(conv).model).graph!.node.filter(
      ({ opType }) => opType === 'Conv',
    );
    expect(reader!.input).toEqual(['r', 'c', 'y/bias']);

    const product = build(
      [2, 2],
      { a: without(some(2, 3), 1, 0), b: some(3), c: some(3, 2), d: some(2, 2) },
      [
        ['MatMul', ['x', 'a'], ['p']],
        ['Add', ['p', 'b'], ['h']],
        ['MatMul', ['h', 'c'], ['q']],
        ['Add', ['q', 'd'], ['y']],
      ],
    );
    expect(await keptOf(product, [2, 2])).toEqual({ 'a[1]': [1, 2] });
    const added = decodeModel(removeDeadChannels(product).model).graph!.node.map(({ opType }) => opType);
    expect(added).toEqual(['MatMul', 'Add', 'MatMul', 'Add', 'Add']);
  });

  it('a shared bias is not changed for the other that reads it', async () => {
    const model = build(
      picture,
      {
        a: without(some(2, 2, 1, 1), 0, 1),
        b: some(2),
        c: some(2, 2, 1, 1),
        d: some(2, 2, 1, 1),
        e: some(2),
      },
      [
        ['Conv', ['x', 'a', 'b'], ['h']],
        ['Conv', ['h', 'c', 'e'], ['y']],
        ['Conv', ['x', 'd', 'e'], ['z']],
      ],
      ['y', 'z'],
    );
    // The one channel that stays is live, and one is enough.
    expect(await keptOf(model, picture)).toEqual({ 'a[0]': [0] });
  });

  it('factors of Gemm are heeded', async () => {
    for (const c of [['c'], []]) {
      const model = build([1, 2], { a: without(some(2, 3), 1, 2), s: some(3), b: some(3, 2), c: some(2) }, [
        ['Gemm', ['x', 'a', 's'], ['h']],
        ['Gemm', ['h', 'b', ...c], ['y'], { alpha: { float: 0.5 }, beta: { float: 4 } }],
      ]);
      expect(await keptOf(model, [1, 2])).toEqual({ 'a[1]': [0, 1] });
    }
  });

  it('channels that batch normalisation makes constant, through pools, gates and concats', async () => {
    const model = build(
      picture,
      {
        a: some(4, 2, 3, 3),
        scale: { shape: [4], data: [1, 0, 2, 0] },
        shift: { shape: [4], data: [1, 5, 2, -5] },
        mean: ones(4),
        variance: ones(4),
        // Nothing makes the gate of channel 0, and no gate reads it.
        g: without(without(some(4, 4, 1, 1), 0, 0), 1, 0),
        c: some(3, 6, 1, 1),
        d: some(2, 2, 1, 1),
      },
      [
        ['Conv', ['x', 'a'], ['h'], { pads: [1, 1, 1, 1] }],
        ['BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], ['n'], { epsilon: { float: 0 } }],
        relu('n', 'r'),
        ['MaxPool', ['r'], ['m'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
        ['GlobalMaxPool', ['m'], ['top']],
        ['Conv', ['top', 'g'], ['gate']],
        ['Mul', ['m', 'gate'], ['open']],
        ['Conv', ['x', 'd'], ['side']],
        ['Concat', ['open', 'side'], ['all'], { axis: 1 }],
        ['Conv', ['all', 'c'], ['y']],
      ],
    );
    // 3 is 0 behind Relu; 1 is 5 everywhere, but its gate is another at each run.
    expect(await keptOf(model, picture)).toMatchObject({ 'a[0]': [1, 2] });
  });

  it('of a residual stream what is constant in all that is added', async () => {
    const one = without(some(4, 2, 1, 1), 0, 1, 2);
    const two = without(some(4, 2, 1, 1), 0, 2, 3);
    const model = build(picture, { one, two, c: some(2, 4, 1, 1) }, [
      ['Conv', ['x', 'one'], ['h']],
      ['Conv', ['x', 'two'], ['k']],
      ['Add', ['h', 'k'], ['s']],
      ['Conv', ['s', 'c'], ['y']],
    ]);
    expect(await keptOf(model, picture)).toEqual({ 'one[0]': [0, 1, 3] });
  });

  it('what only feeds itself, and what is only read by what goes', async () => {
    // h = x·a; s = h + relu(h·b)·c, where units 1 and 3 of the stream are read by the branch and not by the end.
    const model = build(
      [1, 2],
      { a: some(2, 4), b: some(4, 3), c: without(some(3, 4), 1, 0, 2), d: without(some(4, 2), 0, 1, 3) },
      [
        ['MatMul', ['x', 'a'], ['h']],
        ['MatMul', ['h', 'b'], ['k']],
        relu('k', 'r'),
        ['MatMul', ['r', 'c'], ['q']],
        ['Add', ['h', 'q'], ['s']],
        ['MatMul', ['s', 'd'], ['y']],
      ],
    );
    const kept = await keptOf(model, [1, 2]);
    expect(kept['a[1]']).toEqual([0, 2]);
    expect(kept['b[1]']).toHaveLength(1);
  });
});

describe('what stays', () => {
  it('one channel at least', async () => {
    const model = build(
      picture,
      { a: without(ones(3, 2, 1, 1), 0, 0, 1, 2), b: some(3), c: some(2, 3, 1, 1) },
      [
        ['Conv', ['x', 'a', 'b'], ['h']],
        ['Conv', ['h', 'c'], ['y']],
      ],
    );
    expect(await keptOf(model, picture)).toEqual({ 'a[0]': [0] });
  });

  const padded = (bias: readonly number[], pads: readonly number[]) =>
    build(
      picture,
      { a: without(some(3, 2, 1, 1), 0, 1, 2), b: { shape: [3], data: bias }, c: some(2, 3, 3, 3) },
      [
        ['Conv', ['x', 'a', 'b'], ['h']],
        ['Conv', ['h', 'c'], ['y'], { pads }],
      ],
    );

  it('a number other than 0 beside padding, and the report says so', async () => {
    const model = padded([1, 2, 0], [1, 1, 1, 1]);
    expect(await keptOf(model, picture)).toEqual({ 'a[0]': [0, 1] });
    const { notices } = removeDeadChannels(model).report;
    expect(notices.map(({ code, weights }) => ({ code, weights }))).toEqual([
      { code: 'constant-at-edges', weights: ['a[0]'] },
    ]);
    expect(notices[0]!.message).toContain(
      '1 of 3 channels of "a[0]" carry one number other than 0 and stay: node "',
    );
    expect(await keptOf(padded([1, 2, 0], [0, 0, 0, 0]), picture)).toEqual({ 'a[0]': [0] });
  });

  it('what NaN and infinities reach', () => {
    for (const wrong of [Number.NaN, Infinity]) {
      const reads = without(some(3, 2), 0, 1);
      const model = (a: TensorParts, c: TensorParts) =>
        build([1, 2], { a, c }, [
          ['MatMul', ['x', 'a'], ['h']],
          relu('h', 'r'),
          ['MatMul', ['r', 'c'], ['y']],
        ]);
      const poisoned = { ...some(2, 3), data: [1, wrong, 2, 3, 4, 5] };
      expect(removeDeadChannels(model(poisoned, reads)).report.tensors).toEqual([]);
      expect(removeDeadChannels(model(some(2, 3), reads)).report.tensors).not.toEqual([]);
      const row = { ...some(3, 2), data: [1, 2, wrong, 0, 3, 4] };
      expect(removeDeadChannels(model(without(some(2, 3), 1, 1), row)).report.tensors).toEqual([]);
    }
  });

  it('what a run may be fed another weight for', () => {
    const model = decodeModel(
      build([1, 2], { a: some(2, 3), c: without(some(3, 2), 0, 1) }, [
        ['MatMul', ['x', 'a'], ['h']],
        ['MatMul', ['h', 'c'], ['y']],
      ]),
    );
    expect(removeDeadChannels(encodeModel(model)).report.tensors).not.toEqual([]);
    const fed = { ...model.graph!.input[0]!, name: 'c' };
    model.graph!.input.push(fed);
    const again = removeDeadChannels(encodeModel(model));
    expect(again.report.tensors).toEqual([]);
  });

  it('all of a model without dead channels, byte for byte', () => {
    const model = build([1, 2], { a: some(2, 3), c: some(3, 2) }, [
      ['MatMul', ['x', 'a'], ['h']],
      ['MatMul', ['h', 'c'], ['y']],
    ]);
    const { model: same, report } = removeDeadChannels(model);
    expect(same).toEqual(model);
    expect(same).not.toBe(model);
    expect(report.bytes).toEqual({ before: model.length, after: model.length });
  });
});

describe('removeDeadChannels', () => {
  it('leaves the bytes that it is given as they are', () => {
    const model = build([1, 2], { a: some(2, 3), c: without(some(3, 2), 0, 1) }, [
      ['MatMul', ['x', 'a'], ['h']],
      ['MatMul', ['h', 'c'], ['y']],
    ]);
    const before = model.slice();
    removeDeadChannels(model);
    expect(model).toEqual(before);
  });

  it('refuses options that it does not know', () => {
    expect(() => removeDeadChannels(new Uint8Array(), { keep: 0.5 } as object)).toThrow(
      /removeDeadChannels has no option "keep": nothing but what has no effect goes/,
    );
  });
});
