import type { ModelParts, NodeParts, TensorParts } from '@synaprune/onnx/graph';
import { createRandom, type Random } from './generate/random.js';

/** The shape of what {@link wholeNumberGraph} is fed. */
export const wholeNumberInput: readonly number[] = [1, 3, 4, 4];

/**
 * A network of pictures whose sums are exact in float32, whatever their order: weights are whole numbers, values stay
 * small, and scales are powers of two. Rows, columns, scales and shifts are zero at random. Convolutions (plain,
 * grouped, depthwise, transposed), batch normalisation, activations, residual sums, concats, gates, pools and products.
 */
export function wholeNumberGraph(seed: number): ModelParts {
  const random = createRandom(seed, 21);
  const tensors: Record<string, TensorParts> = {};
  const nodes: NodeParts[] = [];
  let count = 0;
  const tensor = (shape: readonly number[], element: (index: number) => number) => {
    const name = `t${count++}`;
    tensors[name] = {
      shape,
      data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => element(i)),
    };
    return name;
  };
  const node = (op: string, inputs: readonly string[], attributes: NodeParts[3] = {}) => {
    const name = `v${count++}`;
    nodes.push([op, inputs, [name], attributes]);
    return name;
  };
  const p: Building = { random, tensor, node };
  let pool: Picture[] = [{ name: 'x', channels: 3, edge: 4 }];
  for (let step = 0; step < random.between(2, 7); step += 1) {
    const x = random.chance(0.7) ? pool.at(-1)! : random.pick(pool);
    pool = [...pool, random.pick(steps)(p, x, pool)];
  }
  const flat = node('Flatten', [pool.at(-1)!.name]);
  const { channels, edge } = pool.at(-1)!;
  const width = channels * edge * edge;
  const hidden = random.between(2, 6);
  const first = node('Gemm', [flat, weight(p, [width, hidden]), vector(p, hidden)], {
    beta: { float: random.pick([1, 2]) },
  });
  const product = node('MatMul', [clipped(p, first), weight(p, [hidden, 3])]);
  const y = random.chance(0.5) ? product : node('Add', [product, vector(p, 3)]);
  return { inputs: { x: wholeNumberInput }, tensors, nodes, outputs: [y], opset: 17 };
}

interface Picture {
  readonly name: string;
  readonly channels: number;
  readonly edge: number;
}

interface Building {
  readonly random: Random;
  tensor(shape: readonly number[], element: (index: number) => number): string;
  node(op: string, inputs: readonly string[], attributes?: NodeParts[3]): string;
}

/** -1, 0 and 1, with whole rows and columns of zeros. */
function weight({ random, tensor }: Building, shape: readonly number[]): string {
  const gone = [0, 1].map((axis) => {
    const chance = random.pick([0, 0.4, 0.7]);
    return Array.from({ length: shape[axis]! }, () => random.chance(chance));
  });
  const inner = shape.slice(2).reduce((a, b) => a * b, 1);
  return tensor(shape, (index) => {
    const [row, column] = [Math.floor(index / inner / shape[1]!), Math.floor(index / inner) % shape[1]!];
    return gone[0]![row] || gone[1]![column] ? 0 : random.between(-1, 1);
  });
}

function vector({ random, tensor }: Building, length: number): string {
  const chance = random.pick([0.2, 0.6, 1]);
  return tensor([length], () => (random.chance(chance) ? 0 : random.between(-3, 3)));
}

/** Values that stay small, some of them 0. */
function clipped(p: Building, x: string): string {
  const low = p.tensor([], () => p.random.pick([-4, 0]));
  return p.node('Clip', [x, low, p.tensor([], () => 4)]);
}

function conv(p: Building, x: Picture, channels: number, groups = 1): Picture {
  const { random } = p;
  const size = random.pick([1, 1, 3]);
  const pad = size === 3 && (x.edge < 3 || random.chance(0.7)) ? 1 : 0;
  const bias = random.chance(0.6) ? [vector(p, channels)] : [];
  const name = p.node('Conv', [x.name, weight(p, [channels, x.channels / groups, size, size]), ...bias], {
    pads: [pad, pad, pad, pad],
    group: groups,
  });
  return { name, channels, edge: x.edge + 2 * pad - size + 1 };
}

const act = (p: Building, x: Picture): Picture => ({
  ...x,
  name: p.random.chance(0.5)
    ? clipped(p, x.name)
    : p.node(p.random.pick(['Relu', 'Abs', 'Neg']), [clipped(p, x.name)]),
});

const few = (p: Building) => p.random.between(2, 6);

const steps: readonly ((p: Building, x: Picture, pool: readonly Picture[]) => Picture)[] = [
  (p, x) => act(p, conv(p, x, few(p))),
  (p, x) => act(p, conv(p, act(p, conv(p, x, few(p))), few(p))),
  // Depthwise, between two that mix.
  (p, x) => {
    const wide = act(p, conv(p, x, few(p)));
    return act(p, conv(p, act(p, conv(p, wide, wide.channels, wide.channels)), few(p)));
  },
  (p, x) => {
    const wide = act(p, conv(p, x, 2 * few(p)));
    return act(p, conv(p, wide, 2 * p.random.between(1, 3), 2));
  },
  (p, x) => {
    const channels = few(p);
    const name = p.node('ConvTranspose', [
      x.name,
      weight(p, [x.channels, channels, 1, 1]),
      vector(p, channels),
    ]);
    return act(p, { ...x, name, channels });
  },
  // Variances of 1, 4 and 1/4, means and shifts of whole numbers.
  (p, x) => {
    const { name, channels, edge } = conv(p, x, few(p));
    const scale = p.tensor([channels], () => p.random.pick([0, 1, -1, 2]));
    const variance = p.tensor([channels], () => p.random.pick([1, 4, 0.25]));
    const parts = [name, scale, vector(p, channels), vector(p, channels), variance];
    return act(p, { name: p.node('BatchNormalization', parts, { epsilon: { float: 0 } }), channels, edge });
  },
  (p, x, pool) => {
    const like = pool.filter(({ edge }) => edge === x.edge);
    const other = p.random.pick(like);
    const branch = conv(p, x, other.channels);
    if (branch.edge !== other.edge) return act(p, branch);
    return act(p, { ...other, name: p.node('Add', p.random.shuffled([branch.name, other.name])) });
  },
  (p, x, pool) => {
    const parts = p.random.shuffled(pool.filter(({ edge }) => edge === x.edge)).slice(0, 3);
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    const name = p.node(
      'Concat',
      parts.map((part) => part.name),
      { axis: 1 },
    );
    return act(p, conv(p, { name, channels, edge: x.edge }, few(p)));
  },
  // A gate of eighths between 0 and 1.
  (p, x) => {
    const wide = act(p, conv(p, x, few(p)));
    const mean = p.node('GlobalMaxPool', [wide.name]);
    const squeezed = act(p, conv1(p, { name: mean, channels: wide.channels, edge: 1 }, few(p)));
    const gate = conv1(p, squeezed, wide.channels);
    const open = p.node('HardSigmoid', [gate.name], { alpha: { float: 0.125 }, beta: { float: 0.5 } });
    return act(p, conv(p, { ...wide, name: p.node('Mul', [wide.name, open]) }, few(p)));
  },
  (p, x) => {
    if (x.edge < 2) return act(p, conv(p, x, few(p)));
    const op = p.random.pick(['MaxPool', 'AveragePool']);
    const name = p.node(op, [act(p, conv1(p, x, x.channels)).name], {
      kernel_shape: [2, 2],
      strides: [1, 1],
    });
    return act(p, conv1(p, { ...x, name, edge: x.edge - 1 }, few(p)));
  },
  (p, x) => {
    const parts = act(p, conv1(p, x, 2 * few(p)));
    const half = parts.channels / 2;
    const shape = (...edges: number[]) =>
      p.node('Constant', [], { value: { tensor: { type: 'int64', shape: [edges.length], data: edges } } });
    const apart = p.node('Reshape', [parts.name, shape(1, 2, half, x.edge, x.edge)]);
    const turned = p.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] });
    const together = p.node('Reshape', [turned, shape(1, parts.channels, x.edge, x.edge)]);
    return act(p, conv1(p, { ...parts, name: together }, few(p)));
  },
];

/** A convolution of single pixels. */
function conv1(p: Building, x: Picture, channels: number): Picture {
  const bias = p.random.chance(0.6) ? [vector(p, channels)] : [];
  return { ...x, channels, name: p.node('Conv', [x.name, weight(p, [channels, x.channels, 1, 1]), ...bias]) };
}
