import { type NamedWeight, randomScore, tensorScore } from '@synaprune/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
  findWeights,
  type OnnxWeight,
  pruneOnnx,
  TensorProto_DataType,
  TensorProtoSchema,
  tensorFromFloat32,
  tensorToFloat32,
} from '../index.js';
import { changedRanges } from '../testing/changed-ranges.js';
import { loadRuntime, type Runtime } from '../testing/runtime.js';
import { kernel, ladder, matMulModel, modelOf, rawTensor } from '../testing/small-models.js';

let ort: Runtime;
beforeAll(async () => {
  ort = await loadRuntime();
});

const { FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT8, UINT8, INT4 } = TensorProto_DataType;
const weightOf = (model: Uint8Array, i = 0) => [
  ...tensorToFloat32(decodeModel(model).graph!.initializer[i]!),
];
/** What half sparsity leaves of `ladder(128)`. */
const halved = [...ladder(128)].map((each, i) => (i < 64 ? 0 : each));

describe('pruneOnnx', () => {
  const half = (i: number) => {
    // 1 to 128 as binary16, exactly.
    const size = i + 1;
    const exponent = Math.floor(Math.log2(size));
    return (i % 2 === 0 ? 0 : 0x8000) | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
  };
  const bfloat = (i: number) => new Uint32Array(Float32Array.of(ladder(128)[i]!).buffer)[0]! >>> 16;
  const indices = Array.from({ length: 128 }, (_, i) => i);
  const dims = [8n, 16n];
  const forms = {
    'float32, raw': kernel(),
    'float32, typed': create(TensorProtoSchema, {
      name: 'w',
      dataType: FLOAT,
      dims,
      floatData: [...ladder(128)],
    }),
    'float16, raw': rawTensor('w', FLOAT16, [8, 16], new Uint8Array(Uint16Array.from(indices, half).buffer)),
    'float16, typed': create(TensorProtoSchema, {
      name: 'w',
      dataType: FLOAT16,
      dims,
      int32Data: indices.map(half),
    }),
    'bfloat16, raw': rawTensor(
      'w',
      BFLOAT16,
      [8, 16],
      new Uint8Array(Uint16Array.from(indices, bfloat).buffer),
    ),
    'bfloat16, typed': create(TensorProtoSchema, {
      name: 'w',
      dataType: BFLOAT16,
      dims,
      int32Data: indices.map(bfloat),
    }),
    'float64, raw': rawTensor('w', DOUBLE, [8, 16], new Uint8Array(Float64Array.from(ladder(128)).buffer)),
    'float64, typed': create(TensorProtoSchema, {
      name: 'w',
      dataType: DOUBLE,
      dims,
      doubleData: [...ladder(128)],
    }),
  };

  it.each(Object.entries(forms))('drops the smallest of %s, in place', async (_, tensor) => {
    const bytes = matMulModel(tensor);
    const { model, report } = await pruneOnnx(bytes, { sparsity: 0.5 });
    expect(weightOf(model)).toEqual(halved);
    expect(model.length).toBe(bytes.length);
    expect(report.total).toEqual({
      elements: 128,
      zeros: { before: 0, after: 64 },
      sparsity: { before: 0, after: 0.5 },
    });
  });

  it.each(['float32, typed', 'float16, typed', 'float64, typed'] as const)(
    'of %s loads in onnxruntime',
    async (form) => {
      const { model } = await pruneOnnx(matMulModel(forms[form]), { sparsity: 1 });
      const type = { 'float32, typed': 'float32', 'float16, typed': 'float16', 'float64, typed': 'float64' }[
        form
      ];
      const data = form.startsWith('float16')
        ? new Uint16Array(8).fill(0x3c00)
        : form.startsWith('float64')
          ? new Float64Array(8).fill(1)
          : new Float32Array(8).fill(1);
      const x = new ort.Tensor(type as 'float32', data as Float32Array, [1, 8]);
      expect((await ort.run(model, { x })).y).toEqual(new Array(16).fill(0));
    },
  );

  it('breaks ties by the order of weights, then by index', async () => {
    const equal = (name: string) => tensorFromFloat32(name, new Float32Array(64).fill(-0.5), [8, 8]);
    const bytes = modelOf({
      tensors: [equal('first'), equal('second')],
      nodes: [
        ['MatMul', ['x', 'second'], ['y']],
        ['MatMul', ['y', 'first'], ['z']],
      ],
    });
    const { model, report } = await pruneOnnx(bytes, { sparsity: 0.75 });
    expect(report.weights.map(({ zeros }) => zeros.after)).toEqual([64, 32]);
    expect(weightOf(model, 1)).toEqual([...new Array(32).fill(0), ...new Array(32).fill(-0.5)]);
    const each = await pruneOnnx(bytes, { sparsity: 0.75, distribution: 'uniform' });
    expect(each.report.weights.map(({ zeros }) => zeros.after)).toEqual([48, 48]);
    const floored = await pruneOnnx(bytes, { sparsity: 0.75, floor: 0.125 });
    expect(floored.report.weights.map(({ zeros }) => zeros.after)).toEqual([56, 40]);
  });

  it('leaves kept elements as they are, negative zero and NaN too', async () => {
    const values = new Float32Array(64).fill(3);
    values.set([-0, Number.NaN, 1e-42, 0], 0);
    const bytes = matMulModel(tensorFromFloat32('w', values, [8, 8]));
    const none = await pruneOnnx(bytes, { sparsity: 0 });
    expect(changedRanges(bytes, none.model)).toEqual([]);
    expect(none.report.total.zeros).toEqual({ before: 2, after: 2 });
    const all = weightOf((await pruneOnnx(bytes, { sparsity: 63 / 64 })).model);
    expect([Object.is(all[0], 0), all[1], all[2]]).toEqual([true, Number.NaN, 0]);
  });

  it('finds the same wherever the bytes lie', async () => {
    const bytes = matMulModel(kernel());
    const expected = await pruneOnnx(bytes, { sparsity: 0.5 });
    for (const offset of [0, 1, 2, 3]) {
      const moved = new Uint8Array(bytes.length + 4).subarray(offset, offset + bytes.length);
      moved.set(bytes);
      expect((await pruneOnnx(moved, { sparsity: 0.5 })).model).toEqual(expected.model);
    }
    // The copy that is written has an alignment of its own: one more byte in front changes it.
    for (const name of ['a', 'ab', 'abc']) {
      const longer = modelOf({ tensors: [kernel()], nodes: [['MatMul', ['x', 'w'], ['y'], {}, name]] });
      expect(weightOf((await pruneOnnx(longer, { sparsity: 0.5 })).model)).toEqual(halved);
    }
  });

  it('ranks by a seed or by scores that are given', async () => {
    const bytes = matMulModel(kernel());
    const backwards = await pruneOnnx(bytes, {
      sparsity: 0.5,
      score: tensorScore(({ weight: { elements } }: NamedWeight<OnnxWeight>) =>
        Float32Array.from({ length: elements }, (_, i) => elements - i),
      ),
    });
    expect(weightOf(backwards.model).slice(64)).toEqual(new Array(64).fill(0));
    const seeded = await pruneOnnx(bytes, { sparsity: 0.5, score: randomScore({ seed: 7 }) });
    expect(weightOf(seeded.model)).not.toEqual(halved);
    await expect(pruneOnnx(bytes, { sparsity: 0.5, score: null as never })).rejects.toThrow(
      /^pruneOnnx needs score to be/,
    );
    await expect(
      pruneOnnx(bytes, { sparsity: 0.5, score: tensorScore(() => new Float32Array(3)) }),
    ).rejects.toMatchObject({ code: 'score-mismatch' });
  });

  it.each([
    [RangeError, { sparsity: 1.5 }],
    [TypeError, { sparsity: '0.5' }],
    [TypeError, { sparsity: 0.5, scop: 'global' }],
    [TypeError, undefined],
  ])('throws %s for options that cannot be right', async (kind, options) => {
    await expect(pruneOnnx(matMulModel(kernel()), options as never)).rejects.toThrow(
      kind as typeof TypeError,
    );
  });

  it('says what there is when there is nothing to prune', async () => {
    const small = matMulModel(kernel('w', [2, 2]));
    await expect(pruneOnnx(small, { sparsity: 0.5, select: { minElements: 64 } })).rejects.toMatchObject({
      code: 'no-weights',
      message: expect.stringContaining('"w" (kernel of MatMul, fewer than 64 elements)'),
    });
  });

  it('says what to call for weights in another file', async () => {
    const tensor = create(TensorProtoSchema, {
      name: 'w',
      dataType: FLOAT,
      dims,
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'w.bin' }],
    });
    await expect(pruneOnnx(matMulModel(tensor), { sparsity: 0.5 })).rejects.toMatchObject({
      code: 'external-data',
      message: expect.stringContaining('pruneOnnxFile'),
    });
  });
});

describe('pruneOnnx on quantised weights', () => {
  /** `y = x · dequantised w`. */
  const quantisedModel = (
    w: ReturnType<typeof rawTensor>,
    scales: Float32Array,
    zeroPoints: ReturnType<typeof rawTensor> | undefined,
    axis: number,
  ) =>
    modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [
        w,
        tensorFromFloat32('scale', scales, scales.length === 1 ? [] : [scales.length]),
        ...(zeroPoints ? [zeroPoints] : []),
      ],
      nodes: [
        ['DequantizeLinear', ['w', 'scale', ...(zeroPoints ? ['zp'] : [])], ['f'], { axis: axis }],
        ['MatMul', ['x', 'f'], ['y']],
      ],
    });
  const ones = () => new ort.Tensor('float32', new Float32Array(8).fill(1), [1, 8]);
  const raw = (model: Uint8Array) => decodeModel(model).graph!.initializer[0]!.rawData;

  it('drops uint8 to its zero point', async () => {
    const bytes = quantisedModel(
      rawTensor(
        'w',
        UINT8,
        [8, 16],
        Uint8Array.from({ length: 128 }, (_, i) => 100 + (i % 64)),
      ),
      Float32Array.of(0.5),
      rawTensor('zp', UINT8, [], Uint8Array.of(128)),
      0,
    );
    const { model, report } = await pruneOnnx(bytes, { sparsity: 1 });
    expect([...raw(model)]).toEqual(new Array(128).fill(128));
    expect(report.total.zeros).toEqual({ before: 2, after: 128 });
    expect((await ort.run(model, { x: ones() })).y).toEqual(new Array(16).fill(0));
  });

  it('leaves alone what has a zero point or a scale of no elements', async () => {
    const w = rawTensor('w', UINT8, [8, 16], new Uint8Array(128).fill(3));
    const none = rawTensor('zp', UINT8, [0], new Uint8Array(0));
    const bytes = quantisedModel(w, Float32Array.of(0.5), none, 0);
    const [weight] = findWeights(bytes);
    expect(weight).toMatchObject({
      pruned: false,
      reason: expect.stringContaining('zero points do not fit'),
    });
    await expect(pruneOnnx(bytes, { sparsity: 0.5 })).rejects.toMatchObject({ code: 'no-weights' });
  });

  it('ranks by the distance from each column’s zero point, times its scale', async () => {
    // Column c has scale 2^c, zero point c − 8, and all its elements one step from it.
    const w = Int8Array.from({ length: 128 }, (_, i) => (i % 16) - 8 + 1);
    const scales = Float32Array.from({ length: 16 }, (_, c) => 2 ** c);
    const zeroPoints = rawTensor(
      'zp',
      INT8,
      [16],
      new Uint8Array(Int8Array.from({ length: 16 }, (_, c) => c - 8).buffer),
    );
    const bytes = quantisedModel(
      rawTensor('w', INT8, [8, 16], new Uint8Array(w.buffer)),
      scales,
      zeroPoints,
      1,
    );
    const { model } = await pruneOnnx(bytes, { sparsity: 0.25 });
    const sums = (await ort.run(model, { x: ones() })).y!;
    expect(sums).toEqual(Array.from(scales, (scale, c) => (c < 4 ? 0 : 8 * scale)));
  });

  it('ranks by the scale of each block', async () => {
    // Rows 0 to 3 are one block with a smaller scale than rows 4 to 7; all elements are 1 from the zero point.
    const bytes = modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [
        rawTensor('w', INT8, [8, 16], new Uint8Array(128).fill(1)),
        tensorFromFloat32(
          'scale',
          Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 0.5 : 2)),
          [2, 16],
        ),
      ],
      nodes: [
        ['DequantizeLinear', ['w', 'scale'], ['f'], { axis: 0, block_size: 4 }],
        ['MatMul', ['x', 'f'], ['y']],
      ],
    });
    const { model } = await pruneOnnx(bytes, { sparsity: 0.5 });
    expect([...raw(model)]).toEqual([...new Array(64).fill(0), ...new Array(64).fill(1)]);
    expect((await ort.run(model, { x: ones() })).y).toEqual(new Array(16).fill(8));
  });

  it('counts the furthest element as 1 where no scale is known', async () => {
    const integers = rawTensor(
      'i',
      INT8,
      [8, 16],
      Uint8Array.from({ length: 128 }, (_, i) => (i < 64 ? 32 : 64)),
    );
    const floats = tensorFromFloat32('f', new Float32Array(128).fill(0.75), [8, 16]);
    const bytes = modelOf({
      tensors: [integers, floats],
      nodes: [
        ['MatMulInteger', ['x', 'i'], ['p']],
        ['MatMul', ['y', 'f'], ['q']],
      ],
    });
    const { report } = await pruneOnnx(bytes, { sparsity: 0.75 });
    // 32 / 64 goes first, then 0.75, then 64 / 64.
    expect(report.weights.map(({ zeros }) => zeros.after)).toEqual([64, 128]);
  });

  it('drops int4, two in a byte', async () => {
    const packed = Uint8Array.from({ length: 64 }, () => 0x7f); // −1 and 7, in turn
    const bytes = quantisedModel(rawTensor('w', INT4, [8, 16], packed), Float32Array.of(1), undefined, 0);
    const { model, report } = await pruneOnnx(bytes, { sparsity: 0.25 });
    expect(report.total.zeros.after).toBe(32);
    expect([...raw(model)]).toEqual([...new Array(32).fill(0x70), ...new Array(32).fill(0x7f)]);
    expect((await ort.run(model, { x: ones() })).y).toEqual(
      Array.from({ length: 16 }, (_, c) => (c % 2 === 0 ? -4 : 56)),
    );
  });

  const typed = (int32Data: number[]) =>
    create(TensorProtoSchema, { name: 'w', dataType: UINT8, dims: [8n, 16n], int32Data });
  const typedModel = (values: number[]) =>
    quantisedModel(typed(values), Float32Array.of(1), rawTensor('zp', UINT8, [], Uint8Array.of(130)), 0);

  it('drops varints in place where the zero point fits', async () => {
    const bytes = typedModel(Array.from({ length: 128 }, (_, i) => 128 + (i % 100)));
    const { model } = await pruneOnnx(bytes, { sparsity: 1 });
    expect(model.length).toBe(bytes.length);
    expect(decodeModel(model).graph!.initializer[0]!.int32Data).toEqual(new Array(128).fill(130));
  });

  it('makes room in the file where the zero point needs longer varints', async () => {
    const bytes = typedModel(Array.from({ length: 128 }, (_, i) => (i < 64 ? 127 : 5)));
    const { model } = await pruneOnnx(bytes, { sparsity: 0.5 });
    expect(model.length).toBe(bytes.length + 64);
    const expected = typedModel(Array.from({ length: 128 }, (_, i) => (i < 64 ? 130 : 5)));
    expect(model).toEqual(expected);
    expect((await ort.run(model, { x: ones() })).y).toEqual(new Array(16).fill(-500));
  });

  it('knows MatMulInteger and QLinearMatMul', () => {
    const w = (name: string) => rawTensor(name, INT8, [8, 16], new Uint8Array(128).fill(3));
    const zp = rawTensor('zp', INT8, [], Uint8Array.of(3));
    const weights = findWeights(
      modelOf({
        tensors: [w('a'), w('b'), zp, tensorFromFloat32('s', Float32Array.of(1), [])],
        nodes: [
          ['MatMulInteger', ['x', 'a', '', 'zp'], ['p']],
          ['QLinearMatMul', ['x', 's', 'zp', 'b', 's', 'zp', 's', 'zp'], ['q']],
        ],
      }),
    );
    expect(weights.slice(0, 2)).toMatchObject([
      { name: 'a', pruned: true, zeros: 128, quantised: true },
      { name: 'b', pruned: true, zeros: 128, quantised: true },
    ]);
  });
});
