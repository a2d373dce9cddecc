import { beforeAll, describe, expect, it } from 'vitest';
import { findWeights, pruneOnnx, tensorFromFloat32 } from '../../index.js';
import { bytes, FLOAT, microsoft, models, scalar, UINT8 } from '../../testing/contrib-models.js';
import { loadRuntime, type Runtime } from '../../testing/runtime.js';
import { kernel, modelOf, rawTensor } from '../../testing/small-models.js';

let ort: Runtime;
beforeAll(async () => {
  ort = await loadRuntime();
});

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
    inputs: { x: [2, 1, 4] },
    outputs: { y: [2, 1, 1, 5] },
    tensors: [
      bytes('w', [1, 4, 20]),
      bytes('r', [1, 5, 20]),
      ...['ws', 'rs'].map((name) => tensorFromFloat32(name, Float32Array.of(0.02), [1])),
      ...['wz', 'rz'].map((name) => rawTensor(name, UINT8, [1], Uint8Array.of(130))),
    ],
    nodes: [
      microsoft('DynamicQuantizeLSTM', ['x', 'w', 'r', '', '', '', '', '', 'ws', 'wz', 'rs', 'rz'], {
        hidden_size: 5,
      }),
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
    inputs: { x: [1, 32] },
    outputs: { y: [1, 16] },
    tensors: [
      bytes('packed', [8, 1, 16]),
      tensorFromFloat32('s', new Float32Array(8).fill(1), [8]),
      kernel('w'),
    ],
    nodes: [
      ['com.microsoft::MatMulNBits', ['x', 'packed', 's'], ['h'], { K: 32, N: 8, bits: 4, block_size: 32 }],
      ['MatMul', ['h', 'w'], ['y']],
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
    tensors: [kernel('ordered', [8, 8, 3, 3]), kernel('w')],
    nodes: [
      ['com.microsoft.nchwc::Conv', ['x', 'ordered'], ['h']],
      ['MatMul', ['h', 'w'], ['y']],
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
  const model = modelOf({ tensors: [kernel('w')], nodes: [['own::MatMul', ['x', 'w'], ['y']]] });
  expect(findWeights(model)).toMatchObject([{ pruned: false, reason: 'operand of own.MatMul' }]);
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
    inputs: { x: [] },
    tensors: names.map((name) => kernel(name)),
    nodes: [microsoft(op, [...Array.from({ length: first }, () => 'x'), ...names])],
  });
  expect(findWeights(model).map(({ role }) => role)).toEqual(expected);
});

describe('a weight is found through', () => {
  const cases: Record<string, Parameters<typeof modelOf>[0]> = {
    'multiplication by a constant': {
      tensors: [kernel('w'), tensorFromFloat32('g', new Float32Array(16).fill(2), [16])],
      nodes: [
        ['Mul', ['w', 'g'], ['v']],
        ['MatMul', ['x', 'v'], ['y']],
      ],
    },
    'its own norm, as weight normalisation writes it': {
      tensors: [kernel('w'), tensorFromFloat32('g', new Float32Array(8).fill(2), [8, 1])],
      nodes: [
        ['ReduceL2', ['w'], ['n'], { axes: [1] }],
        ['Div', ['w', 'n'], ['u']],
        ['Mul', ['g', 'u'], ['v']],
        ['MatMul', ['x', 'v'], ['y']],
      ],
    },
    'fake quantisation': {
      tensors: [kernel('w'), scalar('s', 1), rawTensor('z', 3, [], Uint8Array.of(0))],
      nodes: [
        ['QuantizeLinear', ['w', 's', 'z'], ['q']],
        ['DequantizeLinear', ['q', 's', 'z'], ['v']],
        ['MatMul', ['x', 'v'], ['y']],
      ],
    },
    'a row of a stack': {
      tensors: [kernel('w', [3, 8, 16]), rawTensor('i', 7, [], new Uint8Array(8))],
      nodes: [
        ['Gather', ['w', 'i'], ['v']],
        ['MatMul', ['x', 'v'], ['y']],
      ],
    },
  };
  it.each(Object.keys(cases))('%s', (name) => {
    const found = findWeights(modelOf(cases[name]!)).filter(({ pruned }) => pruned);
    expect(found).toMatchObject([{ name: 'w', role: 'kernel', uses: [{ op: 'MatMul', input: 1 }] }]);
  });

  it('Cast, Sub and Mul as numbers with scale and zero point, and is pruned to the zero point', async () => {
    const model = modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [
        bytes('w', [8, 16]),
        rawTensor(
          'z',
          UINT8,
          [16],
          Uint8Array.from({ length: 16 }, (_, i) => 120 + i),
        ),
        tensorFromFloat32('s', new Float32Array(16).fill(0.02), [16]),
      ],
      nodes: [
        ['Cast', ['w'], ['wf'], { to: FLOAT }],
        ['Cast', ['z'], ['zf'], { to: FLOAT }],
        ['Sub', ['wf', 'zf'], ['d']],
        ['Mul', ['d', 's'], ['v']],
        ['MatMul', ['x', 'v'], ['y']],
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
        tensors: [kernel('w'), kernel('delta')],
        nodes: [
          ['Add', ['w', 'delta'], ['v']],
          ['MatMul', ['x', 'v'], ['y']],
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
