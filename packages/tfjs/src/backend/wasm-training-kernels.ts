import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/** Kernels that training needs and tfjs-backend-wasm lacks: gradients of gather and of convolutions. */
const MISSING = [
  'UnsortedSegmentSum',
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Einsum',
] as const;

/**
 * Lets models with embeddings and convolutions train on tfjs's wasm backend, which has no gradients for them
 * ("Kernel 'UnsortedSegmentSum' not registered for backend 'wasm'"). The five missing kernels are run on
 * tfjs's cpu backend, with their inputs copied there and their results copied back: an embedding trains at
 * nearly wasm's speed, a convolution at cpu's. Kernels that are there are left alone.
 *
 * @returns the names of the kernels it registered; none the second time
 * @throws PruneError `unsupported` when the cpu or the wasm backend has not been imported
 *
 * @example
 * ```ts
 * import { registerWasmTrainingKernels } from '@synaprune/tfjs';
 * import '@tensorflow/tfjs'; // has the cpu backend
 * import '@tensorflow/tfjs-backend-wasm';
 *
 * console.log(registerWasmTrainingKernels().length); // 5
 * ```
 */
export function registerWasmTrainingKernels(): string[] {
  const cpu = tf.findBackend('cpu');
  if (cpu == null || tf.findBackendFactory('wasm') == null) {
    throw new PruneError('unsupported', "needed tfjs's cpu and wasm backends, both imported first");
  }
  const missing = MISSING.filter((kernelName) => tf.getKernel(kernelName, 'wasm') === undefined);
  for (const kernelName of missing) {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) =>
        runOn(cpu, backend as tf.KernelBackend, kernelName, inputs, attrs),
    });
  }
  return missing;
}

function runOn(
  cpu: tf.KernelBackend,
  wasm: tf.KernelBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const there = Object.entries(inputs).map(([name, info]) => [name, copy(wasm, cpu, info!)] as const);
  const kernel = tf.getKernel(kernelName, 'cpu');
  // An operation of a list of tensors (Einsum) numbers them; the cpu kernel wants the list back.
  const given = Object.fromEntries(there);
  const results = kernel.kernelFunc({
    inputs: Array.isArray(inputs)
      ? (there.map(([, info]) => info) as unknown as tf.NamedTensorInfoMap)
      : given,
    backend: cpu,
    attrs: attrs ?? {},
  });
  const list = [results].flat();
  const back = list.map((info) => copy(cpu, wasm, info));
  for (const { dataId } of [...list, ...Object.values(given)]) cpu.disposeData(dataId, true);
  return Array.isArray(results) ? back : back[0]!;
}

function copy(
  from: tf.KernelBackend,
  to: tf.KernelBackend,
  { dataId, shape, dtype }: tf.TensorInfo,
): tf.TensorInfo {
  return { dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype };
}
