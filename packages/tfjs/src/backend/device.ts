import { type Awaitable, type BackendManifest, PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/** The tfjs backend that a {@link tfjsBackend} was made on, and how to read from it. */
export interface Device {
  /** tfjs's own name of it: `cpu`, `wasm`, `webgl`, `webgpu`, `tensorflow`. */
  readonly name: string;
  /** Whether reads answer at once, and cheaply. */
  readonly synchronous: boolean;
  readonly subnormals: BackendManifest['subnormals'];
  /** @throws PruneError `unsupported` when tfjs has been switched to another backend since, or computes otherwise than it did */
  requireCurrent(): void;
  /** The values of a tensor, which is disposed. */
  take(tensor: tf.Tensor): Awaitable<Float32Array | Int32Array | Uint8Array>;
}

/**
 * Looks up tfjs's current backend.
 *
 * @throws PruneError `unsupported` when a WebGL device cannot hold float32 at all, or tfjs would not compute exactly on it
 */
export function currentDevice(): Device {
  // Starts the backend where that needs no waiting; tfjs throws its own advice where it does.
  tf.backend();
  const name = tf.getBackend();
  if (name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    throw new PruneError('unsupported', 'this WebGL device keeps weights in 16 bits; needed 32');
  }
  requireExactPrograms(name);
  // On webgpu a synchronous read fails, on webgl it stalls the page.
  const synchronous = name === 'cpu' || name === 'wasm' || name === 'tensorflow';
  return {
    name,
    synchronous,
    // Only these two are sure not to flush; elsewhere the answer must not hang on the device.
    subnormals: name === 'cpu' || name === 'wasm' ? 'ordered' : 'zero',
    requireCurrent() {
      const now = tf.getBackend();
      if (now !== name) {
        throw new PruneError(
          'unsupported',
          `this tfjsBackend was made on the tfjs backend ${name}; tf.setBackend has since switched to ${now}`,
        );
      }
      requireExactPrograms(name);
    },
    take(tensor) {
      if (!synchronous) return tensor.data().finally(() => tensor.dispose());
      try {
        return tensor.dataSync();
      } finally {
        tensor.dispose();
      }
    },
  };
}

/**
 * With shapes as uniforms, tfjs-backend-webgl 4.22.0 runs a program that it compiled for one shape on another whose program
 * would have been another (`makeShaderKey` leaves out what tells them apart): a drop of 131,072 weights took 131,077.
 */
function requireExactPrograms(name: string): void {
  const flag = 'WEBGL_USE_SHAPES_UNIFORMS';
  if (name !== 'webgl' || !tf.env().getBool(flag)) return;
  throw new PruneError(
    'unsupported',
    `tfjs computes other numbers with ${flag}: tf.env().set('${flag}', false)`,
  );
}

/**
 * Holds on to the backend that tfjs has now. What is returned throws a PruneError `unsupported` once tfjs has been
 * switched to another one, or has made it anew.
 */
export function pinBackend(device: Device = currentDevice()): () => void {
  const instance = tf.backend();
  return () => {
    device.requireCurrent();
    if (tf.backend() === instance) return;
    throw new PruneError(
      'unsupported',
      `the tfjs backend ${device.name} was made anew; make a new tfjsBackend too`,
    );
  };
}

/** Goes on with a value, at once where it is there. */
export function settle<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Result,
): Awaitable<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
