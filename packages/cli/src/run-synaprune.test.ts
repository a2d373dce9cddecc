import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from './flags/examples.js';
import { inModelFolder } from './testing/in-model-folder.js';
import { npy, pictureModel, wave } from './testing/model-folder.js';
import { run } from './testing/run.js';

inModelFolder();

const contents = () =>
  Object.fromEntries(
    readdirSync('.').map((name) => [name, existsSync(join(name, '.')) ? '' : readFileSync(name, 'latin1')]),
  );

describe('the examples of --help', () => {
  it('run as they stand there', async () => {
    const lines = Object.values(EXAMPLES).flat();
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) {
      const [program, ...argv] = line.split(' ');
      const { code, err } = await run(...argv);
      expect([program, line, code, err.includes('error')]).toEqual(['synaprune', line, 0, false]);
    }
    expect(existsSync('report.html') && existsSync('small.onnx') && existsSync('tfjs/small/model.json')).toBe(
      true,
    );
  });

  it('are shown by --help, which succeeds', async () => {
    for (const [command, lines] of Object.entries(EXAMPLES)) {
      const { code, out } = await run(command, '--help');
      expect([code, ...lines.filter((line) => !out.includes(line))]).toEqual([0]);
    }
  });
});

describe('shrink', () => {
  it('prints one object with what holds of the model before and after', async () => {
    const { code, out } = await run(
      ...['shrink', 'model.onnx', '--keep', '0.5', '--inputs', 'samples', '--out', 'small.onnx', '--json'],
    );
    expect(code).toBe(0);
    const found = JSON.parse(out);
    const cost = {
      bytes: expect.any(Number),
      gzip: expect.any(Number),
      brotli: expect.any(Number),
      ms: expect.any(Number),
    };
    expect(found).toMatchObject({
      before: cost,
      after: { ...cost, bytes: readFileSync('small.onnx').length },
      // Of seven samples the last is held back.
      samples: 1,
      calibration: 6,
      removed: [{ name: 'conv1.weight[0]', kind: 'channels', total: 16, removed: 8 }],
      notices: [{ code: 'few-samples' }],
    });
    expect(found.held).toContainEqual(expect.objectContaining({ name: 'head.weight[1]', total: 4 }));
    expect(found.agreement).toBeGreaterThanOrEqual(0);
    expect(found.agreement).toBeLessThanOrEqual(1);
    expect(found.after.bytes).toBeLessThan(found.before.bytes);
  });

  it('tells noise loudly where no inputs are given', async () => {
    const { out, err } = await run('shrink', 'model.onnx', '--keep', '0.5', '--dry-run');
    expect(err).toContain('notice noise-inputs: no inputs were given');
    expect(out).toContain('agreement with the model before');
    expect(existsSync('small.onnx')).toBe(false);
  });

  it.each([
    ['a model of ONNX', ['model.onnx', '--unit', 'channel', '--inputs', 'samples']],
    ['single weights', ['model.onnx', '--unit', 'weight', '--inputs', 'samples']],
    ['a model as it is', ['model.onnx', '--unit', 'weight', '--no-refit', '--inputs', 'samples']],
    ['a model of TensorFlow.js', ['tfjs/model.json', '--unit', 'weight']],
  ])('keeps %s in 8 bits where that is asked for', async (_, argv) => {
    const shrunk = async (...more: string[]) => {
      const { out, err } = await run('shrink', ...argv, '--keep', '0.5', '--dry-run', '--json', ...more);
      expect(err).not.toContain('error');
      return JSON.parse(out) as { after: { bytes: number }; agreement: number | null };
    };
    const [whole, small] = [await shrunk(), await shrunk('--quantize', 'int8')];
    expect(small.after.bytes).toBeLessThan(whole.after.bytes);
    expect(small.agreement === null).toBe(whole.agreement === null);
  });

  it('makes the same file again from the same seed', async () => {
    const files = [];
    for (const out of ['a.onnx', 'b.onnx']) {
      await run('shrink', 'model.onnx', '--keep', '0.5', '--seed', '3', '--out', out);
      files.push(readFileSync(out));
    }
    expect(files[0]).toEqual(files[1]);
  });
});

it('tells that it was noise where a model cannot run on it', async () => {
  const model = buildModel({
    inputs: { x: ['length'] },
    nodes: [['Reshape', ['x', 'shape'], ['y']]],
    tensors: { shape: { type: 'int64', shape: [2], data: new BigInt64Array([2n, -1n]) } },
    outputs: ['y'],
  });
  writeFileSync('pairs.onnx', model);
  const { code, err } = await run('compare', 'pairs.onnx', 'pairs.onnx');
  expect(code).toBe(1);
  expect(err).toContain('it was given noise: give --inputs, or --dimensions where only a length is wrong');
  expect((await run('compare', 'pairs.onnx', 'pairs.onnx', '--dimensions', 'length=4')).code).toBe(0);
});

it('compares models of TensorFlow.js on inputs', async () => {
  writeFileSync('rows.npy', npy(wave(12), [3, 4]));
  const { code, out } = await run('compare', 'tfjs/model.json', 'tfjs', '--inputs', 'rows.npy', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ agreement: 1, samples: 3, notices: [] });
});

describe('a command line that is wrong', () => {
  it.each([
    ['no command', [], 2],
    ['an unknown command', ['shirnk'], 2],
    ['an unknown option', ['look', 'model.onnx', '--jsn'], 2],
    ['too much', ['look', 'model.onnx', 'other.onnx'], 2],
    ['no share', ['shrink', 'model.onnx', '--out', 'a.onnx'], 2],
    ['a share that is none', ['shrink', 'model.onnx', '--keep', '1.5', '--out', 'a.onnx'], 2],
    ['a length that is none', ['compare', 'model.onnx', 'model.onnx', '--dimensions', 'batch'], 2],
    ['two lengths of one name', ['compare', 'model.onnx', 'model.onnx', '--dimensions', 'n=3,n=4'], 2],
    ['a rate that is none', ['finetune', 'model.onnx', '--learning-rate', '0'], 2],
    ['no model there', ['look', 'none.onnx'], 1],
    ['no model', ['look', 'recipe.json'], 1],
    ['nowhere to write to', ['shrink', 'model.onnx', '--keep', '0.5'], 2],
    ['a folder that is not there', ['shrink', 'model.onnx', '--keep', '0.5', '--out', 'none/a.onnx'], 1],
    ['the model as output', ['shrink', 'model.onnx', '--keep', '0.5', '--out', './model.onnx'], 1],
    ['the model as report', ['compare', 'model.onnx', 'model.onnx', '--report', 'model.onnx'], 1],
    [
      'shards over those that are read',
      ['shrink', 'tfjs/model.json', '--keep', '0.5', '--out', 'tfjs/small.json'],
      1,
    ],
    [
      'inputs as output',
      ['prune', 'model.onnx', '--sparsity', '0.5', '--inputs', 'samples', '--out', 'samples/more.bin'],
      1,
    ],
    ['the recipe as output', ['prune', 'model.onnx', '--recipe', 'recipe.json', '--out', './recipe.json'], 1],
    [
      'what is no plain file as output',
      ['prune', 'model.onnx', '--sparsity', '0.5', '--out', '/dev/null'],
      1,
    ],
    ['a name that is no UTF-8', ['prune', 'model.onnx', '--sparsity', '0.5', '--out', 'bad\uFFFD.onnx'], 2],
    [
      'the output as report',
      ['prune', 'model.onnx', '--sparsity', '0.5', '--out', 'a.onnx', '--report', './a.onnx'],
      1,
    ],
    [
      'a shard of the output as report',
      ['prune', 'tfjs', '--sparsity', '0.5', '--out', 'pruned/model.json', '--report', 'pruned/weights.bin'],
      1,
    ],
    ['what never ends as model', ['look', '/dev/zero'], 1],
    ['what never ends as recipe', ['prune', 'model.onnx', '--recipe', '/dev/zero', '--out', 'a.onnx'], 1],
    ['what never ends as inputs', ['compare', 'model.onnx', 'model.onnx', '--inputs', '/dev/zero'], 1],
    ['models of two formats', ['compare', 'model.onnx', 'tfjs/model.json'], 1],
    ['inputs that are not there', ['compare', 'model.onnx', 'model.onnx', '--inputs', 'none'], 1],
    ['inputs that are none', ['compare', 'model.onnx', 'model.onnx', '--inputs', 'recipe.json'], 1],
  ])('with %s is told, and changes nothing', async (_, argv, expected) => {
    mkdirSync('pruned');
    const before = contents();
    const { code, out, err } = await run(...argv);
    expect(code).toBe(expected);
    expect(out).toBe('');
    expect(err).not.toBe('');
    expect(err).not.toMatch(/\n {4}at \S+ \(/);
    expect(contents()).toEqual(before);
  });

  it.each([
    [
      ['shrink', 'model.onnx', '--kep', '0.5', '--out', 'a.onnx'],
      /unknown option '--kep'\n\(Did you mean --keep\?\)/,
    ],
    [['unpack', 'a.synp', '--uot', 'a.onnx'], /unknown option '--uot'\n\(Did you mean --out\?\)/],
    [['shrink', 'model.onnx', '--out', 'a.onnx'], /^error: shrink needs --keep SHARE/],
    [['unpack', 'a.synp'], /^error: unpack needs --out FILE/],
  ])('is told first what it has that nobody knows, then what it lacks: %j', async (argv, told) => {
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringMatching(told) });
  });

  it('with a link to nothing as output is told, and the link stays', async () => {
    symlinkSync('nowhere.onnx', 'link.onnx');
    const { code, err } = await run('prune', 'model.onnx', '--sparsity', '0.5', '--out', 'link.onnx');
    expect([code, err]).toEqual([1, expect.stringContaining('a symbolic link to a file that is not there')]);
    expect([lstatSync('link.onnx').isSymbolicLink(), existsSync('nowhere.onnx')]).toEqual([true, false]);
  });
});

describe('finetune', () => {
  it('says so where it learns from the sample that it measures by', async () => {
    const { code, out } = await run(
      ...['finetune', 'model.onnx', '--sparsity', '0.5', '--steps', '2', '--inputs', 'samples/more.bin'],
      ...['--dry-run', '--json'],
    );
    expect(code).toBe(0);
    const { samples, notices } = JSON.parse(out);
    expect(samples).toBe(1);
    expect(notices.map((notice: { readonly code: string }) => notice.code)).toContain('none-held-back');
  });

  it.each([
    [['--teacher', 'other.onnx', '--seconds', '0.01'], 'More --seconds.', '--s(?:teps|parsity)'],
    [['--sparsity', '0.9', '--steps', '1'], 'A lower --sparsity.', '--seconds'],
  ])('advises by the options that were given: %j', async (flags, told, other) => {
    writeFileSync('other.onnx', pictureModel(2.9));
    const line = ['finetune', 'model.onnx', '--inputs', 'samples', '--dry-run', ...flags];
    const { code, out } = await run(...line);
    expect([code, out]).toEqual([0, expect.stringContaining(told)]);
    expect(out).not.toMatch(new RegExp(other));
    expect(JSON.parse((await run(...line, '--json')).out)).not.toHaveProperty('trained');
  });
});
