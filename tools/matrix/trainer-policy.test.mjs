// @ts-check
/* What a page's policy on WebAssembly means for training on ONNX Runtime, in Chromium. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../check/workspace.mjs';
import { noChromium, openPage, serve } from './chromium.mjs';
import { policies } from './pages.mjs';

const WASM = 'ort-wasm-simd-threaded.wasm';

const PAGE = `
import { buildModel } from '@synaprune/onnx/graph';
import { createTrainer } from '@synaprune/onnxruntime';
import * as ort from 'onnxruntime-web/wasm';

const wave = (length, step) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
const results = {};
try {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: new URL('/${WASM}', location.href).href };
  const model = buildModel({
    inputs: { x: ['batch', 8] },
    tensors: { weight: { shape: [8, 4], data: wave(32, 1.7) } },
    nodes: [['MatMul', ['x', 'weight'], ['y']]],
    outputs: ['y'],
  });
  const trainer = await createTrainer({ ort, model, loss: 'mse', optimizer: 'adam', learningRate: 0.01 });
  const batch = { inputs: { x: wave(64, 0.3) }, targets: { y: wave(32, 0.7) } };
  const first = await trainer.step(batch);
  const second = await trainer.step({ batches: [batch, batch] });
  results.trainer = { passed: second.loss < first.loss, said: '' };
} catch (error) {
  results.trainer = { passed: false, said: \`\${error.code}: \${error.message}\` };
}
const shown = document.createElement('p');
shown.id = 'results';
shown.textContent = JSON.stringify(results);
document.body.append(shown);
`;

/** @type {string} */
let folder;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-policy-'));
  const bundled = await rolldown({
    input: 'page',
    cwd: root,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? '\0page' : null),
        load: (id) => (id === '\0page' ? PAGE : null),
      },
    ],
  });
  await bundled.write({ dir: folder, format: 'es', entryFileNames: 'page.js' });
  await bundled.close();
  const resolve = createRequire(join(root, 'packages', 'onnxruntime', 'package.json')).resolve;
  copyFileSync(resolve(`onnxruntime-web/${WASM}`), join(folder, WASM));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>policy</title><body><script type="module" src="/page.js"></script>',
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(noChromium() !== undefined).each(policies)(
  'under $policy a trainer steps by its kernels, or says that ONNX Runtime may not compile',
  async ({ policy, kernels }) => {
    const { address, close } = await serve(folder, { 'content-security-policy': policy });
    try {
      const { trials, errors } = await openPage(address);
      if (kernels === 'wasm-simd') {
        expect(trials.trainer, errors.join('\n')).toEqual({ passed: true, said: '' });
      } else {
        expect(trials.trainer?.passed).toBe(false);
        expect(trials.trainer?.said).toMatch(/^unsupported: ONNX Runtime on wasm .*unsafe-eval/s);
      }
    } finally {
      close();
    }
  },
);
