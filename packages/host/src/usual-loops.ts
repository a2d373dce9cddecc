import type { HostKernels } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { withCodes } from './stored/with-codes.js';
import { createWasmKernels } from './wasm-kernels.js';

let shared: HostKernels | undefined;

/**
 * The loops that {@link hostBackend} runs on unless told, for whoever has weights a stretch at a time: they take what
 * {@link partOf} gives. Made once, because they hold a memory.
 *
 * @example
 * ```ts
 * import { fullMask, partOf, usualLoops } from '@synaprune/host';
 *
 * const weight = Float32Array.of(3, -1, 2, -4);
 * const part = partOf({ weight, mask: fullMask(4), score: { kind: 'magnitude' } });
 * console.log(usualLoops().select([part], 2)); // { magnitude: 1073741824, ties: 1 }
 * ```
 */
export function usualLoops(): HostKernels {
  shared ??= withCodes(createWasmKernels() ?? scriptKernels);
  return shared;
}
