import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { constantSparsity, createPruner } from '@synaprune/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** Prunes every kind of weight there is without a WebAssembly memory, and prints what is left. */
const PROGRAM = `
  import { constantSparsity, createPruner } from '@synaprune/core';
  import { createWasmKernels, hostBackend, readWriteBackend } from '@synaprune/host';

  const kernel = Float32Array.of(3, -1, 2, -4);
  const matrix = { values: Float32Array.of(0.5, 5, 6, 7), shape: [2, 2] };
  const half = { values: Uint16Array.of(0x3f80, 0x4110), shape: [2], format: 'bfloat16' }; // 1 and 9
  const pruner = createPruner({
    backend: hostBackend(),
    weights: [
      { name: 'kernel', weight: kernel },
      { name: 'matrix', weight: matrix },
      { name: 'half', weight: half },
    ],
    schedule: constantSparsity(0.4),
  });
  await pruner.update(0);
  await pruner.enforce();
  await pruner.restore(await pruner.save());
  const { total } = await pruner.report();
  pruner.dispose();

  const store = { values: Float32Array.of(1, 2) };
  const backend = readWriteBackend({
    name: 'store',
    shape: () => [2],
    read: ({ values }) => values,
    write: (weight, values) => void (weight.values = values),
  });
  const other = createPruner({
    backend,
    weights: [{ name: 'store', weight: store }],
    schedule: constantSparsity(0.5),
  });
  await other.update(0);

  let refused;
  try {
    hostBackend().shape({ memory: {}, byteOffset: 0, shape: [1] });
  } catch (error) {
    refused = error.name;
  }
  console.log(JSON.stringify({
    wasm: typeof WebAssembly,
    kernels: createWasmKernels() === undefined,
    left: [[...kernel], [...matrix.values], [...half.values], [...store.values]],
    zeros: total.zeros,
    refused,
  }));
`;

/** What it prints: the four smallest of ten are 0.5, −1, 1 and 2. */
const PRINTED = {
  wasm: 'undefined',
  kernels: true,
  left: [
    [3, 0, 0, -4],
    [0, 5, 6, 7],
    [0, 0x4110],
    [0, 2],
  ],
  zeros: 4,
  refused: 'TypeError',
};

describe('a runtime without WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('prunes by the plain loops, as the built packages under node --jitless', async () => {
    const args = ['--jitless', '--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
    expect(JSON.parse(stdout)).toEqual(PRINTED);
  });

  it.each([
    ['no WebAssembly', undefined],
    ['a WebAssembly that was emptied', {}],
    [
      'a WebAssembly that refuses to compile',
      { ...WebAssembly, Memory: WebAssembly.Memory, validate: refuse },
    ],
  ])('prunes by the plain loops where there is %s', async (_name, stub) => {
    vi.stubGlobal('WebAssembly', stub);
    vi.resetModules();
    const { createWasmKernels, hostBackend } = await import('./index.js');
    expect(createWasmKernels()).toBeUndefined();
    const weight = { values: Float32Array.of(3, -1, 2, -4), shape: [2, 2] };
    const pruner = createPruner({
      backend: hostBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule: constantSparsity(0.5),
    });
    await pruner.update(0);
    expect([...weight.values]).toEqual([3, 0, 0, -4]);
    expect((await pruner.report()).total.zeros).toBe(2);
  });
});

function refuse(): never {
  throw new Error("Refused to compile or instantiate WebAssembly module: 'wasm-unsafe-eval' is not allowed");
}
