import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Another copy of the package, where WebAssembly is this. */
async function fresh(webAssembly: unknown) {
  vi.stubGlobal('WebAssembly', webAssembly);
  vi.resetModules();
  return import('./index.js');
}

const { Memory, Module, Instance, validate } = WebAssembly;

describe('usualKernels', () => {
  it('says WASM SIMD where there is WASM SIMD', async () => {
    const { usualKernels } = await import('./index.js');
    expect(usualKernels()).toEqual({
      kernels: 'wasm-simd',
      message: 'weights are pruned by kernels in WASM SIMD',
    });
  });

  it.each([
    ['no WebAssembly', undefined, 'there is no WebAssembly here'],
    ['an emptied WebAssembly', {}, 'there is no WebAssembly here'],
    ['no SIMD', { Memory, Module, Instance, validate: () => false }, 'WebAssembly has no SIMD here'],
  ])('says why the loops are plain: %s', async (_name, stub, reason) => {
    const { usualKernels } = await fresh(stub);
    expect(usualKernels()).toEqual({
      kernels: 'script',
      message: `weights are pruned by plain loops, which are slower and give the same bits: ${reason}`,
    });
  });

  it("names what a page's policy has to allow", async () => {
    const { usualKernels } = await fresh({ Memory, validate, Module: forbidden });
    expect(usualKernels().message).toMatch(
      /may not be compiled here \(CompileError: .*script-src 'wasm-unsafe-eval'$/,
    );
  });

  it('has a forbidden module compiled once, however often it is asked for', async () => {
    const tries = vi.fn(forbidden);
    const { compileOnce, createWasmKernels, usualKernels } = await fresh({ Memory, validate, Module: tries });
    for (let i = 0; i < 3; i += 1)
      expect([createWasmKernels(), usualKernels().kernels]).toEqual([undefined, 'script']);
    expect(compileOnce('0061736d01000000')()).toBeNull(); // another package's
    expect(tries).toHaveBeenCalledTimes(1);
  });
});

/** What Chromium throws. */
function forbidden(): never {
  const message =
    "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-unsafe-eval' nor 'unsafe-eval' is an allowed source of script";
  throw new WebAssemblyCompileError(message);
}

class WebAssemblyCompileError extends Error {
  override readonly name = 'CompileError';
}
