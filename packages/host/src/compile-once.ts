/**
 * A module of WebAssembly in base64, compiled when it is first asked for: `null` where it cannot be, as under
 * `node --jitless`, without SIMD, and in pages whose policy lacks 'wasm-unsafe-eval'; plain loops are used there. For
 * packages that bring kernels of their own.
 *
 * @example
 * ```ts
 * import { compileOnce } from '@synaprune/host';
 *
 * const empty = compileOnce('AGFzbQEAAAA=');
 * console.log(empty() instanceof WebAssembly.Module, compileOnce('nonsense')()); // true null
 * ```
 */
export function compileOnce(base64: string): () => WebAssembly.Module | null {
  let compiled: WebAssembly.Module | null | undefined;
  return () => {
    compiled ??= compile(base64);
    return compiled;
  };
}

function compile(base64: string): WebAssembly.Module | null {
  if (typeof WebAssembly !== 'object') return null;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  } catch {
    return null;
  }
}
