import type { TensorBackend } from '@synaprune/core';
import type { HostMask } from '../host-weight.js';
import type { HostKernels } from '../kernels.js';
import { memoryBackend } from '../memory-backend.js';
import { storedLoops } from './stored-loops.js';
import { storedFloatsOf, storedPartOf } from './stored-part.js';
import { type AnyWeight, extentOf, shapeOf } from './stored-weight.js';

/**
 * `hostBackend`, for weights as files hold them too: bytes at any offset, codes of 8 and 16 bits. They are pruned where
 * they lie. Its masks are those of `hostBackend`.
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { storedBackend } from '@synaprune/host/stored';
 *
 * const bytes = new Uint8Array(Float32Array.of(0.5, -0.1, 0.3, -0.9).buffer);
 * const pruner = createPruner({
 *   backend: storedBackend(),
 *   weights: [{ name: 'kernel', weight: { bytes, shape: [4], format: 'float32' } }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log(new Float32Array(bytes.buffer).map(Math.round)); // Float32Array(4) [ 1, 0, 0, -1 ]
 * pruner.dispose();
 * ```
 */
export function storedBackend(): TensorBackend<AnyWeight, HostMask> {
  return storedBackendOn(storedLoops());
}

/** {@link storedBackend} on loops that take codes too. */
export function storedBackendOn(loops: HostKernels): TensorBackend<AnyWeight, HostMask> {
  const access = { shapeOf, extentOf, floatsOf: storedFloatsOf, partOf: storedPartOf };
  return memoryBackend<AnyWeight>(access, loops);
}
