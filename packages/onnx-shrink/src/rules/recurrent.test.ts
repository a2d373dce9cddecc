import { decodeModel } from '@synaprune/onnx';
import type { AttributeParts, NodeParts, TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { shrinkOnnx } from '../shrink-onnx.js';
import { cut, integers, modelOf, type Parts } from '../testing/cut.js';

const GATES: Readonly<Record<string, number>> = { RNN: 1, GRU: 3, LSTM: 4 };
const tolerance = 1e-5;

interface Layer {
  readonly op: string;
  readonly directions?: number;
  readonly attributes?: Readonly<Record<string, AttributeParts>>;
  /** Inputs from the fourth on. */
  readonly more?: readonly string[];
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  readonly tensors?: Readonly<Record<string, TensorParts>>;
  readonly before?: readonly NodeParts[];
  /** Which output is read. */
  readonly read?: 'Y' | 'Y_h' | 'Y_c';
  readonly batchFirst?: boolean;
}

/** A layer of six hidden units that reads [time 5, batch 2, inputs 3], and a product that reads it. */
function layer(parts: Layer): Parts {
  const { op, directions = 1, attributes = {}, more = ['b'], read = 'Y', batchFirst = false } = parts;
  const rows = GATES[op]! * 6;
  const direction = directions === 2 ? { direction: 'bidirectional' } : {};
  const outputs = op === 'LSTM' ? ['Y', 'Y_h', 'Y_c'] : ['Y', 'Y_h'];
  return {
    inputs: { x: batchFirst ? [2, 5, 3] : [5, 2, 3] },
    weights: {
      w: [directions, rows, 3],
      r: [directions, rows, 6],
      b: [directions, 2 * rows],
      out: [directions * 6, 4],
      ...parts.weights,
    },
    tensors: {
      shape: integers(...(read === 'Y' ? (batchFirst ? [2, 5, -1] : [5, 2, -1]) : [2, -1])),
      ...parts.tensors,
    },
    nodes: [
      ...(parts.before ?? []),
      [op, ['x', 'w', 'r', ...more], outputs, { hidden_size: 6, ...direction, ...attributes }],
      // Directions beside units.
      [
        'Transpose',
        [read],
        ['t'],
        {
          perm:
            read === 'Y' ? (batchFirst ? [0, 1, 2, 3] : [0, 2, 1, 3]) : batchFirst ? [0, 1, 2] : [1, 0, 2],
        },
      ],
      ['Reshape', ['t', 'shape'], ['flat']],
      ['MatMul', ['flat', 'out'], ['y']],
    ],
    outputs: ['y'],
  };
}

describe.each(['RNN', 'GRU', 'LSTM'])('%s', (op) => {
  const rows = GATES[op]! * 6;

  test.each([1, 2])('loses units of every gate, of %i directions the same', async (directions) => {
    const { groups, tensors, error } = await cut(layer({ op, directions }));
    expect(groups).toEqual(['w[1] 6→3 units']);
    expect(tensors).toEqual({
      w: `${directions}×${rows}×3→${directions}×${rows / 2}×3`,
      r: `${directions}×${rows}×6→${directions}×${rows / 2}×3`,
      b: `${directions}×${2 * rows}→${directions}×${rows}`,
      out: `${directions * 6}×4→${directions * 3}×4`,
    });
    expect(error).toBeLessThan(tolerance);
  });

  test.each(['Y_h', ...(op === 'LSTM' ? ['Y_c'] : [])] as const)(
    'loses units where %s is read',
    async (read) => {
      const { groups, error } = await cut(layer({ op, directions: 2, read: read as 'Y_h' }));
      expect(groups).toEqual(['w[1] 6→3 units']);
      expect(error).toBeLessThan(tolerance);
    },
  );

  test('loses units without biases', async () => {
    const { groups, error } = await cut(layer({ op, more: [] }));
    expect(groups).toEqual(['w[1] 6→3 units']);
    expect(error).toBeLessThan(tolerance);
  });

  test('loses units of initial states that the file holds, and of sequences of their own lengths', async () => {
    const states = op === 'LSTM' ? ['h', 'c'] : ['h'];
    const { groups, tensors, error } = await cut(
      layer({
        op,
        more: ['b', 'lengths', ...states],
        weights: Object.fromEntries(states.map((name) => [name, [1, 2, 6]])),
        tensors: { lengths: { type: 'int32', shape: [2], data: [3, 5] } },
      }),
    );
    expect(groups).toEqual(['w[1] 6→3 units']);
    expect(tensors.h).toBe('1×2×6→1×2×3');
    expect(error).toBeLessThan(tolerance);
  });

  test('keeps all units where an initial state is fed', async () => {
    const parts = layer({ op, more: ['b', '', 'start'] });
    const { groups, held } = await cut({ ...parts, inputs: { ...parts.inputs, start: [1, 2, 6] } });
    expect(groups).toEqual([]);
    expect(held).toContain('w[1]: the input "start", axis 2: it is fed');
  });

  test('keeps all units where a state is given out', async () => {
    const { groups, held } = await cut({ ...layer({ op }), outputs: ['y', 'Y_h'] });
    expect(groups).toEqual([]);
    expect(held).toContain('w[1]: the output "Y_h", axis 2: it is given out');
  });

  test('reads fewer features where what comes before it makes fewer', async () => {
    const parts = layer({ op, weights: { w: [1, rows, 8], first: [3, 8] } });
    const [own, ...rest] = parts.nodes!;
    const { groups, tensors, error } = await cut({
      ...parts,
      nodes: [
        ['MatMul', ['x', 'first'], ['features']],
        [own![0], ['features', ...own![1].slice(1)], own![2], own![3]!],
        ...rest,
      ],
    });
    expect(groups).toEqual(['w[1] 6→3 units', 'first[1] 8→4']);
    expect(tensors.w).toBe(`1×${rows}×8→1×${rows / 2}×4`);
    expect(error).toBeLessThan(tolerance);
  });
});

test('an LSTM loses units with its peepholes', async () => {
  const { tensors, error } = await cut(
    layer({ op: 'LSTM', directions: 2, more: ['b', '', '', '', 'p'], weights: { p: [2, 18] } }),
  );
  expect(tensors.p).toBe('2×18→2×9');
  expect(error).toBeLessThan(tolerance);
});

test('a GRU loses units where the reset comes after the product', async () => {
  const { groups, error } = await cut(layer({ op: 'GRU', attributes: { linear_before_reset: 1 } }));
  expect(groups).toEqual(['w[1] 6→3 units']);
  expect(error).toBeLessThan(tolerance);
});

describe('activations', () => {
  const message = (op: string, names: readonly string[]) => layer({ op, attributes: activations(names) });

  test('that make something of 0 are no matter where a product reads the units', async () => {
    const { groups, error } = await cut(message('RNN', ['Sigmoid']));
    expect(groups).toEqual(['w[1] 6→3 units']);
    expect(error).toBeLessThan(tolerance);
  });

  test('that make something of 0 hold units that are added up without weights', async () => {
    const summed = (names: readonly string[]): Parts => {
      const parts = message('RNN', names);
      return {
        ...parts,
        tensors: { axes: integers(3) },
        nodes: [parts.nodes![0]!, ['ReduceSum', ['Y', 'axes'], ['y']]],
      };
    };
    const kept = await cut(summed(['Sigmoid']));
    expect(kept.groups).toEqual([]);
    expect(kept.held).toEqual([
      'w[1]: node "reducesum1" (ReduceSum), axis 3: it is added up over, and units are not 0 there without weights',
    ]);
    const shrunk = await cut(summed(['Relu']));
    expect(shrunk.groups).toEqual(['w[1] 6→3 units']);
    expect(shrunk.error).toBeLessThan(tolerance);
  });

  test.each([
    ['LSTM', ['Softsign', 'Relu', 'Elu']],
    ['LSTM', ['Sigmoid', 'Softplus', 'Tanh']],
    ['GRU', ['HardSigmoid', 'Softplus']],
    ['GRU', ['Sigmoid', 'ScaledTanh']],
  ] as const)('of %s %s compute the same', async (op, names) => {
    const { groups, error } = await cut(message(op, names));
    expect(groups).toEqual(['w[1] 6→3 units']);
    expect(error).toBeLessThan(tolerance);
  });
});

function activations(names: readonly string[]): Readonly<Record<string, AttributeParts>> {
  const strings = names.map((name) => new TextEncoder().encode(name));
  const { attribute } = { attribute: { name: 'activations', type: 8, strings } };
  return { activations: { message: attribute } as unknown as AttributeParts };
}

test('gates that come in another order from the file are followed through Slice and Concat', async () => {
  const whole: NodeParts[] = [
    ...[0, 1, 2, 3].flatMap((gate): NodeParts[] => [
      ['Slice', ['w2', `at${gate}`, `at${gate + 1}`, 'zero'], [`w${gate}_`]],
      ['Slice', ['r2', `at${gate}`, `at${gate + 1}`, 'zero'], [`r${gate}_`]],
    ]),
    ['Concat', ['w0_', 'w3_', 'w1_', 'w2_'], ['w4'], { axis: 0 }],
    ['Concat', ['r0_', 'r3_', 'r1_', 'r2_'], ['r4'], { axis: 0 }],
    ['Unsqueeze', ['w4', 'zero'], ['w']],
    ['Unsqueeze', ['r4', 'zero'], ['r5']],
    ['Identity', ['r5'], ['r']],
  ];
  const parts = layer({ op: 'LSTM', more: [], before: whole });
  const { groups, tensors, error } = await cut({
    ...parts,
    weights: { w2: [24, 3], r2: [24, 6], out: [6, 4] },
    tensors: {
      ...parts.tensors,
      zero: integers(0),
      ...Object.fromEntries([0, 1, 2, 3, 4].map((gate) => [`at${gate}`, integers(6 * gate)])),
    },
  });
  expect(groups).toEqual(['w2[0] 6→3 units']);
  expect(tensors).toMatchObject({ w2: '24×3→12×3', r2: '24×6→12×3', out: '6×4→3×4' });
  expect(error).toBeLessThan(tolerance);
});

test('initial states made of zeros of a computed shape go along', async () => {
  const parts = layer({
    op: 'LSTM',
    more: ['b', '', 'zeros', 'zeros'],
    tensors: {
      one: { type: 'int64', shape: [], data: [1] },
      front: integers(0),
      first: integers(1),
      size: integers(6),
    },
    before: [
      ['Shape', ['x'], ['s']],
      ['Gather', ['s', 'one'], ['n'], { axis: 0 }],
      ['Unsqueeze', ['n', 'front'], ['n1']],
      ['Concat', ['first', 'n1', 'size'], ['dims'], { axis: 0 }],
      ['ConstantOfShape', ['dims'], ['zeros']],
    ],
  });
  const { groups, error } = await cut(parts);
  expect(groups).toEqual(['w[1] 6→3 units']);
  expect(error).toBeLessThan(tolerance);
});

test.each(['RNN', 'GRU', 'LSTM'])('%s with the batch in front loses units along the same axes', (op) => {
  // onnxruntime runs no such layer on a CPU: what it would be told is looked at.
  const bytes = modelOf(layer({ op, batchFirst: true, directions: 2, attributes: { layout: 1 } }));
  const { model, report } = shrinkOnnx(bytes, { keep: 0.5 });
  expect(report.groups.map(({ kind, channels, kept }) => [kind, channels, kept.length])).toEqual([
    ['units', 6, 3],
  ]);
  expect(report.tensors.map(({ name, shape }) => [name, shape.after])).toEqual([
    ['w', [2, 3 * GATES[op]!, 3]],
    ['r', [2, 3 * GATES[op]!, 3]],
    ['b', [2, 6 * GATES[op]!]],
    ['out', [6, 4]],
  ]);
  const [node] = decodeModel(model).graph!.node;
  expect(node!.attribute.find(({ name }) => name === 'hidden_size')!.i).toBe(3n);
});
