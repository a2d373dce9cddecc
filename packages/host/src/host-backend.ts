import type { TensorBackend } from '@synaprune/core';
import { describe, isRecord, requireOptions } from '@synaprune/core/checks';
import { extentOf, type HostMask, type HostWeight, shapeOf } from './host-weight.js';
import type { HostKernels } from './kernels.js';
import { memoryBackend } from './memory-backend.js';
import { floatsOf, partOf } from './part-of.js';
import { usualLoops } from './usual-loops.js';

/** How {@link hostBackend} works. */
export interface HostOptions {
  /**
   * The loops over memory: WASM SIMD where there is any, else plain TypeScript, unless told. Whichever they are,
   * the masks are the same.
   */
  readonly kernels?: HostKernels;
}

/**
 * The backend for weights in main memory: a `Float32Array`, or `{ values, shape }` where the shape matters
 * (to restore a state that another runtime saved). Weights are pruned in place. Every verb answers at once,
 * in time linear in the number of elements.
 *
 * @throws TypeError when an option is unknown, or the kernels are none
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(0.5, -0.1, 0.3, -0.9);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...kernel].map((value) => value.toFixed(1)).join(' ')); // 0.5 0.0 0.0 -0.9
 * pruner.dispose();
 * ```
 */
export function hostBackend(options: HostOptions = {}): TensorBackend<HostWeight, HostMask> {
  requireOptions('hostBackend', '', options as unknown, ['kernels']);
  if (options.kernels !== undefined) requireKernels(options.kernels);
  return memoryBackend({ shapeOf, extentOf, floatsOf, partOf }, options.kernels ?? usualLoops());
}

const LOOPS = ['countBelow', 'select', 'drop', 'dropAndZero', 'zeroDropped', 'countKept'] as const;

function requireKernels(kernels: unknown): void {
  const missing = isRecord(kernels) ? LOOPS.find((loop) => typeof kernels[loop] !== 'function') : undefined;
  if (isRecord(kernels) && missing === undefined) return;
  throw new TypeError(
    `hostBackend needs kernels to be scriptKernels or what createWasmKernels returns, got ${describe(kernels)}` +
      (missing === undefined ? '' : ` without ${missing}`),
  );
}
