import { describe, expect, it } from 'vitest';
import type { GraphParts } from '../graph.js';
import {
  create,
  decodeModel,
  embedExternalData,
  encodeModel,
  findWeights,
  type OnnxWeight,
  pruneOnnx,
  replaceWeights,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import { changedRanges } from '../testing/changed-ranges.js';
import { perceptron } from '../testing/external-model.js';
import { loadRuntime } from '../testing/runtime.js';
import { kernel, ladder, matMulModel, modelOf, rawTensor } from '../testing/small-models.js';

const tensors = [
  kernel('fc1.weight', [8, 16]),
  tensorFromFloat32('fc1.bias', ladder(16), [16]),
  kernel('fc2.weight', [16, 8]),
  tensorFromFloat32('fc2.bias', ladder(8), [8]),
];
/** As PyTorch writes it: `fc1.weight` at 0, `fc1.bias` at 512, `fc2.weight` at 576, `fc2.bias` at 1088. */
const { bytes, data } = perceptron(tensors);
const given = { 'model.onnx.data': data };

/** The same model with all tensors inside it. */
function whole(): Uint8Array {
  const model = decodeModel(bytes);
  model.graph!.initializer = tensors.map((tensor) =>
    create(TensorProtoSchema, { ...tensor, $typeName: undefined as never }),
  );
  return encodeModel(model);
}

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

describe('embedExternalData', () => {
  it('puts everything into the model, which then is what it would have been', () => {
    expect(decodeModel(embedExternalData(bytes, given))).toEqual(decodeModel(whole()));
    expect(findWeights(embedExternalData(bytes, given))).toEqual(findWeights(whole()));
  });

  it('reaches Constant nodes in branches, and gives a model without files back', () => {
    const inside = matMulModel(kernel());
    expect(embedExternalData(inside, {})).toEqual(inside);
    expect(embedExternalData(inside, {})).not.toBe(inside);
    const t = create(TensorProtoSchema, {
      dims: [2n],
      dataType: 1,
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'c' },
        { key: 'offset', value: '4' },
      ],
    });
    const branch: GraphParts = { nodes: [['Constant', [], ['k'], { value: { tensor: t } }]] };
    const nested = modelOf({ nodes: [['If', ['c'], ['y'], { then_branch: { graph: branch } }]] });
    const embedded = decodeModel(
      embedExternalData(nested, { c: Uint8Array.from({ length: 12 }, (_, i) => i) }),
    );
    const constant = embedded.graph!.node[0]!.attribute[0]!.g!.node[0]!.attribute[0]!.t!;
    expect([...constant.rawData]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(constant.externalData).toEqual([]);
    expect(constant.dataLocation).toBe(0);
  });

  it('lets two tensors that stay be one range of a file, and gives each its own bytes', () => {
    const { model } = perceptron(tensors);
    const [first, , second] = model.graph!.initializer;
    second!.externalData = first!.externalData;
    second!.dims = [16n, 8n];
    const embedded = decodeModel(embedExternalData(encodeModel(model), given)).graph!.initializer;
    expect(embedded[2]!.rawData).toEqual(tensors[0]!.rawData);
  });
});

describe('what externalData must be is said at every door', () => {
  const doors = {
    findWeights: (model: Uint8Array, externalData: never) => {
      findWeights(model, { externalData });
    },
    pruneOnnx: async (model: Uint8Array, externalData: never) => {
      await pruneOnnx(model, { sparsity: 0.5, externalData });
    },
    embedExternalData: (model: Uint8Array, externalData: never) => {
      embedExternalData(model, externalData);
    },
  };
  const entries = (index: number, told: Record<string, string>): Uint8Array => {
    const { model } = perceptron(tensors);
    const before = Object.fromEntries(
      model.graph!.initializer[index]!.externalData.map(({ key, value }) => [key, value]),
    );
    model.graph!.initializer[index]!.externalData = Object.entries({ ...before, ...told }).map(
      ([key, value]) => create(StringStringEntryProtoSchema, { key, value }),
    );
    return encodeModel(model);
  };
  const cases: readonly (readonly [string, Uint8Array, unknown, string, RegExp])[] = [
    [
      'a file under another name',
      bytes,
      { 'other.data': new Uint8Array(4) },
      'external-data',
      /"model\.onnx\.data", which externalData has not; it has "other\.data"\. A key is the name that the model has/,
    ],
    [
      'a missing file',
      bytes,
      {},
      'external-data',
      /"model\.onnx\.data", which externalData has not; it has none/,
    ],
    [
      'a name that is nearly right',
      bytes,
      { 'model.onnx_data': data },
      'external-data',
      /it has "model\.onnx_data"\. A key is the name that the model has for the file/,
    ],
    [
      'a file that no tensor lies in',
      bytes,
      { ...given, other: data },
      'external-data',
      /"other", in which the model has no tensor; it has tensors in "model\.onnx\.data"/,
    ],
    ['files for a model that has none', matMulModel(kernel()), given, 'external-data', /no other file/],
    [
      'a file that is too short',
      bytes,
      { 'model.onnx.data': data.subarray(0, 1119) },
      'external-data',
      /bytes 1088 to 1120 of "model\.onnx\.data", which has 1119/,
    ],
    ['an offset past the end', entries(0, { offset: '99999' }), given, 'external-data', /which has 1120/],
    ['an offset below 0', entries(0, { offset: '-1' }), given, 'external-data', /the offset "-1"/],
    [
      'a length that the shape does not need',
      entries(0, { length: '511' }),
      given,
      'external-data',
      /the length 511; .* need 512/,
    ],
    [
      'tensors that reach into each other',
      entries(0, { offset: '4' }),
      given,
      'external-data',
      /that graph\/fc1\.weight has too/,
    ],
    ['a location out of the folder', entries(0, { location: '../x' }), given, 'external-data', /leads out/],
    [
      'a name out of the folder',
      bytes,
      { ...given, '../x': data },
      'external-data',
      /"\.\.\/x", which leads out/,
    ],
    ['one file twice', bytes, { ...given, './model.onnx.data': data }, 'external-data', /which are one file/],
    ['true', bytes, true, 'TypeError', /got true; only pruneOnnxFile/],
    ['a Map', bytes, new Map(Object.entries(given)), 'TypeError', /object of file names to bytes/],
    ['bytes without a name', bytes, data, 'TypeError', /object of file names to bytes/],
    [
      'a buffer in place of bytes',
      bytes,
      { 'model.onnx.data': data.buffer },
      'TypeError',
      /to be a Uint8Array/,
    ],
  ];
  it.each(cases)('%s', async (_, model, externalData, code, message) => {
    for (const [door, call] of Object.entries(doors)) {
      const error: unknown = await Promise.resolve()
        .then(() => call(model, externalData as never))
        .catch((caught: unknown) => caught);
      expect([door, error]).toMatchObject([
        door,
        { ...(code === 'TypeError' ? { name: code } : { code }), message: expect.stringMatching(message) },
      ]);
    }
  });

  it('pruned tensors that are one range of a file', async () => {
    const { model } = perceptron(tensors);
    model.graph!.initializer[2]!.externalData = model.graph!.initializer[0]!.externalData;
    await expect(pruneOnnx(encodeModel(model), { sparsity: 0.5, externalData: given })).rejects.toMatchObject(
      {
        code: 'external-data',
        message: expect.stringMatching(/fc2\.weight has bytes in .* that graph\/fc1\.weight has too/),
      },
    );
  });

  it('and where it was not given, the message says how to give it', async () => {
    await expect(pruneOnnx(bytes, { sparsity: 0.5 })).rejects.toMatchObject({
      code: 'external-data',
      message: expect.stringMatching(/externalData: \{ "model\.onnx\.data": bytes \}/),
    });
    expect(() => replaceWeights(bytes, new Map([['fc1.bias', new Float32Array(16)]]))).toThrow(
      /embedExternalData/,
    );
  });
});
