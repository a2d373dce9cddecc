import type { HostKernels } from '../kernels.js';
import { usualLoops } from '../usual-loops.js';
import type { CodeLoops } from './codes/code-loops.js';
import { scriptCodeLoops } from './codes/script-code-loops.js';
import { createWasmCodeLoops } from './codes/wasm-code-loops.js';
import { withCodes } from './with-codes.js';

let shared: HostKernels | undefined;
let codeLoops: CodeLoops | undefined;

/** The loops over codes. */
export function storedCodeLoops(): CodeLoops {
  codeLoops ??= createWasmCodeLoops() ?? scriptCodeLoops;
  return codeLoops;
}

/**
 * The loops that {@link storedBackend} runs on unless told, for whoever has weights a stretch at a time: they take what
 * {@link storedPartOf} gives. Made once, because they hold a memory.
 *
 * @example
 * ```ts
 * import { fullMask } from '@synaprune/host';
 * import { storedLoops, storedPartOf } from '@synaprune/host/stored';
 *
 * const weight = Float32Array.of(3, -1, 2, -4);
 * const part = storedPartOf({ weight, mask: fullMask(4), score: { kind: 'magnitude' } });
 * console.log(storedLoops().select([part], 2)); // { magnitude: 1073741824, ties: 1 }
 * ```
 */
export function storedLoops(): HostKernels {
  shared ??= withCodes(usualLoops(), storedCodeLoops());
  return shared;
}
