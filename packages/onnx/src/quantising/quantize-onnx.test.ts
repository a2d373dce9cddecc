import * as fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildModel, type ModelParts } from '../graph/build-model.js';
import { valueInfo } from '../graph/value-info.js';
import { decodeModel, encodeModel } from '../messages/codec.js';
import { pruneOnnx } from '../pruning/prune-onnx.js';
import { findWeights } from '../weights/find-weights.js';
import { codesOf, scalesOf, valuesOf } from './int8.js';
import { quantizeOnnx } from './quantize-onnx.js';

const wave = (length: number, step = 1.7) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));

const own = {
  conv: wave(72),
  turned: wave(576, 0.9).map((value, i) => value * (i < 144 ? 100 : 1)),
};

/** A convolution and a product. */
const parts = (opset: number): ModelParts => ({
  opset,
  inputs: { x: [1, 2, 8, 8] },
  tensors: {
    conv: { shape: [4, 2, 3, 3], data: own.conv },
    turned: { shape: [4, 144], data: own.turned },
    bias: { shape: [4], data: [1, 2, 3, 4] },
    none: { shape: [4], data: [0, 0, 0, 0] },
    flat: { shape: [2], type: 'int64', data: [1, 144] },
  },
  nodes: [
    ['Conv', ['x', 'conv', 'bias'], ['c']],
    ['Reshape', ['c', 'flat'], ['f']],
    ['Gemm', ['f', 'turned', 'none'], ['y'], { transB: 1 }],
  ],
  outputs: ['y'],
});

/** What a runtime makes of the codes of some weights. */
async function readBack(bytes: Uint8Array, names: readonly string[]): Promise<Float32Array[]> {
  const model = decodeModel(bytes);
  for (const name of names) model.graph!.output.push(valueInfo(name, { type: 'float32' }));
  const session = await ort.InferenceSession.create(encodeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const answers = await session.run({ x: new ort.Tensor('float32', wave(128, 0.3), [1, 2, 8, 8]) });
  await session.release();
  return names.map((name) => answers[name]!.data as Float32Array);
}

describe('quantizeOnnx', () => {
  it.each([
    [9, 'Cast, Mul'],
    [12, 'Cast, Mul'],
    [13, 'DequantizeLinear'],
    [17, 'DequantizeLinear'],
  ] as const)(
    'of opset %i writes %s, and a runtime reads the numbers that codes stand for',
    async (opset, form) => {
      const bytes = buildModel(parts(opset));
      const { model, report } = quantizeOnnx(bytes);
      expect(report.form).toBe(form);
      expect(report.weights.map(({ name, axis, scales }) => [name, axis, scales.length])).toEqual([
        ['conv', 0, 4],
        ['turned', 0, 4],
      ]);
      expect(report.sizeBytes).toEqual({ before: bytes.length, after: model.length });
      const stoodFor = report.weights.map(({ name, shape, axis, scales }) => {
        const layout = { shape, axis };
        return valuesOf({ codes: codesOf(own[name as keyof typeof own], scales, layout), scales }, layout);
      });
      expect(await readBack(model, ['conv', 'turned'])).toEqual(stoodFor);
      expect(findWeights(model).find(({ name }) => name === 'turned_quantized')).toMatchObject({
        quantised: true,
        pruned: true,
      });
    },
  );

  it('keeps what was pruned at exactly zero', async () => {
    const { model: pruned } = await pruneOnnx(buildModel(parts(17)), { sparsity: 0.7 });
    const zeros = (model: Uint8Array) =>
      findWeights(model)
        .filter(({ pruned }) => pruned)
        .map((weight) => weight.zeros);
    const { model } = quantizeOnnx(pruned);
    const [before, after] = [zeros(pruned), zeros(model)];
    expect(after).toEqual(before);
  });

  it('takes scales, and gives them back to the bit', () => {
    const bytes = buildModel(parts(17));
    const scales = { conv: Float32Array.of(0.1, 0.2, 0.3, 0.4) };
    const { model, report } = quantizeOnnx(bytes, { scales });
    expect(report.weights[0]!.scales).toEqual(scales.conv);
    const { initializer } = decodeModel(model).graph!;
    const bits = initializer.find(({ name }) => name === 'conv_scale')!.rawData;
    expect(new Float32Array(bits.slice().buffer)).toEqual(scales.conv);
  });

  it('gives one scale to a weight that is read along several axes, or in another form', () => {
    const bytes = buildModel({
      inputs: { x: [1, 8] },
      tensors: { both: { shape: [8, 8], data: wave(64) }, moved: { shape: [8, 8], data: wave(64) } },
      nodes: [
        ['Gemm', ['x', 'both'], ['a'], { transB: 1 }],
        ['MatMul', ['a', 'both'], ['b']],
        ['Transpose', ['moved'], ['m'], { perm: [1, 0] }],
        ['MatMul', ['b', 'm'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(quantizeOnnx(bytes).report.weights.map(({ axis, scales }) => [axis, scales.length])).toEqual([
      [undefined, 1],
      [undefined, 1],
    ]);
  });

  it('names what stays, and why', () => {
    const bytes = buildModel({
      inputs: { x: [1, 8] },
      tensors: {
        good: { shape: [8, 8], data: wave(64) },
        half: { shape: [8, 8], type: 'float16', data: wave(64) },
        bad: { shape: [8, 8], data: wave(64).fill(Number.NaN, 3, 4) },
        bias: { shape: [8], data: wave(8) },
      },
      nodes: [
        ['Gemm', ['x', 'good', 'bias'], ['a']],
        ['MatMul', ['a', 'bad'], ['b']],
        ['Cast', ['b'], ['h'], { to: 10 }],
        ['MatMul', ['h', 'half'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = quantizeOnnx(bytes);
    expect(report.weights.map(({ name }) => name)).toEqual(['good']);
    expect(Object.fromEntries(report.leftAlone.map(({ name, reason }) => [name, reason]))).toMatchObject({
      half: 'of type float16',
      bad: 'it holds NaN or Infinity',
      bias: expect.stringContaining('bias'),
    });
  });

  it('refuses what it cannot take, and says what would do', () => {
    const bytes = buildModel(parts(17));
    const refused = (options: object, given = bytes) => expect(() => quantizeOnnx(given, options as never));
    refused({ bits: 4 }).toThrow(/no option "bits"/);
    for (const none of [null, 'model.onnx', 3]) {
      refused({}, none as never).toThrow(
        /quantizeOnnx needs the bytes of an ONNX model as a Uint8Array, got/,
      );
    }
    refused({ scales: { conv: Float32Array.of(1) } }).toThrow(/4 scales for "conv", got 1/);
    refused({ scales: { conv: Float32Array.of(1, 0, 1, 1) } }).toThrow(/above 0, got 0/);
    refused({ scales: { cnov: Float32Array.of(1) } }).toThrow(/"cnov".*"conv"/);
    refused({ scales: { bias: Float32Array.of(1) } }).toThrow(/"bias"/);
    refused({}, buildModel(parts(6))).toThrow(/opset 7 or later; this one has 6/);
    refused({ select: { exclude: [/./] } }).toThrow(/nothing to keep in 8 bits: excluded/);
  });
});

describe('codes', () => {
  it('are off by half a step at most, or by one where half would be nothing, and give back the values they stand for', () => {
    const numbers = fc.array(fc.float({ min: -(2 ** 99), max: 2 ** 99, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(numbers, fc.constantFrom(0, 1, undefined), (list, axis) => {
        const [values, layout] = [Float32Array.from(list), { shape: [2, 3], axis }];
        const scales = scalesOf(values, layout);
        const codes = codesOf(values, scales, layout);
        const made = valuesOf({ codes, scales }, layout);
        const stepOf = (i: number) =>
          scales[axis === undefined ? 0 : axis === 0 ? Math.floor(i / 3) : i % 3]!;
        for (const [i, value] of values.entries()) {
          const small = Math.abs(value) < 0.5001 * stepOf(i);
          expect(Math.abs(made[i]! - value)).toBeLessThanOrEqual(stepOf(i) * (small ? 1 : 0.5001));
          expect(made[i] === 0).toBe(value === 0);
        }
        expect(codesOf(made, scales, layout)).toEqual(codes);
      }),
    );
  });
});
