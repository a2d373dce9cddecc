import { decodeModel } from '@synaprune/onnx';
import type { TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { removeDeadChannels } from '../remove-dead-channels.js';
import { build, keptOf, ones, picture, relu, some, tensorsOf, without } from '../testing/dead-models.js';

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

  it('hidden units of recurrent layers that nobody else reads, or whose state stays 0', async () => {
    const sequence = [3, 1, 2];
    for (const [op, gates, candidate] of [
      ['RNN', 1, 0],
      ['GRU', 3, 2],
      ['LSTM', 4, 3],
    ] as const) {
      const rows = (unit: number) => Array.from({ length: gates }, (_, gate) => gate * 4 + unit);
      const small = (parts: TensorParts): TensorParts => ({
        ...parts,
        data: Array.from(parts.data as ArrayLike<number>, (value) => value / 8),
      });
      // Of unit 3 nothing makes the candidate; unit 1 is read by itself alone.
      const w = without(small(some(1, gates * 4, 2)), 1, 4 * candidate + 3);
      const all = without(small(some(1, gates * 4, 4)), 1, 4 * candidate + 3);
      const r = {
        ...all,
        data: Array.from(all.data as ArrayLike<number>, (value, i) =>
          i % 4 === 1 && !rows(1).includes(Math.floor(i / 4)) ? 0 : value,
        ),
      };
      const model = (start: readonly number[]) =>
        build(
          sequence,
          {
            w,
            r,
            start: { shape: [1, 1, 4], data: start },
            one: { shape: [1], type: 'int64', data: [1] },
            c: without(some(4, 2), 0, 1),
          },
          [
            [op, ['x', 'w', 'r', '', '', 'start'], ['h'], { hidden_size: 4 }],
            ['Squeeze', ['h', 'one'], ['s']],
            ['MatMul', ['s', 'c'], ['y']],
          ],
        );
      expect(await keptOf(model([1, 1, 1, 0]), sequence, 1e-6)).toEqual({ 'w[1]': [0, 2] });
      expect(await keptOf(model([1, 1, 1, 1]), sequence, 1e-6)).toEqual({ 'w[1]': [0, 2, 3] });
    }
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
