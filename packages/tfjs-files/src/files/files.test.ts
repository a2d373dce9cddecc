import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WeightSpec } from '../artifacts/artifacts.js';
import { pruneTfjs } from '../pruning/prune-tfjs.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import { languageFiles } from '../testing/language-model.js';
import { recurrentModel, weightsOf } from '../testing/layer-models.js';
import { decodeTfjs } from './decode-tfjs.js';
import { encodeTfjs } from './encode-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('files that nobody changed', () => {
  it('come back with the same JSON and the same bytes, of a real model', () => {
    const { json, shards } = languageFiles();
    const files = encodeTfjs(decodeTfjs(json, shards));
    expect(JSON.parse(files.modelJson)).toEqual(JSON.parse(json));
    expect(Object.keys(JSON.parse(files.modelJson))).toEqual(Object.keys(JSON.parse(json)));
    expect(Object.keys(files.shards)).toEqual(Object.keys(shards));
    for (const [name, bytes] of Object.entries(shards))
      expect(Buffer.compare(files.shards[name]!, bytes)).toBe(0);
  });

  it('keep groups and shards, and fields that nobody knows', () => {
    const { json, shards } = grouped();
    const files = encodeTfjs(decodeTfjs(JSON.stringify(json), shards));
    expect(JSON.parse(files.modelJson)).toEqual(json);
    expect(files.shards).toEqual(shards);
  });

  it('are read from text, from bytes and from an object', () => {
    const { json, shards } = grouped();
    const text = JSON.stringify(json);
    const wanted = decodeTfjs(json, shards);
    expect(decodeTfjs(text, shards)).toEqual(wanted);
    expect(decodeTfjs(new TextEncoder().encode(text), shards)).toEqual(wanted);
    expect(wanted.weightSpecs?.map(({ name }) => name)).toEqual(['a/kernel', 'b/kernel', 'c/bias']);
  });
});

describe('pruned files', () => {
  it('have the shards they had, in the bytes they had', async () => {
    const { json, shards } = grouped();
    const { artifacts } = await pruneTfjs(decodeTfjs(json, shards), { sparsity: 0.5 });
    const files = encodeTfjs(artifacts);
    expect(JSON.parse(files.modelJson)).toEqual(json);
    expect(Object.entries(files.shards).map(([name, { length }]) => [name, length])).toEqual(
      Object.entries(shards).map(([name, { length }]) => [name, length]),
    );
    expect(files.shards['c.bin']).toEqual(shards['c.bin']);
  });
});

describe('files that were read', () => {
  it('are artifacts of tfjs, to TypeScript too', async () => {
    const dense = encodeTfjs(await artifactsOf(recurrentModel()));
    const { artifacts } = await pruneTfjs(decodeTfjs(dense.modelJson, dense.shards), { sparsity: 0.5 });
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    expect(model.layers.length).toBe(6);
  });
});

describe('artifacts of tfjs', () => {
  it('become files that tfjs loads, in shards of the size that was asked for', async () => {
    const dense = await artifactsOf(recurrentModel());
    const { modelJson, shards } = encodeTfjs(dense, { shardSizeBytes: 1000 });
    const total = (dense.weightData as ArrayBuffer).byteLength;
    const sizes = Object.values(shards).map(({ length }) => length);
    expect(sizes.slice(0, -1).every((size) => size === 1000)).toBe(true);
    expect(sizes.reduce((a, b) => a + b)).toBe(total);
    expect(Object.keys(shards)[1]).toBe(`group1-shard2of${sizes.length}.bin`);
    const { modelTopology, weightsManifest } = JSON.parse(modelJson);
    const weightSpecs = weightsManifest.flatMap((group: { weights: WeightSpec[] }) => group.weights);
    const buffers = Object.values(shards).map(({ buffer }) => buffer);
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs, weightData: buffers }),
    );
    const values = weightsOf(dense);
    for (const weight of model.weights) {
      expect(weight.read().dataSync()).toEqual(values.get(weight.originalName));
    }
  });

  it('are in one shard of up to 4 MiB unless told', () => {
    const sizes = (length: number) =>
      Object.values(
        encodeTfjs({
          weightSpecs: [{ name: 'a', shape: [length], dtype: 'bool' }],
          weightData: new ArrayBuffer(length),
        }).shards,
      ).map((shard) => shard.length);
    expect(sizes(4 << 20)).toEqual([4 << 20]);
    expect(sizes((4 << 20) + 1)).toEqual([4 << 20, 1]);
    expect(encodeTfjs({ modelTopology: { class_name: 'A', config: {} } }).shards).toEqual({});
  });
});

describe('what cannot be read is refused', () => {
  const { json, shards } = grouped();
  const [first, second] = json.weightsManifest;
  const codeOf = (model: unknown, files: unknown = shards) => {
    try {
      decodeTfjs(model as object, files as Record<string, Uint8Array>);
      return 'nothing';
    } catch (error) {
      return (error as { code?: string }).code ?? (error as Error).name;
    }
  };
  const withSpec = (change: object) => ({
    ...json,
    weightsManifest: [{ ...first, weights: [{ ...first.weights[0], ...change }, first.weights[1]] }, second],
  });
  const withPath = (path: unknown) => ({
    model: { ...json, weightsManifest: [first, { ...second, paths: [path] }] },
    files: { 'a.bin': shards['a.bin'], 'b.bin': shards['b.bin'], [String(path)]: shards['c.bin'] },
  });

  it.each<[string, object]>([
    ['a dtype that is none', { dtype: 'float64' }],
    ['a name that is none', { name: 3 }],
    ['an empty name', { name: '' }],
    ['the name of another', { name: 'c/bias' }],
    ['no shape', { shape: undefined }],
    ['a shape below zero', { shape: [-4, -4] }],
    ['a shape of fractions', { shape: [8.5, 4] }],
    ['a shape of text', { shape: ['8', 4] }],
    ['a shape beyond all numbers', { shape: [2 ** 40, 2 ** 40] }],
    ['a shape of many axes', { shape: Array.from({ length: 40 }, () => 1) }],
    ['a quantisation that is none', { quantization: null }],
    ['a quantisation in an unknown type', { quantization: { dtype: 'uint4', scale: 1, min: 0 } }],
    ['a quantisation without a scale', { quantization: { dtype: 'uint8', min: 0 } }],
    ['a quantisation with a scale of text', { quantization: { dtype: 'uint8', scale: '1', min: 0 } }],
    ['int32 in float16', { dtype: 'int32', quantization: { dtype: 'float16' } }],
    ['strings in uint8', { dtype: 'string', quantization: { dtype: 'uint8', scale: 1, min: 0 } }],
  ])('a weight with %s', (_, change) => expect(codeOf(withSpec(change))).toBe('bad-model'));

  it.each<[string, object]>([
    ['longer than its shards', { shape: [2 ** 20, 2 ** 20] }],
    ['a little longer', { shape: [4, 5] }],
    ['shorter', { shape: [4, 3] }],
    ['of strings that run past the end', { dtype: 'string', shape: [3] }],
    ['of more strings than there are bytes', { dtype: 'string', shape: [2 ** 50] }],
    ['in fewer bits than its shards', { quantization: { dtype: 'float16' } }],
  ])('a weight that is %s', (_, change) => expect(codeOf(withSpec(change))).toBe('external-data'));

  it.each<[string, unknown]>([
    ['an absolute one', '/etc/passwd'],
    ['one out of its folder', '../c.bin'],
    ['one out of its folder and back', 'a/../../c.bin'],
    ['a URL', 'https://example.com/c.bin'],
    ['a drive', 'C:c.bin'],
    ['a file URL', 'file:///c.bin'],
    ['one with a NUL', 'c.bin\0x'],
    ['one with a backslash', '..\\c.bin'],
    ['an empty one', ''],
    ['a folder', 'c/'],
    ['one that is this folder', '.'],
    ['one that is named twice', './a.bin'],
    ['a number', 7],
  ])('a path of a shard that is %s', (_, path) => {
    const { model, files } = withPath(path);
    expect(codeOf(model, files)).toBe('external-data');
  });

  it('shards that are missing, too many, or no bytes', () => {
    const { 'c.bin': _, ...some } = shards;
    expect(codeOf(json, some)).toBe('external-data');
    expect(codeOf(json, {})).toBe('external-data');
    expect(codeOf(json, { ...shards, 'd.bin': new Uint8Array(4) })).toBe('external-data');
    expect(codeOf(json, { ...shards, './c.bin': new Uint8Array(4) })).toBe('external-data');
    expect(codeOf(json, { ...shards, 'c.bin': 'text' })).toBe('TypeError');
    expect(codeOf(json, new Uint8Array(4))).toBe('TypeError');
  });

  it('JSON that is none, or of something else', () => {
    expect(codeOf('{"modelTopology": NaN}')).toBe('bad-model');
    expect(codeOf('')).toBe('bad-model');
    expect(codeOf('[]')).toBe('bad-model');
    expect(codeOf('{"a": 1}')).toBe('bad-model');
    expect(codeOf('{"modelTopology": 1e999}', {})).toBe('bad-model');
    expect(codeOf(`{"modelTopology": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`, {})).toBe('bad-model');
    expect(codeOf(Uint8Array.of(0xff, 0xfe, 0x7b))).toBe('bad-model');
    expect(codeOf({ ...json, weightsManifest: 7 })).toBe('bad-model');
    expect(codeOf({ ...json, weightsManifest: [7] })).toBe('bad-model');
    expect(codeOf({ ...json, weightsManifest: [{ paths: 'a.bin', weights: [] }] })).toBe('bad-model');
    expect(codeOf({ ...json, weightData: 'x' })).toBe('bad-model');
    expect(codeOf(7)).toBe('TypeError');
    expect(codeOf(null)).toBe('TypeError');
  });

  it('an object that contains itself', () => {
    const loop: Record<string, unknown> = { ...json };
    loop.userDefinedMetadata = loop;
    expect(codeOf(loop)).toBe('bad-model');
  });
});

it('a member called __proto__ is a member', () => {
  const text =
    '{"modelTopology": {"class_name": "A", "config": {"__proto__": {"units": 1}}}, "weightsManifest": []}';
  const files = encodeTfjs(decodeTfjs(text));
  expect(files.modelJson).toBe(text.replaceAll(' ', ''));
  expect(({} as { units?: number }).units).toBeUndefined();
});

type Group = {
  readonly paths: readonly string[];
  readonly weights: readonly (WeightSpec & { readonly note?: string })[];
};

/** Two groups, the first in two shards that no weight ends with. */
function grouped(): {
  readonly json: { readonly weightsManifest: readonly [Group, Group] } & Record<string, unknown>;
  readonly shards: Record<string, Uint8Array>;
} {
  const values = (length: number) =>
    new Uint8Array(Float32Array.from({ length }, (_, i) => Math.sin(i)).buffer);
  const all = values(32);
  return {
    json: {
      format: 'layers-model',
      modelTopology: {
        class_name: 'Sequential',
        config: ['a', 'b', 'c'].map((name) => ({ class_name: 'Dense', config: { name } })),
      },
      weightsManifest: [
        {
          paths: ['a.bin', 'b.bin'],
          weights: [
            { name: 'a/kernel', shape: [4, 4], dtype: 'float32' },
            { name: 'b/kernel', shape: [4, 4], dtype: 'float32' },
          ],
        },
        { paths: ['c.bin'], weights: [{ name: 'c/bias', shape: [4], dtype: 'float32', note: 'own' }] },
      ],
      userDefinedMetadata: { by: 'us' },
      somethingNew: [1, null, { a: true }],
    },
    shards: { 'a.bin': all.slice(0, 50), 'b.bin': all.slice(50), 'c.bin': values(4) } as Record<
      string,
      Uint8Array
    >,
  };
}
