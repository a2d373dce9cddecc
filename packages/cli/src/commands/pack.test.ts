import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { create, decodeModel, encodeModel, TensorProtoSchema } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { pack } from '@synaprune/sparse';
import { describe, expect, it } from 'vitest';
import { inModelFolder } from '../testing/in-model-folder.js';
import { wave } from '../testing/model-folder.js';
import { run } from '../testing/run.js';

inModelFolder();

/** Runs a command line that succeeds, and takes its JSON. */
async function found(...argv: readonly string[]) {
  const { code, out, err } = await run(...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Readonly<Record<string, unknown>> & Record<'before' | 'after', { bytes: number }>;
}

describe('pack and unpack', () => {
  it('bring back an ONNX model byte for byte, and say what it took', async () => {
    await run('prune', 'model.onnx', '--sparsity', '0.9', '--out', 'pruned.onnx');
    const packed = await found('pack', 'pruned.onnx', '--out', 'pruned.synp');
    const size = readFileSync('pruned.synp').length;
    expect(packed).toMatchObject({
      command: 'pack',
      format: 'onnx',
      values: 'exact',
      before: {
        bytes: readFileSync('pruned.onnx').length,
        gzip: expect.any(Number),
        brotli: expect.any(Number),
      },
      after: { bytes: size },
      prunable: 2800,
      zeros: 2520,
      rounded: [],
      notices: [],
    });
    const unpacked = await found('unpack', 'pruned.synp', '--out', 'back.onnx');
    expect(unpacked).toMatchObject({
      command: 'unpack',
      format: 'onnx',
      before: { bytes: size },
      notices: [],
    });
    expect(readFileSync('back.onnx')).toEqual(readFileSync('pruned.onnx'));
  });

  it('bring back a model of TensorFlow.js with its shards, byte for byte', async () => {
    const weights = [{ name: 'first/kernel', shape: [4, 16], dtype: 'float32' }];
    const modelTopology = { class_name: 'Sequential', config: { layers: [] } };
    const manifest = [{ paths: ['a.bin', 'deep/b.bin'], weights }];
    const text = JSON.stringify({
      format: 'layers-model',
      weightsManifest: manifest,
      modelTopology,
      more: [1e-7, 'ü'],
    });
    for (const name of ['two', 'two/deep', 'back', 'back/deep']) mkdirSync(name);
    const bytes = new Uint8Array(wave(64).buffer);
    writeFileSync('two/model.json', text);
    writeFileSync('two/a.bin', bytes.subarray(0, 101));
    writeFileSync('two/deep/b.bin', bytes.subarray(101));
    await found('pack', 'two', '--out', 'two.synp');
    const files = ['back/model.json', 'back/a.bin', 'back/deep/b.bin'];
    expect(await found('unpack', 'two.synp', '--out', 'back/model.json')).toMatchObject({ files });
    const { out } = await run('unpack', 'two.synp', '--out', 'back/model.json');
    expect(out).toContain(`Written to ${files.join('\n           ')}\n`);
    for (const name of ['model.json', 'a.bin', 'deep/b.bin']) {
      expect(readFileSync(`back/${name}`)).toEqual(readFileSync(`two/${name}`));
    }
  });

  it.each([
    ['indented', (json: object) => `${JSON.stringify(json, null, 1)}\n`],
    [
      'of Python',
      (json: object) => JSON.stringify({ ...json, rate: 7 }).replace('"rate":7', '"rate": 7e-05'),
    ],
    ['with escapes', (json: object) => JSON.stringify({ ...json, by: 'x' }).replace('"x"', '"\\u00fc\\/"')],
    [
      'with a group of nothing',
      (json: object) => JSON.stringify(json).replace(/\]\}$/, ',{"paths":[],"weights":[]}]}'),
    ],
  ])('bring back a model.json %s, byte for byte', async (_, spell) => {
    writeFileSync('tfjs/model.json', spell(JSON.parse(readFileSync('tfjs/model.json', 'utf8'))));
    const { notices } = await found('pack', 'tfjs', '--values', 'int8', '--out', 'tfjs.synp');
    expect(notices).toEqual([]);
    await found('unpack', 'tfjs.synp', '--out', 'tfjs/small/model.json');
    expect(readFileSync('tfjs/small/model.json')).toEqual(readFileSync('tfjs/model.json'));
    expect((await run('look', 'tfjs/small')).code).toBe(0);
  });

  it('say so where weights lay in files of their own', async () => {
    const data = wave(400);
    const model = buildModel({
      inputs: { x: ['batch', 20] },
      tensors: { w: { shape: [20, 20], data } },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    });
    const { graph, ...rest } = decodeModel(model);
    const { name, dims, dataType } = graph!.initializer[0]!;
    const externalData = [{ key: 'location', value: 'w.bin' }];
    graph!.initializer = [create(TensorProtoSchema, { name, dims, dataType, dataLocation: 1, externalData })];
    writeFileSync('outside.onnx', encodeModel({ ...rest, graph: graph! }));
    writeFileSync('w.bin', new Uint8Array(data.buffer));
    const { notices } = await found('pack', 'outside.onnx', '--out', 'outside.synp');
    expect(notices).toMatchObject([{ code: 'weights-embedded' }]);
    await found('unpack', 'outside.synp', '--out', 'inside.onnx');
    expect((await found('look', 'inside.onnx')).elements).toBe(400);
  });

  it.each(['float16', 'int8', 'clustered'])(
    'round to %s where that is asked for, and tell how far',
    async (values) => {
      const { rounded, after, before } = await found('pack', 'tfjs', '--values', values, '--dry-run');
      expect(rounded).toMatchObject([
        { name: 'first/kernel', shape: [4, 16], values, error: { absolute: expect.any(Number) } },
        { name: 'second/kernel', shape: [16, 2], values },
      ]);
      expect(after.bytes).toBeLessThan(before.bytes);
      const { out } = await run('pack', 'tfjs', '--values', values, '--dry-run');
      expect(out).toContain('first/kernel');
      expect(existsSync('tfjs.synp')).toBe(false);
    },
  );

  it('do not write over weights that were rounded away', async () => {
    await found('pack', 'tfjs', '--values', 'int8', '--out', 'tfjs.synp');
    const whole = readFileSync('tfjs/weights.bin');
    const { code, err } = await run('unpack', 'tfjs.synp', '--out', 'tfjs/other.json');
    expect([code, err]).toEqual([1, expect.stringContaining('is there, holds other weights')]);
    expect([existsSync('tfjs/other.json'), readFileSync('tfjs/weights.bin')]).toEqual([false, whole]);
    // What was unpacked there before may be.
    for (const values of ['int8', 'float16']) {
      await found('pack', 'tfjs', '--values', values, '--out', 'tfjs.synp');
      await found('unpack', 'tfjs.synp', '--out', 'tfjs/small/model.json');
    }
  });

  it.each([
    ['nowhere to write to', ['pack', 'model.onnx'], 2, 'pack needs --out FILE'],
    ['another ending', ['pack', 'model.onnx', '--out', 'packed.onnx'], 1, 'ends in .synp'],
    ['a form that there is not', ['pack', 'model.onnx', '--values', 'int4', '--out', 'a.synp'], 2, 'int4'],
    ['no model', ['pack', 'recipe.json', '--out', 'a.synp'], 1, 'error bad-model'],
    ['a shard', ['pack', 'tfjs/weights.bin', '--out', 'a.synp'], 1, 'an .onnx file or a model.json'],
    ['a file of nothing', ['pack', 'empty.bin', '--out', 'a.synp'], 1, 'an .onnx file or a model.json'],
    ['no packed file there', ['unpack', 'none.synp', '--out', 'a.onnx'], 1, 'is not there'],
    ['no packed file', ['unpack', 'model.onnx', '--out', 'a.onnx'], 1, 'error corrupt-file'],
    ['a folder', ['unpack', 'tfjs', '--out', 'a.onnx'], 1, 'cannot be read: it is a folder'],
    ['what never ends', ['unpack', '/dev/zero', '--out', 'a.onnx'], 1, 'error corrupt-file'],
    [
      'another ending',
      ['unpack', 'packed.synp', '--out', 'a.pb'],
      1,
      '--out needs a path that ends in .onnx',
    ],
    ['the packed file as output', ['unpack', 'packed.synp', '--out', 'packed.synp'], 1, 'which is read'],
    ['a format that it does not hold', ['unpack', 'packed.synp', '--out', 'a.json'], 1, 'error wrong-kind'],
    ['a state', ['unpack', 'state.synp', '--out', 'a.onnx'], 1, 'error wrong-kind'],
  ])('tell what is wrong with %s', async (_, argv, expected, message) => {
    expect((await run('pack', 'model.onnx', '--out', 'packed.synp')).code).toBe(0);
    writeFileSync('empty.bin', '');
    writeFileSync('state.synp', (await pack({ w: { shape: [96], data: wave(96) } })).bytes);
    const { code, out, err } = await run(...argv);
    expect([code, out, err]).toEqual([expected, '', expect.stringContaining(message)]);
    expect(['a.onnx', 'a.json', 'a.pb', 'a.synp', 'packed.onnx'].filter((name) => existsSync(name))).toEqual(
      [],
    );
  });
});
