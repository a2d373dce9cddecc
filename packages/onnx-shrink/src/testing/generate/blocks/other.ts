import { float } from '@synaprune/onnx/graph';
import { kernel, layer, linear } from '../kernels.js';
import { binary, gather, unary } from '../operators.js';
import type { Program, Value } from '../program.js';
import { type Block, channelsOf, isImage, isSequence, isVector, some } from './block.js';

const control: readonly Block[] = [
  {
    label: 'If',
    fits: (x) => !x.open.slice(1).some(Boolean),
    append: (p, x) => {
      const made = layer(p, x, some(p));
      const cond = p.random.chance(0.5)
        ? p.input({ type: 'bool', shape: [] }, { type: 'bool', shape: [] })
        : p.node('Greater', [
            p.node('Size', [x.name])[0]!,
            p.tensor([], [p.random.pick([1, 1e6])], 'int64').name,
          ])[0]!;
      const out = some(p);
      // Branches read what is outside: one by a layer of its own, the other by a layer or as it is.
      const then_branch = p.branch(() => layer(p, unary(p, 'Relu', made), out));
      const same = p.random.chance(0.3) && channelsOf(made) === out;
      const else_branch = p.branch(() => (same ? unary(p, 'Tanh', made) : layer(p, made, out)));
      const [name] = p.node('If', [cond], {
        then_branch: { graph: then_branch },
        else_branch: { graph: else_branch },
      });
      const merged: Value = { ...layerShape(made, out), name: name! };
      return layer(p, merged, some(p));
    },
  },
  {
    label: 'If/passing through',
    fits: (x) => !x.open.slice(1).some(Boolean),
    append: (p, x) => {
      const made = layer(p, x, some(p));
      const cond = p.input({ type: 'bool', shape: [] }, { type: 'bool', shape: [] });
      const then_branch = p.branch(() => unary(p, 'Sigmoid', made));
      const else_branch = p.branch(() => unary(p, 'Tanh', made));
      const [name] = p.node('If', [cond], {
        then_branch: { graph: then_branch },
        else_branch: { graph: else_branch },
      });
      return layer(p, { ...made, name: name! }, some(p));
    },
  },
  {
    label: 'function/activation',
    fits: () => true,
    append: (p, x) => {
      p.define('own::Swish', {
        inputs: ['x'],
        outputs: ['y'],
        nodes: [
          ['Sigmoid', ['x'], ['s']],
          ['Mul', ['x', 's'], ['y']],
        ],
      });
      const made = layer(p, x, some(p));
      return layer(p, { ...made, name: p.node('own::Swish', [made.name])[0]! }, some(p));
    },
  },
  {
    label: 'function/layer',
    fits: (x) => isSequence(x) || isVector(x),
    append: (p, x) => {
      p.define('own::Linear', {
        inputs: ['x', 'w', 'b'],
        outputs: ['y'],
        nodes: [
          ['MatMul', ['x', 'w'], ['p']],
          ['Add', ['p', 'b'], ['s']],
          ['Relu', ['s'], ['y']],
        ],
      });
      const call = (from: Value, out: number): Value => {
        const into = channelsOf(from);
        const [name] = p.node('own::Linear', [
          from.name,
          kernel(p, [into, out], into, 1),
          p.tensor([out]).name,
        ]);
        return { ...from, name: name!, shape: [...from.shape.slice(0, -1), out] };
      };
      return call(call(x, some(p)), some(p));
    },
  },
];

/** `QuantizeLinear` and `DequantizeLinear`, with a step that makes every value a sum of powers of two. */
function requantised(p: Program, x: Value): Value {
  const step = p.tensor([], [2 ** -4]).name;
  const zero = p.tensor([], [0], 'int8').name;
  const [bytes] = p.node('QuantizeLinear', [x.name, step, zero]);
  return { ...x, name: p.node('DequantizeLinear', [bytes!, step, zero])[0]! };
}

/** Small integers times a power of two: no sum of their products is rounded, in whatever order it is taken. */
function exactKernel(p: Program, shape: readonly number[], perChannel: boolean): string {
  const integers = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => p.random.between(-15, 15));
  const channels = perChannel ? [shape[0]!] : [];
  const scales = Array.from({ length: channels[0] ?? 1 }, () => 2 ** -p.random.between(4, 5));
  const zeros = Array.from({ length: channels[0] ?? 1 }, () => p.random.between(-2, 2));
  const inputs = [
    p.tensor(shape, integers, 'int8').name,
    p.tensor(channels, scales).name,
    p.tensor(channels, zeros, 'int8').name,
  ];
  return p.node('DequantizeLinear', inputs, perChannel ? { axis: 0 } : {})[0]!;
}

/**
 * A model that was quantised whole. Everything in it is exact, so that no rounding to the nearest step can depend on
 * the order of a sum.
 */
const quantised: Block = {
  label: 'QDQ',
  fits: (x) => isImage(x) && x.shape.length === 4,
  append: (p, x) => {
    const perChannel = p.random.chance(0.5);
    const shape = [x.shape[0]!, 3, x.shape[2]!, x.shape[3]!];
    const name = p.input({ shape }, { type: 'float32', shape, grain: 2 ** -4 });
    let value: Value = requantised(p, { ...x, name, shape, open: shape.map(() => false) });
    for (let i = 0; i < 3; i += 1) {
      const out = p.random.between(3, 8);
      const into = value.shape[1]!;
      const bias = p.tensor(
        [out],
        Array.from({ length: out }, () => p.random.between(-16, 16) / 64),
      ).name;
      const [made] = p.node('Conv', [value.name, exactKernel(p, [out, into, 1, 1], perChannel), bias]);
      const rectified = p.random.chance(0.5) ? p.node('Relu', [made!])[0]! : made!;
      value = requantised(p, { ...value, name: rectified, shape: [shape[0]!, out, shape[2]!, shape[3]!] });
    }
    return value;
  },
};

const layerShape = (x: Value, out: number): Value => ({
  ...x,
  shape: x.shape.map((edge, axis) => (axis === x.channels ? out : edge)),
});

/** Two inputs of the net through the same weights, and what they differ in. */
const siamese: Block = {
  label: 'siamese',
  fits: (x) => isSequence(x) || isVector(x),
  append: (p, x) => {
    const into = channelsOf(x);
    const [hidden, out] = [some(p), some(p)];
    const [first, second] = [kernel(p, [into, hidden], into, 1), kernel(p, [hidden, out], hidden, 1)];
    const [left, right] = [x, unary(p, 'Tanh', x)].map((each) =>
      linear(p, unary(p, 'Relu', linear(p, each, hidden, first)), out, second),
    );
    return binary(p, 'Sub', left!, right!);
  },
};

/** A weight that one layer reads as it is and another turned round. */
const autoencoder: Block = {
  label: 'tied through Transpose',
  fits: (x) => isSequence(x) || isVector(x),
  append: (p, x) => {
    const made = layer(p, x, some(p));
    const [into, hidden] = [channelsOf(made), some(p)];
    const w = kernel(p, [into, hidden], into, 1);
    const coded = unary(p, 'Tanh', linear(p, made, hidden, w));
    const decoded = linear(p, coded, into, p.node('Transpose', [w], { perm: [1, 0] })[0]!);
    return layer(p, decoded, some(p));
  },
};

/** Rows in another order, for the batch: no channel is touched. */
const reordered: Block = {
  label: 'Gather/batch',
  fits: (x) => !x.open[0] && x.shape[0]! > 1,
  append: (p, x) => gather(p, layer(p, x, some(p)), 0, p.random.shuffled(x.shape[0] === 2 ? [0, 1] : [0])),
};

/** Dropout, Identity and Cast between layers. */
const transparent: Block = {
  label: 'passing through',
  fits: () => true,
  append: (p, x) => {
    let value = layer(p, x, some(p));
    for (const op of p.random.shuffled(['Identity', 'Dropout', 'Cast'])) {
      if (op === 'Dropout') value = unary(p, op, value, {}, [p.tensor([], [0.3]).name]);
      else value = unary(p, op, value, op === 'Cast' ? { to: 1 } : {});
    }
    return layer(p, unary(p, 'LeakyRelu', value, { alpha: float(0.1) }), some(p));
  },
};

export const otherBlocks: readonly Block[] = [
  ...control,
  quantised,
  siamese,
  autoencoder,
  reordered,
  transparent,
];
