import { afterEach, expect, it, vi } from 'vitest';
import { chooseBackend } from './open.js';

afterEach(() => {
  vi.doUnmock('onnxruntime-node');
  vi.resetModules();
});

it('takes what was asked for, and else what comes first', async () => {
  expect(await chooseBackend('onnxruntime', 'wasm')).toEqual({ backend: 'wasm', remark: null });
  expect(await chooseBackend('onnxruntime', null)).toEqual({ backend: 'node', remark: null });
  expect(await chooseBackend('tfjs', null)).toEqual({ backend: 'wasm', remark: null });
});

it('goes on with WebAssembly where native code does not load, and says so', async () => {
  vi.doMock('onnxruntime-node', () => {
    throw new Error('no binding for this platform');
  });
  const { backend, remark } = await chooseBackend('onnxruntime', null);
  expect(backend).toBe('wasm');
  expect(remark).toMatch(/^onnxruntime-node cannot be loaded here .*; trained on WebAssembly instead, /);
});
