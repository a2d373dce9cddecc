import { beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
  findWeights,
  pruneOnnx,
  TensorProto_DataType,
  TensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import { loadRuntime, type Runtime } from '../testing/runtime.js';
import { modelOf, rawTensor } from '../testing/small-models.js';

let ort: Runtime;
beforeAll(async () => {
  ort = await loadRuntime();
});

const { INT8, UINT8, INT4 } = TensorProto_DataType;

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
