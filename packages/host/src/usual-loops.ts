import type { HostKernels } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { createWasmKernels } from './wasm-kernels.js';

let shared: HostKernels | undefined;

/** The loops that backends run on unless told. Made once, because they hold a memory. */
export function usualLoops(): HostKernels {
  shared ??= createWasmKernels() ?? scriptKernels;
  return shared;
}
