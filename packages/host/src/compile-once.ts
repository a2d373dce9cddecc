/** A module that was asked for: compiled, or why it could not be. */
export interface Compiled {
  readonly module: WebAssembly.Module | null;
  /** Why there is none, as half a sentence. */
  readonly reason?: string;
}

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
  const ask = askOnce(base64);
  return () => ask().module;
}

/** The same, with why there is none. Browsers report every try that a policy forbids, so there is one. */
export function askOnce(base64: string): () => Compiled {
  let compiled: Compiled | undefined;
  return () => {
    compiled ??= compile(base64);
    return compiled;
  };
}

/** What a page's policy said of the first module: it would say it of every other. */
let refusal: string | undefined;

function compile(base64: string): Compiled {
  if (typeof WebAssembly !== 'object') return { module: null, reason: 'there is no WebAssembly here' };
  if (refusal !== undefined) return { module: null, reason: refusal };
  let sound = false;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    sound = WebAssembly.validate(bytes);
    return sound
      ? { module: new WebAssembly.Module(bytes) }
      : { module: null, reason: 'WebAssembly has no SIMD here' };
  } catch (error) {
    const reason = `WebAssembly may not be compiled here (${String(error)})`;
    if (sound) refusal = reason;
    return { module: null, reason };
  }
}
