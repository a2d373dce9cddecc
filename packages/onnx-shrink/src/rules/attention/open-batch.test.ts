import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { checkedShrink } from '../../testing/checked-shrink.js';
import { feedsFor } from '../../testing/run-model.js';

const wave = (...shape: number[]) => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7)),
});
const integers = (...data: number[]) => ({ shape: [data.length], type: 'int64' as const, data });

it.each([1, 3])(
  'heads go where they share an axis with a batch that is left open, here %i',
  async (batch) => {
    // As PyTorch writes nn.MultiheadAttention: [time, batch, 16] becomes [time, batch · heads, 4].
    const apart = (name: string): NodeParts[] => [
      ['MatMul', ['x', name], [`${name}1`]],
      ['Reshape', [`${name}1`, 'apart'], [`${name}2`]],
      ['Transpose', [`${name}2`], [`${name}3`], { perm: name === 'key' ? [1, 2, 0] : [1, 0, 2] }],
    ];
    const bytes = buildModel({
      inputs: { x: ['time', 'batch', 6] },
      tensors: {
        query: wave(6, 16),
        key: wave(6, 16),
        value: wave(6, 16),
        out: wave(16, 5),
        zero: integers(0),
        one: integers(1),
        four: integers(4),
        sixteen: integers(16),
      },
      nodes: [
        ['Shape', ['x'], ['shape']],
        ['Gather', ['shape', 'zero'], ['time'], { axis: 0 }],
        ['Gather', ['shape', 'one'], ['batch'], { axis: 0 }],
        ['Mul', ['batch', 'four'], ['both']],
        ['Concat', ['time', 'both', 'four'], ['apart'], { axis: 0 }],
        ['Concat', ['time', 'batch', 'sixteen'], ['together'], { axis: 0 }],
        ...['query', 'key', 'value'].flatMap(apart),
        ['MatMul', ['query3', 'key3'], ['scores']],
        ['Softmax', ['scores'], ['weights'], { axis: -1 }],
        ['MatMul', ['weights', 'value3'], ['mixed']],
        ['Transpose', ['mixed'], ['turned'], { perm: [1, 0, 2] }],
        ['Reshape', ['turned', 'together'], ['joined']],
        ['MatMul', ['joined', 'out'], ['y']],
      ],
      outputs: { y: ['time', 'batch', 5] },
    });
    const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [5, batch, 6] }], 7);
    const { report } = await checkedShrink(bytes, feeds);
    expect(report.groups).toMatchObject([{ kind: 'heads', channels: 4 }]);
    expect(report.tensors.map(({ name, shape }) => [name, shape.after])).toEqual([
      ['query', [6, 8]],
      ['key', [6, 8]],
      ['value', [6, 8]],
      ['out', [8, 5]],
    ]);
  },
);
