import { whyNoKernels } from './wasm-module.js';

/** What {@link usualKernels} found. */
export interface UsualKernels {
  /** `wasm-simd`, or `script` for plain loops: slower, with the same bits. */
  readonly kernels: 'wasm-simd' | 'script';
  /** A sentence for a log: which they are, and where they are plain loops, why. */
  readonly message: string;
}

/**
 * The loops that {@link hostBackend} runs on here when none are given to it, and every package that builds on this one:
 * tfjs on cpu and wasm, ONNX files, refitting, packed weights. A page whose policy forbids WebAssembly prunes by plain
 * loops and says nothing, because the result is the same; this says it, to whoever asks.
 *
 * @example
 * ```ts
 * import { usualKernels } from '@synaprune/host';
 *
 * const { kernels, message } = usualKernels();
 * if (kernels === 'script') console.warn(message);
 * console.log(kernels); // wasm-simd
 * ```
 */
export function usualKernels(): UsualKernels {
  const reason = whyNoKernels();
  return reason === undefined
    ? { kernels: 'wasm-simd', message: 'weights are pruned by kernels in WASM SIMD' }
    : {
        kernels: 'script',
        message: `weights are pruned by plain loops, which are slower and give the same bits: ${reason}${remedy(reason)}`,
      };
}

/** What a page can do; elsewhere there is nothing to be done from within. */
function remedy(reason: string): string {
  return /unsafe-eval|Content.Security/i.test(reason)
    ? "; a page's Content-Security-Policy allows it by script-src 'wasm-unsafe-eval'"
    : '';
}
