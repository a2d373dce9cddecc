import { createPruner, type Pruner } from '@synaprune/core';
import { webgpuBackend } from '@synaprune/webgpu';
import { type Bed, tensorsOf } from '../bed.js';
import type { Candidate } from '../measure.js';
import { createGpuBed, type GpuBed } from './gpu-bed.js';
import { pruneOnHost, pruningOf } from './host-result.js';
import { countBytesRead } from './read-back.js';

/** A bed's weights in buffers, and a whole update of them. */
export interface Update {
  readonly plot: GpuBed;
  /** From masks that keep everything; restoring the weights is for the caller. */
  readonly candidate: Candidate;
  /** Whether one more update leaves what the host's does, in words. */
  check(): Promise<string>;
  /** Bytes that one more update reads back. */
  bytesRead(): Promise<number>;
  dispose(): void;
}

/** Puts a bed's weights on a device. */
export function createUpdate(ground: Bed, device: GPUDevice): Update {
  const plot = createGpuBed(device, tensorsOf(ground));
  const backend = webgpuBackend({ device });
  const renew = () => createPruner(pruningOf(ground, backend, plot.weights));
  let pruner = renew();
  const prepare = async () => {
    const old: Pruner = pruner;
    // In this order, so that the backend keeps what it holds from one update to the next.
    pruner = renew();
    old.dispose();
    await plot.done();
  };
  const runOnce = async () => {
    await plot.restore();
    await prepare();
    await pruner.update(0);
  };
  return {
    plot,
    candidate: { name: 'pruner.update', prepare, run: () => pruner.update(0) },
    async check() {
      const host = await pruneOnHost(ground);
      await runOnce();
      return host.compare(pruner, plot.valuesOf);
    },
    bytesRead: () => countBytesRead(runOnce),
    dispose() {
      pruner.dispose();
      plot.dispose();
    },
  };
}
