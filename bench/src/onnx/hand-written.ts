import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import type { Network } from './networks.js';

/** A step graph as somebody would write it who knows ONNX Runtime, and how to feed it. */
export interface HandWritten {
  readonly model: Uint8Array;
  /** Inputs that carry state, and the outputs that give their next values. */
  readonly state: readonly {
    readonly input: string;
    readonly output: string;
    readonly shape: readonly number[];
  }[];
}

/**
 * A perceptron's step in as few nodes as Adam takes, all corrections on scalars: `rate` is `lr·√c2 / c1`, `bound` is
 * `epsilon·√c2`. With masks, kernels and their slots are multiplied by float32 masks, which is the shortest way
 * there is and would let NaN through.
 */
export function handWrittenStep({ weights, xShape, batch, classes }: Network, masked: boolean): HandWritten {
  const nodes: NodeParts[] = [];
  const layers = weights.length / 2;
  let count = 0;
  const add = (op: string, inputs: readonly string[], attributes = {}, name = `v${count++}`): string => {
    nodes.push([op, inputs, [name], attributes]);
    return name;
  };
  const hidden: string[] = ['x'];
  const kernels = Array.from({ length: layers }, (_, i) =>
    masked ? add('Mul', [`k${i}`, `mask:k${i}`]) : `k${i}`,
  );
  for (let i = 0; i < layers; i += 1) {
    const sum = add('Gemm', [hidden[i]!, kernels[i]!, `b${i}`]);
    hidden.push(i + 1 < layers ? add('Relu', [sum]) : sum);
  }
  const centred = add('Sub', [
    hidden[layers]!,
    add('ReduceMax', [hidden[layers]!], { axes: [1], keepdims: 1 }),
  ]);
  const powers = add('Exp', [centred]);
  const sums = add('ReduceSum', [powers, 'last'], { keepdims: 1 });
  const likely = add('Mul', [add('Sub', [centred, add('Log', [sums])]), 'y']);
  add('Mul', [add('ReduceSum', [likely], { keepdims: 0 }), 'minusShare'], {}, 'loss');
  let g = add('Mul', [add('Sub', [add('Div', [powers, sums]), 'y']), 'share']);
  const gradients = new Map<string, string>();
  for (let i = layers - 1; i >= 0; i -= 1) {
    gradients.set(`k${i}`, add('Gemm', [hidden[i]!, g], { transA: 1 }));
    gradients.set(`b${i}`, add('ReduceSum', [g, 'first'], { keepdims: 0 }));
    if (i === 0) break;
    const open = add('Cast', [add('Greater', [hidden[i]!, 'zero'])], { to: 1 });
    g = add('Mul', [add('Gemm', [g, kernels[i]!], { transB: 1 }), open]);
  }
  const state = weights.flatMap(({ name, shape }) => {
    const mask = masked && name.startsWith('k') ? `mask:${name}` : undefined;
    const clean = (value: string) => (mask ? add('Mul', [value, mask]) : value);
    const gradient = gradients.get(name)!;
    const m = clean(add('Add', [add('Mul', [`m:${name}`, 'beta1']), add('Mul', [gradient, 'rest1'])]));
    const square = add('Mul', [gradient, gradient]);
    const v = clean(add('Add', [add('Mul', [`v:${name}`, 'beta2']), add('Mul', [square, 'rest2'])]));
    const change = add('Mul', [add('Div', [m, add('Add', [add('Sqrt', [v]), 'bound'])]), 'rate']);
    const weight = mask ? kernels[Number(name.slice(1))]! : name;
    const next = add('Sub', [weight, change]);
    return [
      { input: name, output: next, shape },
      { input: `m:${name}`, output: m, shape },
      { input: `v:${name}`, output: v, shape },
    ];
  });
  const scalar = (value: number) => ({ shape: [], data: [value] });
  const model = buildModel({
    inputs: {
      x: xShape,
      y: [batch, classes],
      rate: [],
      bound: [],
      ...Object.fromEntries(state.map(({ input, shape }) => [input, shape])),
      ...(masked
        ? Object.fromEntries(
            weights
              .filter(({ name }) => name.startsWith('k'))
              .map(({ name, shape }) => [`mask:${name}`, shape]),
          )
        : {}),
    },
    tensors: {
      zero: scalar(0),
      share: scalar(1 / batch),
      minusShare: scalar(-1 / batch),
      beta1: scalar(0.9),
      rest1: scalar(0.1),
      beta2: scalar(0.999),
      rest2: scalar(0.001),
    },
    nodes: [
      ['Constant', [], ['last'], { value_ints: [1] }],
      ['Constant', [], ['first'], { value_ints: [0] }],
      ...nodes,
    ],
    outputs: ['loss', ...state.map(({ output }) => output)],
  });
  return { model, state };
}
