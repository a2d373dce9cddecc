import { readFileSync, writeFileSync } from 'node:fs';
import { buildModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { inModelFolder } from '../testing/in-model-folder.js';
import { wave } from '../testing/model-folder.js';
import { run } from '../testing/run.js';
import { sentenceHtml } from './html.js';

inModelFolder();

it('draws layers in the order in which the model is computed, which is not that of its file', async () => {
  const kernel = { shape: [16, 16], data: wave(256) };
  const model = buildModel({
    inputs: { x: ['batch', 16] },
    tensors: { later: kernel, earlier: kernel },
    nodes: [
      ['MatMul', ['x', 'earlier'], ['h']],
      ['MatMul', ['h', 'later'], ['y']],
    ],
    outputs: ['y'],
  });
  writeFileSync('two.onnx', model);
  const flags = ['--sparsity', '0.5', '--dry-run', '--json', '--report', 'report.html'];
  const { out } = await run('prune', 'two.onnx', ...flags);
  const names = JSON.parse(out).removed.map(({ name }: { readonly name: string }) => name);
  expect(names).toEqual(['earlier', 'later']);
  const page = readFileSync('report.html', 'utf8');
  expect(page).toMatch(/aria-label="earlier: \d+ of 256 stay; later: \d+ of 256 stay"/);
  expect(page).toContain('in the order of the model');
});

it('breaks no line between a number and its unit, and leaves names as they are', () => {
  expect(sentenceHtml('< 0.1 % of 12.3 kB in 4 ms, 1.5 s, 0.6 × "block 2 s" 3 samples')).toBe(
    '&#60;\u00a00.1\u00a0% of 12.3\u00a0kB in 4\u00a0ms, 1.5\u00a0s, 0.6\u00a0× &#34;block 2 s&#34; 3 samples',
  );
});

it('has no number that may be parted from its unit', async () => {
  const flags = ['--keep', '0.5', '--inputs', 'samples', '--dry-run', '--report', 'report.html'];
  expect((await run('shrink', 'model.onnx', ...flags)).code).toBe(0);
  const page = readFileSync('report.html', 'utf8');
  const texts = page.match(/<(?:p|td|li)[ >][\s\S]*?<\/(?:p|td|li)>/g)!.join('\n');
  expect(texts).toMatch(/\d\u00a0kB/);
  expect(texts).toMatch(/\d\u00a0%/);
  expect(texts.match(/\d (?:%|×|(?:[kMG]?B|[µm]?s)\b)/g)).toBeNull();
});
