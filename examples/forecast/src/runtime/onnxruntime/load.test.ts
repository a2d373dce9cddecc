import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { loadOnnxRuntime } from './load.js';

afterEach(() => {
  vi.doUnmock('onnxruntime-node');
  vi.unstubAllEnvs();
});

it('says what to do where onnxruntime-node cannot be loaded', async () => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', '1');
  vi.doMock('onnxruntime-node', () => {
    throw new Error('no binding for this platform');
  });
  await expect(loadOnnxRuntime('node')).rejects.toThrow(
    /^onnxruntime-node cannot be loaded here .*--backend wasm.*npm install onnxruntime-node$/,
  );
});

it('tells which version of which package it loaded', async () => {
  const { versions } = await loadOnnxRuntime('wasm');
  expect(versions).toEqual({ 'onnxruntime-web': expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

// The file as it is built: a worker needs one that Node can run.
const LOAD = new URL('../../../dist/runtime/onnxruntime/load.js', import.meta.url).href;
const PROGRAM = `
  import(${JSON.stringify(LOAD)})
    .then(({ loadOnnxRuntime }) => loadOnnxRuntime('node'))
    .then(() => 'loaded', (error) => error.message)
    .then((said) => require('node:worker_threads').parentPort.postMessage(said));
`;

it.each([
  ['refuses', {}, /would send telemetry.*before the worker starts/],
  ['loads', { ORT_DISABLE_TELEMETRY: '1' }, /^loaded$/],
] as const)('%s in a worker whose process has an environment of %o', async (_, env, said) => {
  const worker = new Worker(PROGRAM, { eval: true, env });
  const message = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  expect(message).toMatch(said);
});
