import { readFileSync, writeFileSync } from 'node:fs';
import { buildModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { inModelFolder } from '../testing/in-model-folder.js';
import { wave } from '../testing/model-folder.js';
import { run } from '../testing/run.js';

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
