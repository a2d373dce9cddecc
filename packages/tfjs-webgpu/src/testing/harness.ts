import type { ConformanceHarness } from '@synaprune/conformance';
import * as tf from '@tensorflow/tfjs';
import type { TfjsMask } from '../index.js';
import { type TfjsWebgpuOptions, tfjsWebgpuBackend } from '../index.js';

/** The conformance harness of this package's backend on tfjs's device. */
export function createHarness(
  name: string,
  options: TfjsWebgpuOptions = {},
): ConformanceHarness<tf.Variable, TfjsMask> {
  const watch = watchBuffers();
  return {
    name,
    createBackend: () => tfjsWebgpuBackend({ print: false, ...options }),
    createWeight: (values, shape) =>
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape], 'float32'))),
    readWeight: async (weight) => (await weight.data()).slice() as Float32Array,
    writeWeight: (weight, values) =>
      void tf.tidy(() => weight.assign(tf.tensor(values.slice(), weight.shape, 'float32'))),
    disposeWeight: (weight) => weight.dispose(),
    countLive: () => tf.memory().numTensors + watch.live(),
    bytesRead: watch.bytesRead,
    spoilWeight: (weight) => weight.dispose(),
  };
}

/**
 * Buffers of our own on tfjs's device, and bytes read from it by anyone. tfjs pools its buffers itself. The tests of
 * onnxruntime have the same lines: no package imports another's tests, and one for the two alone would be more than
 * it saves.
 */
export function watchBuffers(): { live(): number; bytesRead(): number } {
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  let live = 0;
  let bytesRead = 0;
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    if (descriptor.label?.startsWith('synaprune')) {
      live += 1;
      let destroyed = false;
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        if (!destroyed) live -= 1;
        destroyed = true;
        destroy();
        return undefined;
      };
    }
    const mapAsync = buffer.mapAsync.bind(buffer);
    buffer.mapAsync = async (mode, ...range) => {
      await mapAsync(mode, ...range);
      if (mode === 1) bytesRead += descriptor.size;
      return undefined;
    };
    return buffer;
  };
  return { live: () => live, bytesRead: () => bytesRead };
}
