import { describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
  embedExternalData,
  encodeModel,
  findWeights,
  type OnnxWeight,
  pruneOnnx,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import { changedRanges } from '../testing/changed-ranges.js';
import { perceptron } from '../testing/external-model.js';
import { bytes, data, given, tensors, whole } from '../testing/given-perceptron.js';
import { loadRuntime } from '../testing/runtime.js';
import { ladder, matMulModel, rawTensor } from '../testing/small-models.js';

describe('weights beside the model, given as bytes', () => {
  it('are found, counted and chosen as if they were inside', () => {
    const facts = ({ name, place, zeros, role, pruned, reason }: OnnxWeight) => ({
      name,
      place,
      zeros,
      role,
      pruned,
      reason,
    });
    expect(findWeights(bytes, { externalData: given }).map(facts)).toEqual(findWeights(whole()).map(facts));
    expect(findWeights(bytes, { externalData: given }).map(({ storage }) => storage)).toEqual(
      new Array(4).fill('external'),
    );
    expect(findWeights(bytes).map(({ zeros }) => zeros)).toEqual(new Array(4).fill(undefined));
  });

  it('are pruned in place: the model stays byte for byte, of the data only what was dropped', async () => {
    const before = [bytes.slice(), data.slice()];
    const pruned = await pruneOnnx(bytes, { sparsity: 0.5, externalData: given });
    const expected = await pruneOnnx(whole(), { sparsity: 0.5 });
    expect([bytes, data]).toEqual(before);
    expect(pruned.model).toEqual(bytes);
    expect(pruned.model).not.toBe(bytes);
    expect(Object.keys(pruned.externalData)).toEqual(['model.onnx.data']);
    const after = pruned.externalData['model.onnx.data']!;
    // Both kernels hold ±1 to ±128: the smaller half of each goes, and nothing else.
    const changed = changedRanges(data, after);
    expect(changed.every(({ start, end }) => end <= 256 || (start >= 576 && end <= 832))).toBe(true);
    const values = (file: Uint8Array, at: number) => [...new Float32Array(file.slice(at, at + 512).buffer)];
    expect(values(after, 0)).toEqual([...ladder(128)].map((each, i) => (i < 64 ? 0 : each)));
    expect(values(after, 576)).toEqual([...ladder(128)].map((each, i) => (i < 64 ? 0 : each)));
    expect(after.subarray(832)).toEqual(data.subarray(832));
    expect({ ...pruned.report, sizeBytes: 0 }).toEqual({ ...expected.report, sizeBytes: 0 });
    expect(pruned.report.sizeBytes).toBe(bytes.length + data.length);
    expect(pruned.report.notices).toEqual([]);
  });

  it('give onnxruntime the same answers as inside, bit for bit', async () => {
    const pruned = await pruneOnnx(bytes, { sparsity: 0.6, externalData: given });
    const expected = await pruneOnnx(whole(), { sparsity: 0.6 });
    const ort = await loadRuntime();
    const x = ort.tensor('float32', [1, 8]);
    const answer = await ort.run(expected.model, { x });
    expect(await ort.run(pruned.model, { x }, pruned.externalData)).toEqual(answer);
    expect(await ort.run(embedExternalData(pruned.model, pruned.externalData), { x })).toEqual(answer);
  });

  it('may be quantised, with their scales and zero points in the file too', async () => {
    const model = decodeModel(
      matMulModel(tensorFromFloat32('w', ladder(128), [8, 16]), {
        tensors: [],
        nodes: [
          ['DequantizeLinear', ['w', 'scale', 'zero'], ['d']],
          ['MatMul', ['x', 'd'], ['y']],
        ],
      }),
    );
    const file = Uint8Array.from({ length: 128 + 4 + 1 }, (_, i) => (i < 128 ? 128 + (i - 64) : 0));
    new DataView(file.buffer).setFloat32(128, 0.5, true);
    file[132] = 128;
    const beside = (name: string, dataType: number, dims: readonly number[], offset: number) =>
      create(TensorProtoSchema, {
        ...rawTensor(name, dataType, dims, new Uint8Array(0)),
        $typeName: undefined as never,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: './parts/w.bin' },
          { key: 'offset', value: String(offset) },
        ],
      });
    model.graph!.initializer = [
      beside('w', 2, [8, 16], 0),
      beside('scale', 1, [], 128),
      beside('zero', 2, [], 132),
    ];
    const pruned = await pruneOnnx(encodeModel(model), {
      sparsity: 0.5,
      externalData: { 'parts/w.bin': file },
    });
    const after = pruned.externalData['parts/w.bin']!;
    // |q − 128| from 0 to 64: the 64 nearest to the zero point become it.
    expect([...after.subarray(0, 128)].filter((each) => each === 128)).toHaveLength(64);
    expect(after.subarray(128)).toEqual(file.subarray(128));
    expect(pruned.report.total.zeros).toEqual({ before: 1, after: 64 });
  });

  it('may be in several files, and Buffers are no less copied', async () => {
    const { model } = perceptron(tensors);
    for (const [i, tensor] of model.graph!.initializer.entries()) {
      tensor.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: `${i}.bin` })];
    }
    const files = Object.fromEntries(tensors.map(({ rawData }, i) => [`${i}.bin`, Buffer.from(rawData)]));
    const before = Buffer.from(files['0.bin']!);
    const pruned = await pruneOnnx(encodeModel(model), { sparsity: 0.5, externalData: files });
    expect(files['0.bin']).toEqual(before);
    expect(pruned.report.total.zeros.after).toBe(128);
    expect(Object.keys(pruned.externalData)).toEqual(['0.bin', '1.bin', '2.bin', '3.bin']);
  });

  it('are told of when the model states a checksum of their file, which no longer holds', async () => {
    const summed = perceptron(tensors, { checksum: true });
    const { report, model } = await pruneOnnx(summed.bytes, { sparsity: 0.5, externalData: given });
    expect(report.notices).toEqual([
      {
        code: 'checksum-outdated',
        message: expect.stringContaining('"fc1.weight", "fc2.weight"'),
        weights: ['fc1.weight', 'fc2.weight'],
      },
    ]);
    expect(model).toEqual(summed.bytes);
  });
});
