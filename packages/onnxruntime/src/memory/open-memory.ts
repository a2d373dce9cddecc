import { buildModel } from '@synaprune/onnx/graph';
import type { InferenceSession } from 'onnxruntime-common';
import { isNative, loadSession, type OnnxRuntime, providerName } from '../runtime/runtime.js';
import { createHostMemory } from './host-memory.js';
import type { Memory, MemoryOptions } from './memory.js';

/**
 * The memory that fits a runtime and its providers: GPU buffers where onnxruntime-web runs on WebGPU and shows
 * its device, else main memory. Loads the smallest of models to see that the providers are there.
 *
 * @throws PruneError `unsupported` when the runtime has none of the providers
 */
export async function openMemory(
  ort: OnnxRuntime,
  options: InferenceSession.SessionOptions,
  how: MemoryOptions,
): Promise<Memory> {
  const session = await loadSession(ort, 'a model of one node', identityModel(), options);
  const provider = options.executionProviders?.[0];
  const name = `onnxruntime (${providerName(provider)})`;
  const memory = await gpuMemory().catch(async (error) => {
    await session.release();
    throw error;
  });
  if (memory === undefined) {
    await session.release();
    return createHostMemory(ort, name, how);
  }
  return {
    ...memory,
    async dispose() {
      await memory.dispose();
      // The runtime destroys its device together with the last session: this one keeps it.
      await session.release();
    },
  };

  async function gpuMemory(): Promise<Memory | undefined> {
    const device = providerName(provider) === 'webgpu' ? await deviceOf(ort, provider) : undefined;
    if (device === undefined) return undefined;
    // Loaded here and not above, so that a page that trains on wasm does not carry the kernels of WebGPU.
    const { createGpuMemory } = await import('./gpu-memory.js');
    return createGpuMemory(ort, device, name, how);
  }
}

/**
 * The device that onnxruntime-web runs on; known once a session was loaded. Never asked of onnxruntime-node, which
 * would end the process when such a tensor is read.
 */
async function deviceOf(
  ort: OnnxRuntime,
  provider: InferenceSession.ExecutionProviderConfig | undefined,
): Promise<GPUDevice | undefined> {
  if (isNative(ort) || typeof ort.Tensor.fromGpuBuffer !== 'function') return undefined;
  const given = typeof provider === 'object' && 'device' in provider ? provider.device : undefined;
  const device = ((await given) ?? (await ort.env.webgpu?.device)) as GPUDevice | undefined;
  return typeof device?.createComputePipeline === 'function' ? device : undefined;
}

/** A model that gives its input, of any shape, back. */
export function identityModel(): Uint8Array {
  return buildModel({
    inputs: { x: { type: 'float32' } },
    nodes: [['Identity', ['x'], ['y']]],
    outputs: { y: { type: 'float32' } },
  });
}
