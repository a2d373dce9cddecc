import * as tf from '@tensorflow/tfjs-core';
import { closeStations } from '../machine/station.js';
import { PACKED_KERNELS } from './packed-kernels.js';

/** A kernel of tfjs with ours in its place, which calls it for whatever is not packed. */
interface Place {
  readonly before: tf.KernelConfig;
  readonly ours: tf.KernelConfig;
}

const BACKENDS = ['cpu', 'wasm'] as const;

let places: Place[] = [];
let users = 0;

/**
 * Puts kernels that look for packed weights in front of tfjs's own. Those that are there already stay.
 *
 * @returns to be called when they are not needed any more: tfjs's own kernels are back when the last one has
 */
export function usePackedKernels(): () => void {
  users += 1;
  for (const backendName of BACKENDS) {
    for (const [kernelName, packed] of Object.entries(PACKED_KERNELS)) {
      const before = tf.getKernel(kernelName, backendName);
      // Where others have put theirs in front of ours, ours is still called.
      if (before === undefined || places.some((place) => isOf(place, before))) continue;
      const ours: tf.KernelConfig = {
        ...before,
        kernelFunc: (call) => packed(call) ?? before.kernelFunc(call),
      };
      replace(ours);
      places.push({ before, ours });
    }
  }
  let used = true;
  return () => {
    if (!used) return;
    used = false;
    users -= 1;
    if (users > 0) return;
    for (const { before, ours } of places) {
      // What somebody has put in its place since stays, and goes on calling ours, which calls tfjs's.
      if (tf.getKernel(ours.kernelName, ours.backendName) === ours) replace(before);
    }
    places = [];
    closeStations();
  };
}

function isOf({ ours, before }: Place, { kernelName, backendName }: tf.KernelConfig): boolean {
  return ours.kernelName === kernelName && before.backendName === backendName;
}

/** Without the warning that a kernel is registered twice. */
function replace(kernel: tf.KernelConfig): void {
  tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}
