// @ts-check

/** @typedef {import('@tensorflow/tfjs').Variable} Variable */
/** @typedef {import('@synaprune/tfjs').TfjsMask} Mask */

/**
 * The conformance harness of tfjs-node, whatever its binding is.
 *
 * @param {typeof import('@tensorflow/tfjs')} tf
 * @param {() => import('@synaprune/core').TensorBackend<Variable, Mask>} createBackend
 * @returns {import('@synaprune/conformance').ConformanceHarness<Variable, Mask>}
 */
export function createHarness(tf, createBackend) {
  const bytesRead = countBytesRead(tf);
  return {
    name: createBackend().manifest.name,
    createBackend,
    createWeight: (values, shape) =>
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape], 'float32'))),
    readWeight: (weight) => /** @type {Float32Array} */ (weight.dataSync()).slice(),
    writeWeight: (weight, values) =>
      void tf.tidy(() => weight.assign(tf.tensor(values.slice(), weight.shape, 'float32'))),
    disposeWeight: (weight) => weight.dispose(),
    countLive: () => tf.memory().numTensors,
    bytesRead,
    spoilWeight: (weight) => weight.dispose(),
  };
}

/**
 * Counts the bytes that leave tfjs's current backend from now on. tfjs-node's `read` is its `readSync`.
 *
 * @param {typeof import('@tensorflow/tfjs')} tf
 * @returns {() => number}
 */
export function countBytesRead(tf) {
  const backend = /** @type {any} */ (tf.backend());
  const { readSync } = backend;
  let bytes = 0;
  backend.readSync = (/** @type {object} */ dataId) => {
    const values = readSync.call(backend, dataId);
    bytes += values.byteLength;
    return values;
  };
  return () => bytes;
}
