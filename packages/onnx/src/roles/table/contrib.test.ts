import { beforeAll, describe, expect, it } from 'vitest';
import { findWeights, pruneOnnx, tensorFromFloat32 } from '../../index.js';
import { loadRuntime, type Runtime } from '../../testing/runtime.js';
import { integerAttribute, kernel, modelOf, rawTensor, value } from '../../testing/small-models.js';

let ort: Runtime;
beforeAll(async () => {
  ort = await loadRuntime();
});

const FLOAT = 1;
const UINT8 = 2;
const zeroPoint = (name: string, at: number) => rawTensor(name, UINT8, [], Uint8Array.of(at));
const scalar = (name: string, is: number) => tensorFromFloat32(name, Float32Array.of(is), []);
/** Bytes around a zero point, hardly any of them it. */
const bytes = (name: string, dims: readonly number[]) =>
  rawTensor(
    name,
    UINT8,
    dims,
    Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37 + 11) % 256),
  );
const microsoft = (opType: string, input: string[], attribute: object[] = []) => ({
  domain: 'com.microsoft',
  opType,
  input,
  output: ['y'],
  attribute: attribute as never[],
});

/** Models whose output is nothing when the kernel is nothing. */
const models: Record<string, { bytes: Uint8Array; x: readonly number[]; kernels?: readonly string[] }> = {
  TransposeMatMul: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [kernel('w')],
      node: [microsoft('TransposeMatMul', ['x', 'w'])],
    }),
  },
  CausalConvWithState: {
    x: [1, 4, 6],
    bytes: modelOf({
      input: [value('x', [1, 4, 6])],
      output: [value('y', [1, 4, 6])],
      initializer: [kernel('w', [4, 1, 3])],
      node: [{ ...microsoft('CausalConvWithState', ['x', 'w']), output: ['y', 'state'] }],
    }),
  },
  MoE: {
    x: [3, 8],
    kernels: ['w', 'v'],
    bytes: modelOf({
      input: [value('x', [3, 8])],
      output: [value('y', [3, 8])],
      initializer: [
        tensorFromFloat32('router', Float32Array.of(0.5, 1, 1, 0.5, 0.5, 1), [3, 2]),
        kernel('w', [2, 16, 8]),
        kernel('v', [2, 8, 16]),
      ],
      node: [
        microsoft(
          'MoE',
          ['x', 'router', 'w', '', 'v'],
          [integerAttribute('k', 1), { name: 'activation_type', type: 3, s: Buffer.from('identity') }],
        ),
      ],
    }),
  },
  FusedMatMul: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [kernel('w')],
      node: [microsoft('FusedMatMul', ['x', 'w'])],
    }),
  },
  FusedGemm: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [kernel('w')],
      node: [microsoft('FusedGemm', ['x', 'w'], [{ name: 'activation', type: 3, s: Buffer.from('Relu') }])],
    }),
  },
  FusedConv: {
    x: [1, 2, 5, 5],
    bytes: modelOf({
      input: [value('x', [1, 2, 5, 5])],
      output: [value('y', [1, 8, 3, 3])],
      initializer: [kernel('w', [8, 2, 3, 3])],
      node: [microsoft('FusedConv', ['x', 'w'], [{ name: 'activation', type: 3, s: Buffer.from('Relu') }])],
    }),
  },
  Attention: {
    x: [1, 3, 8],
    bytes: modelOf({
      input: [value('x', [1, 3, 8])],
      output: [value('y', [1, 3, 8])],
      initializer: [kernel('w', [8, 24]), tensorFromFloat32('b', new Float32Array(24), [24])],
      node: [microsoft('Attention', ['x', 'w', 'b'], [integerAttribute('num_heads', 2)])],
    }),
  },
  DynamicQuantizeMatMul: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [bytes('w', [8, 16]), scalar('s', 0.02), zeroPoint('z', 130)],
      node: [microsoft('DynamicQuantizeMatMul', ['x', 'w', 's', 'z'])],
    }),
  },
  MatMulIntegerToFloat: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [bytes('w', [8, 16]), scalar('s', 0.02), zeroPoint('z', 130)],
      node: [
        { opType: 'DynamicQuantizeLinear', input: ['x'], output: ['q', 'qs', 'qz'] },
        microsoft('MatMulIntegerToFloat', ['q', 'w', 'qs', 's', 'qz', 'z']),
      ],
    }),
  },
  QAttention: {
    x: [1, 3, 8],
    bytes: modelOf({
      input: [value('x', [1, 3, 8])],
      output: [value('y', [1, 3, 8])],
      initializer: [
        bytes('w', [8, 24]),
        tensorFromFloat32('b', new Float32Array(24), [24]),
        scalar('s', 0.02),
        zeroPoint('z', 130),
      ],
      node: [
        { opType: 'DynamicQuantizeLinear', input: ['x'], output: ['q', 'qs', 'qz'] },
        microsoft(
          'QAttention',
          ['q', 'w', 'b', 'qs', 's', '', 'qz', 'z'],
          [integerAttribute('num_heads', 2)],
        ),
      ],
    }),
  },
  QGemm: {
    x: [1, 8],
    bytes: modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [bytes('w', [16, 8]), scalar('s', 0.02), zeroPoint('z', 130)],
      node: [
        { opType: 'DynamicQuantizeLinear', input: ['x'], output: ['q', 'qs', 'qz'] },
        microsoft('QGemm', ['q', 'qs', 'qz', 'w', 's', 'z'], [integerAttribute('transB', 1)]),
      ],
    }),
  },
};

describe.each(Object.keys(models))('%s', (op) => {
  it('has its kernels, and without them no output, as ONNX Runtime computes it', async () => {
    const { bytes: model, x, kernels = ['w'] } = models[op]!;
    const pruned = findWeights(model).filter((weight) => weight.pruned);
    expect(pruned).toMatchObject(kernels.map((name) => ({ name, role: 'kernel' })));
    const feeds = { x: ort.tensor('float32', x) };
    const before = await ort.run(model, feeds);
    expect(before.y!.some((each) => Math.abs(each) > 1e-3)).toBe(true);
    const { model: emptied, report } = await pruneOnnx(model, { sparsity: 1 });
    const after = await ort.run(emptied, feeds);
    expect(after.y!.every((each) => each === 0)).toBe(true);
    expect(report.notices.map(({ code }) => code)).toEqual(['weight-emptied']);
  });
});

it('knows kernels and recurrent kernels of DynamicQuantizeLSTM by their zero points', async () => {
  const model = modelOf({
    input: [value('x', [2, 1, 4])],
    output: [value('y', [2, 1, 1, 5])],
    initializer: [
      bytes('w', [1, 4, 20]),
      bytes('r', [1, 5, 20]),
      ...['ws', 'rs'].map((name) => tensorFromFloat32(name, Float32Array.of(0.02), [1])),
      ...['wz', 'rz'].map((name) => rawTensor(name, UINT8, [1], Uint8Array.of(130))),
    ],
    node: [
      microsoft(
        'DynamicQuantizeLSTM',
        ['x', 'w', 'r', '', '', '', '', '', 'ws', 'wz', 'rs', 'rz'],
        [integerAttribute('hidden_size', 5)],
      ),
    ],
  });
  expect(findWeights(model).filter(({ pruned }) => pruned)).toMatchObject([
    { name: 'w', role: 'kernel', quantised: true },
    { name: 'r', role: 'recurrent kernel', quantised: true },
  ]);
  const feeds = { x: ort.tensor('float32', [2, 1, 4]) };
  const { y } = await ort.run((await pruneOnnx(model, { sparsity: 1 })).model, feeds);
  // Gates of one half and cells of nothing.
  expect(y!.every((each) => each === 0)).toBe(true);
});

it('says why packed weights cannot be pruned, and tells it', async () => {
  const model = modelOf({
    input: [value('x', [1, 32])],
    output: [value('y', [1, 16])],
    initializer: [
      bytes('packed', [8, 1, 16]),
      tensorFromFloat32('s', new Float32Array(8).fill(1), [8]),
      kernel('w'),
    ],
    node: [
      {
        ...microsoft(
          'MatMulNBits',
          ['x', 'packed', 's'],
          [
            integerAttribute('K', 32),
            integerAttribute('N', 8),
            integerAttribute('bits', 4),
            integerAttribute('block_size', 32),
          ],
        ),
        output: ['h'],
      },
      { opType: 'MatMul', input: ['h', 'w'], output: ['y'] },
    ],
  });
  const [packed] = findWeights(model);
  expect(packed).toMatchObject({
    pruned: false,
    reason:
      'kernel of com.microsoft.MatMulNBits, numbers of a few bits packed in blocks: prune the model before it is quantised',
  });
  const { report } = await pruneOnnx(model, { sparsity: 0.5 });
  expect(report.notices).toMatchObject([{ code: 'packed-weights', weights: ['packed'] }]);
});

it('tells of weights that an optimiser ordered for a machine', async () => {
  const model = modelOf({
    initializer: [kernel('ordered', [8, 8, 3, 3]), kernel('w')],
    node: [
      { domain: 'com.microsoft.nchwc', opType: 'Conv', input: ['x', 'ordered'], output: ['h'] },
      { opType: 'MatMul', input: ['h', 'w'], output: ['y'] },
    ],
  });
  expect(findWeights(model)[0]).toMatchObject({
    pruned: false,
    role: 'kernel',
    reason:
      'kernel of com.microsoft.nchwc.Conv, ordered for one kind of machine: prune the model before it is optimised',
  });
  const { report } = await pruneOnnx(model, { sparsity: 0.5 });
  expect(report.notices).toMatchObject([{ code: 'machine-layout', weights: ['ordered'] }]);
});

it('leaves operators of other domains alone, whatever their names are', () => {
  const model = modelOf({
    initializer: [kernel('w')],
    node: [{ domain: 'own', opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
  });
  expect(findWeights(model)).toMatchObject([{ pruned: false, reason: 'other of own.MatMul' }]);
});

it.each([
  ['EmbedLayerNormalization', ['embedding', 'embedding', 'embedding', 'normalisation', 'normalisation'], 2],
  ['SkipLayerNormalization', ['normalisation', 'normalisation', 'bias'], 2],
  ['MultiHeadAttention', ['bias'], 3],
  ['NhwcConv', ['kernel', 'bias'], 1],
  ['MoE', ['kernel', 'bias', 'kernel', 'bias'], 2],
  ['GroupQueryAttention', ['setting', 'setting'], 7],
])('knows the weights of %s', (op, expected, first) => {
  const names = expected.map((_, i) => `w${i}`);
  const model = modelOf({
    input: [value('x')],
    initializer: names.map((name) => kernel(name)),
    node: [microsoft(op, [...Array.from({ length: first }, () => 'x'), ...names])],
  });
  expect(findWeights(model).map(({ role }) => role)).toEqual(expected);
});

describe('a weight is found through', () => {
  const cases: Record<string, Parameters<typeof modelOf>[0]> = {
    'multiplication by a constant': {
      initializer: [kernel('w'), tensorFromFloat32('g', new Float32Array(16).fill(2), [16])],
      node: [
        { opType: 'Mul', input: ['w', 'g'], output: ['v'] },
        { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
      ],
    },
    'its own norm, as weight normalisation writes it': {
      initializer: [kernel('w'), tensorFromFloat32('g', new Float32Array(8).fill(2), [8, 1])],
      node: [
        {
          opType: 'ReduceL2',
          input: ['w'],
          output: ['n'],
          attribute: [{ name: 'axes', type: 7, ints: [1n] }],
        },
        { opType: 'Div', input: ['w', 'n'], output: ['u'] },
        { opType: 'Mul', input: ['g', 'u'], output: ['v'] },
        { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
      ],
    },
    'fake quantisation': {
      initializer: [kernel('w'), scalar('s', 1), rawTensor('z', 3, [], Uint8Array.of(0))],
      node: [
        { opType: 'QuantizeLinear', input: ['w', 's', 'z'], output: ['q'] },
        { opType: 'DequantizeLinear', input: ['q', 's', 'z'], output: ['v'] },
        { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
      ],
    },
    'a row of a stack': {
      initializer: [kernel('w', [3, 8, 16]), rawTensor('i', 7, [], new Uint8Array(8))],
      node: [
        { opType: 'Gather', input: ['w', 'i'], output: ['v'] },
        { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
      ],
    },
  };
  it.each(Object.keys(cases))('%s', (name) => {
    const found = findWeights(modelOf(cases[name]!)).filter(({ pruned }) => pruned);
    expect(found).toMatchObject([{ name: 'w', role: 'kernel', uses: [{ op: 'MatMul', input: 1 }] }]);
  });

  it('Cast, Sub and Mul as numbers with scale and zero point, and is pruned to the zero point', async () => {
    const model = modelOf({
      input: [value('x', [1, 8])],
      output: [value('y', [1, 16])],
      initializer: [
        bytes('w', [8, 16]),
        rawTensor(
          'z',
          UINT8,
          [16],
          Uint8Array.from({ length: 16 }, (_, i) => 120 + i),
        ),
        tensorFromFloat32('s', new Float32Array(16).fill(0.02), [16]),
      ],
      node: [
        { opType: 'Cast', input: ['w'], output: ['wf'], attribute: [integerAttribute('to', FLOAT)] },
        { opType: 'Cast', input: ['z'], output: ['zf'], attribute: [integerAttribute('to', FLOAT)] },
        { opType: 'Sub', input: ['wf', 'zf'], output: ['d'] },
        { opType: 'Mul', input: ['d', 's'], output: ['v'] },
        { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
      ],
    });
    const feeds = { x: ort.tensor('float32', [1, 8]) };
    expect((await ort.run(model, feeds)).y!.some((each) => Math.abs(each) > 1e-3)).toBe(true);
    const { model: emptied } = await pruneOnnx(model, { sparsity: 1 });
    expect((await ort.run(emptied, feeds)).y!.every((each) => each === 0)).toBe(true);
  });

  it('an addition too, whose zeros are none: it is left alone', () => {
    const [w, other] = findWeights(
      modelOf({
        initializer: [kernel('w'), kernel('delta')],
        node: [
          { opType: 'Add', input: ['w', 'delta'], output: ['v'] },
          { opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
        ],
      }),
    );
    expect(w).toMatchObject({
      pruned: false,
      reason: 'kernel of MatMul, with a constant added on the way: its zeros are no zeros there',
    });
    expect(other).toMatchObject({ pruned: false, role: 'scale' });
  });
});
