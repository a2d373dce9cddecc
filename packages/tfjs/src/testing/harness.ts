import type { ConformanceHarness } from '@synaprune/conformance';
import * as tf from '@tensorflow/tfjs';
import type { TfjsMask } from '../backend/mask.js';
import { type TfjsBackendOptions, tfjsBackend } from '../backend/tfjs-backend.js';
import { countBytesRead } from './count-bytes-read.js';

/** The conformance harness of the tfjs backend that is current now. One test file a backend. */
export function currentHarness(options: TfjsBackendOptions = {}): ConformanceHarness<tf.Variable, TfjsMask> {
  const bytesRead = countBytesRead();
  return {
    name: `${tfjsBackend(options).manifest.name} ${options.through ?? ''}`.trim(),
    createBackend: () => tfjsBackend(options),
    createWeight: (values, shape) =>
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape], 'float32'))),
    readWeight: async (weight) => (await weight.data()).slice() as Float32Array,
    writeWeight: (weight, values) =>
      void tf.tidy(() => weight.assign(tf.tensor(values.slice(), weight.shape, 'float32'))),
    disposeWeight: (weight) => weight.dispose(),
    countLive: () => tf.memory().numTensors,
    bytesRead,
    spoilWeight: (weight) => weight.dispose(),
  };
}
