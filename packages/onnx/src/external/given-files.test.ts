import { describe, expect, it } from 'vitest';
import {
  create,
  embedExternalData,
  encodeModel,
  findWeights,
  pruneOnnx,
  replaceWeights,
  StringStringEntryProtoSchema,
} from '../index.js';
import { perceptron } from '../testing/external-model.js';
import { bytes, data, given, tensors } from '../testing/given-perceptron.js';
import { kernel, matMulModel } from '../testing/small-models.js';

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
