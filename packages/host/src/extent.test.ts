import { constantSparsity, createPruner } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { type HostWeight, hostBackend, scriptKernels } from './index.js';

const prune = (...weights: HostWeight[]) =>
  createPruner({
    backend: hostBackend(),
    weights: weights.map((weight, i) => ({ name: 'abc'[i]!, weight })),
    schedule: constantSparsity(0.5),
  });

const overlap = (first: string, second: string) =>
  expect.objectContaining({
    code: 'duplicate-weight',
    message: expect.stringContaining(`"${first}" and "${second}" overlap`),
  });

describe('weights in one memory', () => {
  const buffer = new ArrayBuffer(64);

  it('are refused as views of one buffer that overlap', () => {
    const [front, back] = [new Float32Array(buffer, 0, 8), new Float32Array(buffer, 28, 8)];
    expect(() => prune(front, back)).toThrow(overlap('a', 'b'));
    expect(() => prune(back, { values: front, shape: [2, 4] })).toThrow(overlap('b', 'a'));
  });

  it('are refused as the same view in two wrappings', () => {
    const values = new Float32Array(buffer);
    expect(() => prune({ values, shape: [16] }, { values, shape: [4, 4] })).toThrow(overlap('a', 'b'));
  });

  it('are refused as half floats over float32', () => {
    const halves = { values: new Uint16Array(buffer, 30, 2), shape: [2], format: 'float16' } as const;
    expect(() => prune(new Float32Array(buffer, 0, 8), halves)).toThrow(overlap('a', 'b'));
  });

  it('are refused inside a WebAssembly memory, as ranges and as views', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const range: HostWeight = { memory, byteOffset: 16, shape: [2, 2] };
    expect(() => prune(range, { memory, byteOffset: 28, shape: [4] })).toThrow(overlap('a', 'b'));
    expect(() => prune(range, new Float32Array(memory.buffer, 0, 5))).toThrow(overlap('b', 'a'));
  });

  it('may lie side by side, and in other memories at the same place', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(() => prune(new Float32Array(buffer, 0, 8), new Float32Array(buffer, 32, 8))).not.toThrow();
    expect(() =>
      prune({ memory, byteOffset: 16, shape: [2, 2] }, { memory, byteOffset: 32, shape: [4] }),
    ).not.toThrow();
    expect(() => prune(new Float32Array(4), new Float32Array(4))).not.toThrow();
  });
});

describe('an option that the backend does not know', () => {
  it('is refused by name with the nearest right one', () => {
    expect(() => hostBackend({ kernel: undefined } as never)).toThrow(
      'hostBackend has no option "kernel"; did you mean "kernels"? It takes kernels',
    );
  });

  it.each([
    ['simd', 'got "simd"'],
    [null, 'got null'],
    [Promise.resolve(), 'got a promise without countBelow'],
    [{ ...scriptKernels, drop: undefined }, 'got an object without drop'],
  ])('and so are kernels that are none', (kernels, got) => {
    expect(() => hostBackend({ kernels } as never)).toThrow(
      `hostBackend needs kernels to be scriptKernels or what createWasmKernels returns, ${got}`,
    );
  });
});
