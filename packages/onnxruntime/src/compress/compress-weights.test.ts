import { findWeights, quantizeOnnx } from '@synaprune/onnx';
import { buildModel, float, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { compareOnnx, compressOnnx } from '../index.js';
import { elementsIn, numbers, randomParts } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

/** Inputs whose elements depend on each other, as those of real layers do. */
function correlated(count: number, seed: number): Float32Array {
  const noise = numbers(count, seed);
  return noise.map((value, i) => 0.3 * value + Math.sin(i * 0.7 + seed) + 0.5 * (noise[i - 1] ?? 0));
}

interface Case {
  readonly input: readonly (number | string)[];
  readonly tensors: Readonly<Record<string, TensorParts>>;
  readonly nodes: readonly NodeParts[];
}

const cases: Readonly<Record<string, Case>> = {
  'a convolution of groups, strides, dilations and pads': {
    input: [1, 4, 12, 12],
    tensors: { w: randomParts([6, 2, 3, 3], 1), b: randomParts([6], 2) },
    nodes: [
      ['Conv', ['x', 'w', 'b'], ['y'], { group: 2, strides: [2, 1], dilations: [1, 2], pads: [1, 2, 1, 2] }],
    ],
  },
  'a convolution with auto_pad': {
    input: [1, 4, 11, 9],
    tensors: { w: randomParts([6, 4, 3, 2], 1) },
    nodes: [['Conv', ['x', 'w'], ['y'], { strides: [2, 2], auto_pad: 'SAME_LOWER' }]],
  },
  'a convolution of one axis before a normalisation': {
    input: [1, 4, 40],
    tensors: {
      w: randomParts([6, 4, 5], 1),
      ...{ scale: randomParts([6], 2), shift: randomParts([6], 3), mean: randomParts([6], 4) },
      variance: { shape: [6], data: [1, 2, 3, 1, 2, 3] },
    },
    nodes: [
      ['Conv', ['x', 'w'], ['h']],
      ['BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], ['y']],
    ],
  },
  'Gemm with alpha, beta and a turned weight': {
    input: [30, 12],
    tensors: { w: randomParts([8, 12], 1), b: randomParts([8], 2) },
    nodes: [['Gemm', ['x', 'w', 'b'], ['y'], { transB: 1, alpha: float(0.5), beta: float(2) }]],
  },
  'Gemm with a turned value': {
    input: [12, 30],
    tensors: { w: randomParts([12, 8], 1) },
    nodes: [['Gemm', ['x', 'w'], ['y'], { transA: 1 }]],
  },
  'MatMul with the weight on the right, and an Add': {
    input: [2, 15, 12],
    tensors: { w: randomParts([12, 8], 1), b: randomParts([8], 2) },
    nodes: [
      ['MatMul', ['x', 'w'], ['h']],
      ['Add', ['b', 'h'], ['y']],
    ],
  },
  'MatMul with the weight on the left': {
    input: [2, 12, 15],
    tensors: { w: randomParts([8, 12], 1) },
    nodes: [['MatMul', ['w', 'x'], ['y']]],
  },
  'MatMul of a weight that a Transpose turns': {
    input: [30, 12],
    tensors: { w: randomParts([8, 12], 1) },
    nodes: [
      ['Transpose', ['w'], ['t']],
      ['MatMul', ['x', 't'], ['y']],
    ],
  },
  'MatMul of several matrices': {
    input: [3, 20, 12],
    tensors: { w: randomParts([3, 12, 8], 1) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
  },
  FusedMatMul: {
    input: [30, 12],
    tensors: { w: randomParts([8, 12], 1) },
    nodes: [['com.microsoft::FusedMatMul', ['x', 'w'], ['y'], { transB: 1, alpha: float(3) }]],
  },
  'packed attention weights': {
    input: [2, 10, 12],
    tensors: { w: randomParts([12, 24], 1), b: randomParts([24], 2) },
    nodes: [['com.microsoft::Attention', ['x', 'w', 'b'], ['y'], { num_heads: 2 }]],
  },
  'the matrices of an LSTM of both directions': {
    input: [10, 3, 8],
    tensors: { w: randomParts([2, 16, 8], 1), r: randomParts([2, 16, 4], 2), b: randomParts([2, 32], 3) },
    nodes: [['LSTM', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 4, direction: 'bidirectional' }]],
  },
  'the matrices of a GRU that runs backwards': {
    input: [10, 3, 8],
    tensors: { w: randomParts([1, 12, 8], 1), r: randomParts([1, 12, 4], 2), b: randomParts([1, 24], 3) },
    nodes: [['GRU', ['x', 'w', 'r', 'b'], ['y'], { hidden_size: 4, direction: 'reverse' }]],
  },
};

async function compress(model: Uint8Array, shape: readonly number[], options: object = {}) {
  const { ort } = await useNode();
  const size = elementsIn(shape);
  const inputs = [1, 2, 3, 4, 5].map((seed) => ({ x: { data: correlated(size, seed), dims: shape } }));
  return compressOnnx({ ort, model, inputs, keep: 0.5, unit: 'weight', distribution: 'uniform', ...options });
}

describe('what stays is refitted to give what the dense layer gave', () => {
  it.each(Object.entries(cases))('%s', async (_, { input, tensors, nodes }) => {
    const model = buildModel({ inputs: { x: input }, tensors, nodes, outputs: ['y'], opset: 14 });
    const dense = model.slice();
    const select = { minElements: 1 };
    const refitted = await compress(model, input as number[], { select });
    const masked = await compress(model, input as number[], { select, refit: false });
    expect(model).toEqual(dense);
    expect(refitted.report.notices.map(({ code }) => code).filter((code) => code === 'left-dense')).toEqual(
      [],
    );
    for (const { elements, kept, error } of refitted.report.layers) {
      expect(kept).toBe(elements / 2);
      expect(error!.after).toBeLessThan(error!.before);
    }
    expect(refitted.report.layers.length).toBeGreaterThan(0);
    expect(refitted.report.agreement).toBeGreaterThan(masked.report.agreement);
  });
});

/** Two layers, and what is in between. */
const two = (between: readonly NodeParts[] = [['Relu', ['h'], ['a']]]) =>
  buildModel({
    inputs: { x: ['batch', 12] },
    tensors: { first: randomParts([12, 16], 1), second: randomParts([16, 8], 2) },
    nodes: [['MatMul', ['x', 'first'], ['h']], ...between, ['MatMul', ['a', 'second'], ['y']]],
    outputs: ['y'],
  });

it('refits a layer to inputs that the layers before it no longer give as they did', async () => {
  const { report, model } = await compress(two(), [40, 12]);
  expect(report.layers.map(({ name }) => name)).toEqual(['first', 'second']);
  expect(report.removed).toEqual({ elements: 160, of: 320 });
  expect(findWeights(model).map(({ zeros }) => zeros)).toEqual([96, 64]);
  expect(report.samples).toEqual({ calibration: 4, heldBack: 1 });
  expect(report.before.bytes).toBe(report.after.bytes);
});

it('loses nothing where what goes is a combination of what stays', async () => {
  // The second half of the inputs is the first half again.
  const { ort } = await useNode();
  const model = buildModel({
    inputs: { x: ['batch', 8] },
    tensors: { w: randomParts([16, 6], 1) },
    nodes: [
      ['Concat', ['x', 'x'], ['h'], { axis: 1 }],
      ['MatMul', ['h', 'w'], ['y']],
    ],
    outputs: ['y'],
  });
  const inputs = [1, 2, 3].map((seed) => ({ x: { data: numbers(8 * 40, seed), dims: [40, 8] } }));
  const { report } = await compressOnnx({
    ...{ ort, model, inputs, unit: 'weight', select: { minElements: 1 }, damping: 1e-7 },
    keep: 15 / 16,
  });
  expect(report.removed.elements).toBe(6);
  expect(report.layers[0]!.error!.after).toBeLessThan(1e-6);
  expect(report.agreement).toBeGreaterThan(1 - 1e-6);
});

it('keeps of small matrices more than of large ones, and of all together what was asked for', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 64] },
    tensors: { wide: randomParts([64, 64], 1), narrow: randomParts([64, 4], 2) },
    nodes: [
      ['MatMul', ['x', 'wide'], ['h']],
      ['MatMul', ['h', 'narrow'], ['y']],
    ],
    outputs: ['y'],
  });
  const { report } = await compress(model, [80, 64], { distribution: 'erk', select: { minElements: 1 } });
  const [wide, narrow] = report.layers.map(({ kept, elements }) => kept / elements);
  expect(narrow).toBe(1);
  expect(wide).toBeLessThan(0.5);
  expect(Math.abs(report.removed.elements - report.removed.of / 2)).toBeLessThan(2);
});

describe('what cannot be captured stays dense, with a notice that says why', () => {
  const kept = async (model: Uint8Array) => {
    const { report } = await compress(model, [40, 12], { select: { minElements: 1 } });
    expect(report.held.map(({ name }) => name)).toEqual(
      report.notices.filter(({ code }) => code === 'left-dense').map(({ weights }) => weights![0]),
    );
    return report.held.map(({ name, heldBy }) => `${name}: ${heldBy}`);
  };

  it('a weight of a branch', async () => {
    const branch = (name: string) => ({
      graph: {
        tensors: { [name]: randomParts([8, 8], 3) },
        nodes: [['MatMul', ['h', name], [`${name} out`]]] as NodeParts[],
        outputs: [`${name} out`],
      },
    });
    const model = buildModel({
      inputs: { x: ['batch', 12] },
      tensors: { first: randomParts([12, 8], 1), yes: { type: 'bool', shape: [], data: [1] } },
      nodes: [
        ['MatMul', ['x', 'first'], ['h']],
        ['If', ['yes'], ['y'], { then_branch: branch('left'), else_branch: branch('right') }],
      ],
      outputs: ['y'],
    });
    expect(await kept(model)).toEqual([
      'left: it lies in a graph inside a node, or in a function',
      'right: it lies in a graph inside a node, or in a function',
    ]);
  });

  it('a weight that layers one after the other share, and one of an operator that is not known', async () => {
    const model = buildModel({
      inputs: { x: ['batch', 12] },
      tensors: {
        own: randomParts([12, 12], 1),
        tied: randomParts([12, 12], 2),
        sum: randomParts([12, 12], 3),
      },
      nodes: [
        ['MatMul', ['x', 'own'], ['a']],
        ['MatMul', ['a', 'tied'], ['b']],
        ['MatMul', ['b', 'tied'], ['c']],
        ['Einsum', ['c', 'sum'], ['y'], { equation: 'ij,jk->ik' }],
      ],
      outputs: ['y'],
    });
    expect(await kept(model)).toEqual([
      'tied: layers that come one after the other share it',
      'sum: what node "einsum3" (Einsum) reads is not captured',
    ]);
  });
});

it('refits a weight that layers side by side share, to all that they read', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 12] },
    tensors: { tied: randomParts([12, 12], 2) },
    nodes: [
      ['Tanh', ['x'], ['t']],
      ['MatMul', ['x', 'tied'], ['a']],
      ['MatMul', ['t', 'tied'], ['b']],
      ['Add', ['a', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  const { report } = await compress(model, [40, 12], { select: { minElements: 1 } });
  const { error } = report.layers[0]!;
  expect(error!.after).toBeLessThan(error!.before);
});

describe('in 8 bits as well', () => {
  it.each(Object.entries(cases))(
    '%s: zeros stay zeros, and what is left is refitted',
    async (_, { input, tensors, nodes }) => {
      const model = buildModel({ inputs: { x: input }, tensors, nodes, outputs: ['y'], opset: 14 });
      const options = { select: { minElements: 1 }, keep: 0.5, quantize: 'int8' } as const;
      const { model: small, report } = await compress(model, input.map(Number), options);
      const codes = findWeights(small, { select: { minElements: 1 } }).filter(({ quantised }) => quantised);
      expect(report.quantized!.weights.map(({ name }) => `${name}_quantized`)).toEqual(
        codes.map(({ name }) => name),
      );
      for (const { name, elements, kept, error } of report.layers) {
        const { zeros } = codes.find((each) => each.name === `${name}_quantized`)!;
        expect(zeros).toBe(elements - kept);
        expect(error!.after).toBeLessThan(error!.before);
      }
    },
  );

  it('comes nearer than by rounding the refitted weights', async () => {
    const coarse = { select: { minElements: 1 }, keep: 0.6 };
    const { model } = await compress(two(), [40, 12], coarse);
    const { report } = await compress(two(), [40, 12], { ...coarse, quantize: 'int8' });
    const { ort } = await useNode();
    const inputs = [{ x: { data: correlated(480, 9), dims: [40, 12] } }];
    const rounded = await compareOnnx({ ort, before: two(), after: quantizeOnnx(model).model, inputs });
    expect(report.agreement).toBeGreaterThan(rounded.agreement - 0.01);
    expect(report.agreement).toBeGreaterThan(0.8);
  });
});

describe('what does not fit is told before anything runs', () => {
  const cases: readonly (readonly [string, object, string | RegExp])[] = [
    ['an unknown option', { sparsity: 0.5 }, 'it is keep, the fraction that stays'],
    ['a signal that is none', { signal: {} }, 'compressOnnx needs signal to be an AbortSignal, got'],
    ['progress told to nobody', { onProgress: 'log' }, 'compressOnnx needs onProgress to be a function'],
    ['a metric that is none', { metric: 'cer' }, 'needs metric to be a function of two answers'],
    ['keep out of range', { keep: 1.5 }, 'compressOnnx needs `keep` in [0, 1], got 1.5'],
    ['a distribution that leaves weights out', { distribution: { first: 0.5 } }, '"second"'],
    ['no model', { model: 'model.onnx' }, 'compressOnnx needs model to be the bytes of a model'],
    [
      'a sample of another shape',
      { inputs: [{ x: { data: new Float32Array(11), dims: [1, 11] } }] },
      'sample 0: input "x"',
    ],
    ['NaN', { inputs: [{ x: { data: new Float32Array(12).fill(Number.NaN), dims: [1, 12] } }] }, 'got NaN'],
  ];
  it.each(cases)('%s', async (_, options, message) => {
    await expect(compress(two(), [4, 12], options)).rejects.toThrow(message);
  });

  it('activations that are no numbers, by the layer that reads them', async () => {
    const model = two([['Log', ['h'], ['a']]]);
    await expect(compress(model, [4, 12])).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('"second"'),
    });
  });
});

it('makes do with noise, and says so', async () => {
  const { ort } = await useNode();
  const { report } = await compressOnnx({ ort, model: two(), keep: 0.5, unit: 'weight' });
  expect(report.notices[0]!.code).toBe('noise-inputs');
  expect(report.samples).toEqual({ calibration: 32, heldBack: 8 });
});

it('ends when it is told to, and tells how far it is', async () => {
  const layers: (string | undefined)[] = [];
  const controller = new AbortController();
  const onProgress = ({ layer }: { readonly layer?: string }) => {
    layers.push(layer);
    controller.abort(new Error('enough'));
  };
  await expect(compress(two(), [40, 12], { onProgress, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
  expect(layers).toEqual(['first']);
});

it('leaves N of M of every weight, however small another one is', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 12] },
    tensors: { small: randomParts([12, 8], 1), large: randomParts([8, 64], 2) },
    nodes: [
      ['MatMul', ['x', 'small'], ['h']],
      ['MatMul', ['h', 'large'], ['y']],
    ],
    outputs: ['y'],
  });
  const pattern = { kind: 'n:m', keep: 2, of: 4, axis: 1 } as const;
  const options = { select: { minElements: 1 }, pattern, distribution: undefined };
  const { report } = await compress(model, [40, 12], options);
  expect(report.layers.map(({ kept }) => kept)).toEqual([48, 256]);
});
