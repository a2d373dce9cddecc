import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openDawn } from 'synaprune-devices';
import { identityModel } from '../memory/open-memory.js';
import type { TestRuntime } from './runtimes.js';

/** A runtime on a WebGPU device. */
export interface TestGpu extends TestRuntime {
  /** The runtime's own device. */
  readonly device: GPUDevice;
  close(): Promise<void>;
}

/** onnxruntime-web on WebGPU in Node, or what is missing. */
export async function useDawn(): Promise<TestGpu | { readonly missing: string }> {
  const dawn = await openDawn();
  if ('missing' in dawn) return dawn;
  takeSharedMemory();
  const ort = await import('onnxruntime-web/webgpu');
  const entry = createRequire(import.meta.url).resolve('onnxruntime-web');
  ort.env.wasm.wasmPaths = `${pathToFileURL(dirname(fileURLToPath(pathToFileURL(entry))))}/`;
  ort.env.wasm.numThreads = 1;
  const executionProviders = ['webgpu'];
  // With its last session the runtime destroys its device, and with that every kernel that was compiled.
  const keeper = await ort.InferenceSession.create(identityModel(), { executionProviders });
  const device = (await ort.env.webgpu.device) as GPUDevice;
  return {
    name: `onnxruntime-web, ${dawn.driver}`,
    ort,
    executionProviders,
    device,
    async close() {
      await keeper.release();
      dawn.close();
    },
  };
}

/** The runtime writes from its shared memory, which Dawn's `writeBuffer` does not take: it gets a copy. */
function takeSharedMemory(): void {
  const { prototype } = (globalThis as unknown as { GPUQueue: { prototype: GPUQueue } }).GPUQueue;
  const native = prototype.writeBuffer as (...values: unknown[]) => undefined;
  prototype.writeBuffer = function (target, offset, source, first = 0, count?: number) {
    const isView = ArrayBuffer.isView(source);
    const unit = isView && 'BYTES_PER_ELEMENT' in source ? (source as Uint8Array).BYTES_PER_ELEMENT : 1;
    const bytes = isView
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source as ArrayBuffer);
    const part = bytes.subarray(first * unit, count === undefined ? undefined : (first + count) * unit);
    const plain = part.buffer instanceof SharedArrayBuffer ? part.slice() : part;
    return native.call(this, target, offset, plain);
  };
}
