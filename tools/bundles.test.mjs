/* What a page carries: the built packages through a bundler, and the modules it took. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { root } from './check/workspace.mjs';
import { budgets, measureSize } from './release/sizes.mjs';

test('a page with tfjs-core, tfjs-layers and one backend gets nothing else of tfjs with pruning', async () => {
  const { entry, later } = await bundle(`
    import { pruneModel } from '@synaprune/tfjs';
    import { tensor } from '@tensorflow/tfjs-core';
    import { sequential } from '@tensorflow/tfjs-layers';
    import '@tensorflow/tfjs-backend-cpu';
    globalThis.page = [pruneModel, tensor, sequential];
  `);
  expect(entry.filter((name) => name.startsWith('@tensorflow/'))).toEqual([
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
  ]);
  expect(entry.filter((name) => name.startsWith('@synaprune/'))).toEqual([
    '@synaprune/core',
    '@synaprune/host',
    '@synaprune/tfjs',
  ]);
  // Saving and restoring what learns on under masks.
  expect(later).toEqual(['@synaprune/tfjs']);
});

test('a page that prunes in its own loop gets no layers', async () => {
  const { entry } = await bundle(`
    import { createPruner, pruneOptimizer, tfjsBackend } from '@synaprune/tfjs';
    import '@tensorflow/tfjs-backend-cpu';
    globalThis.page = [createPruner, pruneOptimizer, tfjsBackend];
  `);
  expect(entry).toContain('@synaprune/tfjs');
  expect(entry).not.toContain('@tensorflow/tfjs-layers');
});

test('a page that trains ONNX models carries the kernels of WebGPU in a chunk that is loaded later', async () => {
  const { entry, later } = await bundle(`
    import { createTrainer } from '@synaprune/onnxruntime';
    globalThis.page = createTrainer;
  `);
  expect(entry).toContain('@synaprune/onnxruntime');
  expect(entry).toContain('@synaprune/host');
  expect(entry).not.toContain('@synaprune/webgpu');
  expect(later).toContain('@synaprune/webgpu');
});

test('a page that reads packed files carries 3 kB for it, and no other package', async () => {
  const { entry, later, code } = await bundle(
    `
      import { unpack } from '@synaprune/sparse/unpack';
      globalThis.page = unpack;
    `,
    { minify: true },
  );
  expect(entry).toEqual(['@synaprune/sparse']);
  expect(later).toEqual([]);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(3000);
  expect(code).not.toContain('WebAssembly');
});

test.each(budgets)('$entry stays within $limitBytes bytes, gzipped', async (budget) => {
  const { gzipBytes } = await measureSize(budget);
  expect(gzipBytes).toBeLessThanOrEqual(budget.limitBytes);
});

test.each([
  ['core + tfjs', '`@synaprune/tfjs`'],
  ['core + onnxruntime, on wasm', '`@synaprune/onnxruntime`'],
  ['core + host', '`@synaprune/core`, `@synaprune/host`'],
])('the README promises what %s stays within', (entry, taken) => {
  const { limitBytes } = budgets.find((budget) => budget.entry === entry) ?? { limitBytes: Number.NaN };
  const row = readFileSync(`${root}/README.md`, 'utf8')
    .split('\n')
    .find((line) => line.includes(`| ${taken} |`));
  expect(row).toContain(`| ${Math.ceil(limitBytes / 1000)} kB |`);
});
