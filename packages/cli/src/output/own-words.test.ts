import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { inModelFolder } from '../testing/in-model-folder.js';
import { wave } from '../testing/model-folder.js';
import { run } from '../testing/run.js';
import { inOwnWords, WORDS } from './own-words.js';

const packages = join(import.meta.dirname, '..', '..', '..');

/** All sources of the libraries, with texts that are written in two parts as one. */
function sources(): string {
  const files = readdirSync(packages).flatMap((name) => {
    if (name === 'cli') return [];
    const folder = join(packages, name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(folder, path), 'utf8'));
  });
  return files.join('\n').replaceAll(/['`"] \+\s+['`"]/g, '');
}

describe('what libraries say', () => {
  it('is still said so by one of them, each of it', () => {
    const all = sources();
    expect(WORDS.filter(([library]) => !all.includes(library))).toEqual([]);
  });

  it.each([
    [
      'node "a" (LayerNormalization): across: \'normalisation\' allows it',
      'node "a" (LayerNormalization): shrink --across normalisation allows it',
    ],
    ['compareOnnx needs inputs: "x" is open', 'synaprune needs --inputs: "x" is open'],
    ['compareOnnx: no input leaves "x" open', 'synaprune: no input leaves "x" open'],
    ['"a" stays (findWeights says why)', '"a" stays (look says why)'],
    // Names stay as they are.
    ['"classes names \\" classes names" is gone', '"classes names \\" classes names" is gone'],
    ['the model has no weights', 'the model has no weights'],
  ])('%s', (library, own) => {
    expect(inOwnWords(library)).toBe(own);
  });
});

describe('the command line', () => {
  inModelFolder();

  it.each([
    ['look', ['look', 'normalised.onnx']],
    ['shrink', ['shrink', 'normalised.onnx', '--keep', '0.5', '--no-refit', '--dry-run']],
  ])('names its own option where channels are normalised over, in %s', async (_, line) => {
    const square = { shape: [16, 16], data: wave(256) };
    const model = buildModel({
      inputs: { x: ['batch', 16] },
      tensors: { a: square, b: square, scale: { shape: [16], data: wave(16) } },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['LayerNormalization', ['h', 'scale'], ['n']],
        ['MatMul', ['n', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    writeFileSync('normalised.onnx', model);
    const { code, out } = await run(...line, '--json');
    const { held } = JSON.parse(out);
    expect([code, held[0].heldBy]).toEqual([
      0,
      expect.stringMatching(/without a unit the others change; shrink --across normalisation allows it$/),
    ]);
    expect((await run(...line)).code).toBe(0);
  });

  it.each([
    ['tfjs/model.json', 'name that ends in .json'],
    ['model.tflite', 'name that ends in .tflite'],
  ])('says under which name it takes %s', async (file, told) => {
    copyFileSync(file, 'fake.onnx');
    expect(await run('look', 'fake.onnx')).toMatchObject({ code: 1, err: expect.stringContaining(told) });
  });
});
