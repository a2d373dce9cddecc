import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/** What tfjs-node says of the library beneath it. */
export interface Libtensorflow {
  /** The package whose binding is loaded. */
  readonly packageName: 'tfjs-node' | 'tfjs-node-gpu';
  /** Whether libtensorflow found a CUDA device. It computes on the CPU otherwise, whatever the package's name. */
  readonly gpu: boolean;
}

/** The parts of tfjs-node's backend that are used; public there, but in no type of tfjs. */
interface NodeBackend {
  readonly isGPUPackage?: unknown;
  readonly isUsingGpuDevice?: unknown;
}

/** The name under which tfjs-node and tfjs-node-gpu both register. */
const BACKEND = 'tensorflow';

const ADVICE =
  "import * as tf from '@tensorflow/tfjs-node-gpu' (or '@tensorflow/tfjs-node') before anything is computed. " +
  'Where that import fails because tfjs_binding.node cannot be found, the native part was not installed: ' +
  'npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false (or @tensorflow/tfjs-node, whichever you have)';

/**
 * The library that tfjs computes with now.
 *
 * @throws PruneError `unsupported` when tfjs's current backend is not tfjs-node's
 */
export function currentLibtensorflow(): Libtensorflow {
  // Starts the backend where none is started yet; without tfjs-node that is cpu.
  const backend = tf.backend() as NodeBackend;
  const name = tf.getBackend();
  if (name !== BACKEND) {
    const registered = tf.findBackendFactory(BACKEND) != null;
    throw new PruneError(
      'unsupported',
      `tfjsNodeBackend needs tfjs to compute with libtensorflow, and its backend is ${name}: ` +
        (registered ? `await tf.setBackend('${BACKEND}')` : ADVICE),
    );
  }
  return {
    packageName: backend.isGPUPackage === true ? 'tfjs-node-gpu' : 'tfjs-node',
    gpu: backend.isUsingGpuDevice === true,
  };
}

/** A name for people: `tfjs-node-gpu (GPU)`, `tfjs-node (CPU)`, `tfjs-node-gpu (CPU, no GPU found)`. */
export function describeLibtensorflow({ packageName, gpu }: Libtensorflow): string {
  if (gpu) return `${packageName} (GPU)`;
  return packageName === 'tfjs-node' ? 'tfjs-node (CPU)' : 'tfjs-node-gpu (CPU, no GPU found)';
}
