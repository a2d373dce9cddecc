import { type NamedWeight, randomScore, tensorScore } from '@synaprune/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
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

const { FLOAT, FLOAT16, BFLOAT16, DOUBLE } = TensorProto_DataType;
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
    const roofed = await pruneOnnx(bytes, { sparsity: 0.75, ceiling: 0.375 });
    expect(roofed.report.weights.map(({ zeros }) => zeros.after)).toEqual([56, 40]);
    // Of equals each is a part of what is left of its weight: the same in both.
    for (const distribution of ['lamp', 'erk'] as const) {
      const shared = await pruneOnnx(bytes, { sparsity: 0.75, distribution });
      expect(shared.report.weights.map(({ zeros }) => zeros.after)).toEqual([48, 48]);
    }
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
