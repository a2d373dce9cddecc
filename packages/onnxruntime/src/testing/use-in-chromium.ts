import gpuLoader from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import gpuWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmLoader from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { OnnxRuntime } from '../index.js';
import { identityModel } from '../memory/open-memory.js';
import type { TestRuntime } from './runtimes.js';

/** onnxruntime-web on WebAssembly in this page, its files from the page's own server. */
export async function useWasmInPage(): Promise<TestRuntime> {
  const ort = await import('onnxruntime-web/wasm');
  serve(ort, wasmLoader, wasm);
  return { name: 'onnxruntime-web in Chromium', ort, executionProviders: ['wasm'] };
}

/** onnxruntime-web on this page's WebGPU. */
export async function useWebgpuInPage(): Promise<TestRuntime & { readonly device: GPUDevice }> {
  // A browser test without its device would show nothing: Chromium is started with one.
  if ((await navigator.gpu?.requestAdapter()) == null) throw new Error('this browser has no WebGPU adapter');
  const ort = await import('onnxruntime-web/webgpu');
  serve(ort, gpuLoader, gpuWasm);
  const executionProviders = ['webgpu'];
  // Keeps the device, which the runtime destroys with its last session.
  await ort.InferenceSession.create(identityModel(), { executionProviders });
  const device = (await ort.env.webgpu.device) as GPUDevice;
  return { name: 'onnxruntime-web in Chromium', ort, executionProviders, device };
}

function serve(ort: OnnxRuntime, mjs: string, binary: string): void {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = {
    mjs: new URL(mjs, location.href).href,
    wasm: new URL(binary, location.href).href,
  };
}
