import { USAGE } from './flags.js';
import type { OwnWords } from './names.js';

/** Parameters that are written once, and dispatched with again and again. */
export interface Parameters {
  readonly buffer: GPUBuffer;
  readonly values: OwnWords;
}

/** Small buffers that a backend keeps between calls, so that enforcing allocates nothing. */
export interface KeptBuffers {
  /** A uniform buffer that holds these values: one that is there already, or a new one. */
  parameters(values: OwnWords): Parameters;
  /** Gives back all parameters but these. */
  keepParameters(those: ReadonlySet<Parameters>): void;
  /** A storage buffer of 256 bytes for each of so many slots. */
  padding(slots: number): GPUBuffer;
  /** Gives all of it back; it is made anew when needed. */
  release(): void;
}

export function createKept(device: GPUDevice): KeptBuffers {
  const known = new Set<Parameters>();
  let padding: GPUBuffer | undefined;
  return {
    parameters(values) {
      // Where buffers take turns, the same weights have the same parameters.
      for (const one of known) if (same(one.values, values)) return one;
      const buffer = device.createBuffer({
        label: 'synaprune parameters',
        size: values.byteLength,
        usage: USAGE.uniform | USAGE.copyTarget,
      });
      device.queue.writeBuffer(buffer, 0, values);
      const made = { buffer, values };
      known.add(made);
      return made;
    },
    keepParameters(those) {
      for (const one of known) {
        if (those.has(one)) continue;
        one.buffer.destroy();
        known.delete(one);
      }
    },
    padding(slots) {
      padding ??= device.createBuffer({
        label: 'synaprune padding',
        size: 256 * slots,
        usage: USAGE.storage,
      });
      return padding;
    },
    release() {
      for (const { buffer } of known) buffer.destroy();
      known.clear();
      padding?.destroy();
      padding = undefined;
    },
  };
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
