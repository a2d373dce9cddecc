/** A module that was asked for: compiled, or why it could not be. */
export interface Compiled {
  readonly module: WebAssembly.Module | null;
  /** Why there is none, as half a sentence. */
  readonly reason?: string;
}

/**
 * A module of WebAssembly in hexadecimal digits, compiled when it is first asked for: `null` where it cannot be, as under
 * `node --jitless`, without SIMD, and in pages whose policy lacks 'wasm-unsafe-eval'; plain loops are used there. For
 * packages that bring kernels of their own.
 *
 * @example
 * ```ts
 * import { compileOnce } from '@synaprune/host';
 *
 * const empty = compileOnce('0061736d01000000');
 * console.log(empty() instanceof WebAssembly.Module, compileOnce('nonsense')()); // true null
 * ```
 */
export function compileOnce(digits: string): () => WebAssembly.Module | null {
  const ask = askOnce(digits);
  return () => ask().module;
}

/** The bytes of a module. */
export function bytesOf(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number(`0x${pair}`));
}

/** The same, with why there is none. Browsers report every try that a policy forbids, so there is one. */
export function askOnce(digits: string): () => Compiled {
  let compiled: Compiled | undefined;
  return () => {
    compiled ??= compile(digits);
    return compiled;
  };
}

/** What a page's policy said of the first module: it would say it of every other. */
let refusal: string | undefined;

function compile(digits: string): Compiled {
  if (typeof WebAssembly !== 'object') return { module: null, reason: 'there is no WebAssembly here' };
  if (refusal !== undefined) return { module: null, reason: refusal };
  let sound = false;
  try {
    const bytes = bytesOf(digits);
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
