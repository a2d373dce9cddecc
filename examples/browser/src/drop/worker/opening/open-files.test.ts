import { pack } from '@synaprune/sparse';
import { decodeTfjs } from '@synaprune/tfjs-files';
import { expect, it } from 'vitest';
import type { TestFile } from '../../../testing/drop-acts';
import { onnxModel, tfjsModel, twoFiles } from '../../../testing/models';
import type { GivenFile } from '../../protocol';
import { openFiles } from './open-files';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const given = (files: readonly TestFile[]): GivenFile[] =>
  files.map(({ name, bytes }) => ({ path: name, file: new Blob([bytes as Uint8Array<ArrayBuffer>]) }));
const tfjsArtifacts = () => {
  const [json, ...shards] = tfjsModel();
  return decodeTfjs(json!.bytes, Object.fromEntries(shards.map(({ name, bytes }) => [name, bytes])));
};
const packed = async (name: string, model: Parameters<typeof pack>[0]): Promise<GivenFile> => ({
  path: name,
  file: new Blob([(await pack(model)).bytes]),
});
const opened = async (file: GivenFile) => (await openFiles([file])).with((model) => model as unknown);

it.each<[string, readonly TestFile[], RegExp]>([
  [
    'no model',
    [{ name: 'notes.txt', bytes: text('shopping') }],
    /^“notes\.txt”: no model is in it\. This page takes/,
  ],
  [
    'an empty file',
    [{ name: 'a.onnx', bytes: text('') }],
    /^“a\.onnx” is empty: export or download it again, and drop that\.$/,
  ],
  ['a web page', [{ name: 'a.onnx', bytes: text('<!doctype html>') }], /^“a\.onnx” is a web page/],
  [
    'a model that was cut off',
    [{ name: 'a.onnx', bytes: onnxModel().subarray(0, 9000) }],
    /^“a\.onnx” .* cut off .*\. Get it again from where it came, and drop that\.$/,
  ],
  [
    'a model.json alone',
    tfjsModel().slice(0, 1),
    /^“model\.json” names 3 files .* 3 are missing: “group1-shard1of3\.bin”, /,
  ],
  [
    'a shard too few',
    tfjsModel().slice(0, 3),
    /of which one is missing: “group1-shard3of3\.bin”\. Drop or choose/,
  ],
  ['shards without their model', tfjsModel().slice(1), /weights without their model\. Drop the model\.json/],
  ['JSON that is none', [{ name: 'model.json', bytes: text('{"a":') }], /it is not whole JSON/],
  ['JSON of something else', [{ name: 'package.json', bytes: text('{}') }], /has no weightsManifest/],
  [
    'two models',
    [
      { name: 'a.onnx', bytes: onnxModel() },
      { name: 'b.onnx', bytes: onnxModel() },
    ],
    /^Drop one model at a time/,
  ],
  [
    'a model without its data',
    twoFiles().slice(0, 1),
    /^“two\.onnx” keeps weights in “two\.onnx\.data”, beside it\. Drop both together\./,
  ],
  ['a model of PyTorch', [{ name: 'a.pt', bytes: text('PK') }], /torch\.onnx\.export/],
])('says in words what is wrong with %s, and what to do', async (_, files, words) => {
  await expect(openFiles(given(files))).rejects.toThrow(words);
});

it('says how large a model it takes, and why', async () => {
  const file = { size: 256e6 + 1 } as Blob;
  await expect(openFiles([{ path: 'large.onnx', file }])).rejects.toThrow(
    /^These files have 256\u00a0MB, and this page takes 256\u00a0MB at most: it holds a model some six times, .* The command line takes larger ones/,
  );
});

it('opens a packed model of either kind, as what it was packed from', async () => {
  expect(await opened(await packed('mine.synp', onnxModel()))).toMatchObject({
    name: 'mine',
    content: onnxModel(),
  });
  const artifacts = tfjsArtifacts();
  expect(await opened(await packed('Mine.SYNP', artifacts))).toMatchObject({
    name: 'Mine',
    content: artifacts,
  });
  // As the page itself packs what it trained: one buffer of weights, and no word of shards.
  const { weightsManifest: _, weightData, ...rest } = artifacts;
  const joined = await new Blob(weightData).arrayBuffer();
  expect(await opened(await packed('run.synp', { ...rest, weightData: joined }))).toMatchObject({
    content: { modelTopology: artifacts.modelTopology, weightSpecs: artifacts.weightSpecs },
  });
});

it('says what is wrong with a packed file that it cannot open', async () => {
  const state = await packed('state.synp', { w: { shape: [2], data: Float32Array.of(1, 2) } });
  await expect(openFiles([state])).rejects.toThrow(
    /^“state\.synp” holds tensors without a model, .* Drop a model/,
  );
  const { file } = await packed('m.synp', onnxModel());
  const cut = { path: 'm.synp', file: file.slice(0, 2000) };
  await expect(openFiles([cut])).rejects.toThrow(
    /^“m\.synp” is no packed model, or not all of one: .* Get it again from where it came, and drop that\.$/,
  );
  await expect(openFiles([state, cut])).rejects.toThrow(
    /^Drop one model at a time; these are “state\.synp”, “m\.synp”\./,
  );
});

it('says of what only the command line takes where that comes from', async () => {
  await expect(openFiles(given([{ name: 'a.tflite', bytes: text('TFL3') }]))).rejects.toThrow(
    'npx synaprune look model.tflite (until that is released, in a clone: npm run synaprune -- look model.tflite)',
  );
});
