import { PruneError } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { WebgpuWeight } from './weight.js';

/** A weight bound as a whole: where, and how many elements lie in front of it within the binding. */
export interface WholeBinding {
  readonly binding: GPUBufferBinding;
  readonly lead: number;
}

/** @throws PruneError `unsupported` when the device binds fewer bytes at a time */
export function bindWhole(
  { buffer, byteOffset = 0, shape }: WebgpuWeight,
  {
    minStorageBufferOffsetAlignment: alignment,
    maxStorageBufferBindingSize: largest,
  }: Pick<GPUSupportedLimits, 'minStorageBufferOffsetAlignment' | 'maxStorageBufferBindingSize'>,
): WholeBinding {
  const offset = Math.floor(byteOffset / alignment) * alignment;
  const size = byteOffset - offset + 4 * elementsOf(shape);
  if (size <= largest) return { binding: { buffer, offset, size }, lead: (byteOffset - offset) / 4 };
  throw new PruneError(
    'unsupported',
    `a weight of shape [${shape}] needs ${size} bytes in one binding for this; this device gives ${largest}. Ask for a ` +
      'higher maxStorageBufferBindingSize when requesting the device',
  );
}
