import type { ViteUserConfig } from 'vitest/config';

/** Vitest's configuration for a package's tests in Node, with the limits that all share. */
export declare function unitTests(more?: ViteUserConfig): ViteUserConfig;

/** Other packages as they are built, where Vite would transform them again for every test file. */
export declare const asBuilt: { readonly deps: { readonly external: RegExp[] } };

/** For packages whose tests change nothing that a whole process shares: a process for a worker and not for a file. */
export declare const oneProcess: { readonly test: { readonly isolate: false } };

/** For tests of onnxruntime-web on WebGPU, whose WebAssembly V8 would optimise for longer than the tests take. */
export declare const hugeRuntime: { readonly test: { readonly execArgv: string[] } };

declare module 'vitest' {
  interface ProvidedContext {
    /** The part of the conformance kit where not all of it runs: an eighth, or all of it under `npm test -- --whole`. */
    readonly kitPart: { readonly number: number; readonly of: number };
    /** Half of that, where another test runs that part by the same kernels; all of it under `--whole`. */
    readonly kitSmoke: { readonly number: number; readonly of: number };
    /** Whether what repeats is run again, on more seeds and devices: `npm test -- --whole`. */
    readonly whole: boolean;
  }
}
