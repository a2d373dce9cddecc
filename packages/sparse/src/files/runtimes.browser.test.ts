import loader from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import binary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import * as ort from 'onnxruntime-web/wasm';
import { describe } from 'vitest';
import { runtimeCases } from './testing/runtime-cases.js';

ort.env.wasm.numThreads = 1;
// From the page's own server.
ort.env.wasm.wasmPaths = {
  mjs: new URL(loader, location.href).href,
  wasm: new URL(binary, location.href).href,
};

describe('of a packed file that Chromium fetches:', () =>
  runtimeCases(ort, (bytes) => URL.createObjectURL(new Blob([bytes]))));
