import { USAGE } from './flags.js';
import type { OwnWords } from './names.js';

/** Small buffers that a backend keeps between calls, so that enforcing allocates nothing. */
export interface KeptBuffers {
  /** A uniform buffer that holds these values when what is submitted next runs. */
  parameters(values: OwnWords): GPUBuffer;
  /** A storage buffer of 256 bytes for each of so many slots. */
  padding(slots: number): GPUBuffer;
  /** Gives all of it back; it is made anew when needed. */
  release(): void;
}

export function createKept(device: GPUDevice): KeptBuffers {
  let parameters: { readonly buffer: GPUBuffer; readonly values: Uint32Array } | undefined;
  let padding: GPUBuffer | undefined;
  return {
    parameters(values) {
      // The same weights step after step have the same parameters.
      if (parameters !== undefined && same(parameters.values, values)) return parameters.buffer;
      const fits = parameters !== undefined && parameters.buffer.size >= values.byteLength;
      if (!fits) parameters?.buffer.destroy();
      const buffer = fits
        ? parameters!.buffer
        : device.createBuffer({
            label: 'synaprune parameters',
            size: values.byteLength,
            usage: USAGE.uniform | USAGE.copyTarget,
          });
      device.queue.writeBuffer(buffer, 0, values);
      parameters = { buffer, values };
      return buffer;
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
      parameters?.buffer.destroy();
      padding?.destroy();
      parameters = undefined;
      padding = undefined;
    },
  };
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
