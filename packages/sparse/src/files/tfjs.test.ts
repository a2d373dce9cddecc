import { describe, expect, it } from 'vitest';
import type { TfjsArtifacts } from './decode/model.js';
import { packedTfjs } from './decode/tfjs-handler.js';
import { pack } from './encode/pack.js';
import { pruned } from './testing/pruned.js';
import { unpack } from './unpack.js';

const kernel = pruned(3000, 0.9);
const texts = Uint8Array.of(2, 0, 0, 0, 104, 105, 0, 0, 0, 0);
const data = new Uint8Array([
  ...new Uint8Array(kernel.buffer),
  ...texts,
  ...new Uint8Array(Uint16Array.from({ length: 500 }, (_, i) => (i % 7 === 0 ? 15360 + i : 0)).buffer),
  ...Uint8Array.from({ length: 300 }, (_, i) => i % 3),
]).buffer;
const artifacts = {
  modelTopology: {
    class_name: 'Sequential',
    config: { layers: [], 2: -0, __proto__: null, deep: [[[1e-300]]] },
  },
  format: 'layers-model',
  generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
  convertedBy: null,
  trainingConfig: { loss: 'meanSquaredError', metrics: ['acc'], optimizer_config: { lr: 0.1 + 0.2 } },
  userDefinedMetadata: { 'ü\ud800': '\u0000', on: true },
  weightSpecs: [
    { name: 'out/kernel', shape: [300, 10], dtype: 'float32' },
    { name: 'words', shape: [2], dtype: 'string' },
    { name: 'half', shape: [500], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'codes', shape: [300], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -0 } },
  ],
} satisfies TfjsArtifacts & Record<string, unknown>;

const roundTrip = async (model: TfjsArtifacts) => unpack((await pack(model)).bytes, { kind: 'tfjs' });

describe('artifacts of TensorFlow.js', () => {
  it('come back with their weights byte for byte, and all else', async () => {
    const model = { ...artifacts, weightData: data };
    const { bytes, report } = await pack(model);
    expect(await unpack(bytes)).toEqual(model);
    expect(JSON.stringify(await unpack(bytes))).toBe(JSON.stringify(model));
    expect(report).toMatchObject({ kind: 'tfjs', bytes: { before: data.byteLength, after: bytes.length } });
    expect(bytes.length).toBeLessThan(3500);
  });

  it('come back in as many buffers, wherever these end', async () => {
    const cuts = [0, 401, 401, 4001, 12_000, 13_000, data.byteLength];
    const weightData = cuts.slice(1).map((cut, i) => data.slice(cuts[i], cut));
    const model = { ...artifacts, weightData };
    expect(await roundTrip(model)).toEqual(model);
  });

  it.each([
    ['no weights', { modelTopology: {} }],
    ['an empty list of buffers', { modelTopology: {}, weightSpecs: [], weightData: [] }],
    ['an empty buffer', { modelTopology: {}, weightSpecs: [], weightData: new ArrayBuffer(0) }],
    ['weights alone', { weightSpecs: artifacts.weightSpecs, weightData: data }],
    ['bytes that no weight has', { weightSpecs: [], weightData: data }],
  ])('come back with %s', async (_, model) => {
    expect(await roundTrip(model as TfjsArtifacts)).toEqual(model);
  });

  const spec = artifacts.weightSpecs[0]!;
  it.each<[string, object, string]>([
    [
      'a topology of bytes',
      { modelTopology: new ArrayBuffer(3), weightSpecs: [] },
      'got [object ArrayBuffer] in it',
    ],
    [
      'a function',
      { ...artifacts, getWeightStream: () => {}, weightData: data },
      'needs artifacts to be JSON',
    ],
    ['what no JSON can hold', { ...artifacts, x: Number.NaN, weightData: data }, 'to be JSON, got NaN in it'],
    [
      'weights that are too short',
      { weightSpecs: [spec], weightData: new ArrayBuffer(11_999) },
      'at least 12000',
    ],
    [
      'weights of an unknown type',
      { weightSpecs: [{ ...spec, dtype: 'int4' }] },
      'known type of "out/kernel"',
    ],
    ['a shape that is none', { weightSpecs: [{ ...spec, shape: [-1] }] }, 'a name and a shape'],
    ['texts beyond the end', { weightSpecs: [{ ...spec, dtype: 'string' }], weightData: data }, 'got 13310'],
  ])('are refused with %s', async (_, model, message) => {
    await expect(pack(model)).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringContaining(message),
    });
  });

  it('are refused when they hold themselves', async () => {
    const modelTopology: Record<string, unknown> = {};
    modelTopology.self = modelTopology;
    await expect(pack({ modelTopology })).rejects.toThrow('nested at most 200 levels');
  });

  it.each([
    [
      'the text of a model.json',
      { modelTopology: {}, weightsManifest: [{ paths: ['a.bin'], weights: artifacts.weightSpecs }] },
      /got the text of a model\.json, whose weights are in the shards beside it: .*readTfjsFiles/,
    ],
    [
      'that of a model.json without topology',
      { weightsManifest: [{ paths: ['a.bin'], weights: [] }] },
      /got the text of a model\.json/,
    ],
    [
      'a layers model',
      { _callHook: null, layers: [], save: async () => {} },
      /^pack needs the artifacts .* got a layers model: pass what modelArtifacts\(model\) of @synaprune\/tfjs/,
    ],
    ['a graph model', { modelTopology: {}, save: async () => {} }, /got a graph model: .*withSaveHandler/],
  ])('are refused where there is %s in their place', async (_, model, message) => {
    await expect(pack(model as unknown as TfjsArtifacts)).rejects.toThrow(TypeError);
    await expect(pack(model as unknown as TfjsArtifacts)).rejects.toThrow(message);
  });

  it('are refused with weights that are no buffers', async () => {
    const weightData = new Uint8Array(3) as unknown as ArrayBuffer;
    await expect(pack({ ...artifacts, weightData })).rejects.toThrow('got a Uint8Array of 3');
  });

  it('are loaded by the handler that TensorFlow.js asks, which tells how far it is', async () => {
    const model = { ...artifacts, weightData: data };
    const { bytes } = await pack(model);
    const seen: number[] = [];
    const handler = packedTfjs(bytes, { onProgress: ({ loaded, total }) => seen.push(loaded / total) });
    expect(await handler.load()).toEqual(model);
    expect(await handler.load()).toEqual(model);
    expect(seen.at(-1)).toBe(1);
  });

  it('are not taken for another kind', async () => {
    const { bytes } = await pack({ ...artifacts, weightData: data });
    await expect(unpack(bytes, { kind: 'onnx' })).rejects.toMatchObject({
      code: 'wrong-kind',
      message: 'unpack needs a file of kind onnx, got "tfjs"',
    });
  });
});
