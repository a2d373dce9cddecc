import { type Cut, createPruner, magnitudeOf, randomMagnitude, tensorScore } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import { fullMask } from './host-weight.js';
import { createWasmKernels } from './wasm-kernels.js';

const backend = hostBackend();
const value = fc.oneof(
  fc.float(),
  fc.constantFrom(0, -0, 1, -1, 2 ** -149, Number.NaN, Number.NEGATIVE_INFINITY),
  fc.integer({ min: -3, max: 3 }).map((n) => n / 4),
);
const size = fc.constantFrom(1, 3, 31, 32, 33, 63, 64, 65, 200);
const values = size.chain((length) => fc.array(value, { minLength: length, maxLength: length }));

/** Which elements go, by a full sort by (magnitude, weight, index). */
function oracle(lists: readonly (readonly number[])[], count: number): Set<string> {
  const ranked = lists
    .flatMap((list, order) =>
      list.map((element, index) => ({ order, index, magnitude: magnitudeOf(element) })),
    )
    .sort((a, b) => a.magnitude - b.magnitude || a.order - b.order || a.index - b.index);
  return new Set(ranked.slice(0, count).map(({ order, index }) => `${order}:${index}`));
}

describe('hostBackend', () => {
  it('drops what a full sort drops, bit for bit, at any size and any distribution', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(values, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 3 }),
        async (lists, eighths) => {
          const weights = lists.map((list) => Float32Array.from(list));
          const before = weights.map((weight) => [...weight]);
          const pruner = createPruner({
            backend,
            weights: weights.map((weight, i) => ({ name: `w${i}`, weight })),
            schedule: (sparsity) => sparsity,
          });
          for (const target of eighths) await pruner.update(target / 8);
          const elements = lists.flat().length;
          const gone = oracle(before, Math.floor((Math.max(...eighths) * elements) / 8));
          const expected = before.map((list, order) =>
            list.map((element, index) => (gone.has(`${order}:${index}`) ? 0 : element)),
          );
          expect(weights.map((weight) => [...weight])).toEqual(expected);
        },
      ),
    );
  });

  it.each(['global', 'uniform'] as const)('ranks weights by each other, %s', async (distribution) => {
    const [a, b] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(4, 3, 2, 1)];
    const pruner = createPruner({
      backend,
      distribution,
      weights: [
        { name: 'a', weight: a },
        { name: 'b', weight: b },
      ],
      schedule: () => 0.5,
      score: tensorScore(({ name }) => (name === 'a' ? b : a)),
    });
    await pruner.update(0);
    expect([[...a], [...b]]).toEqual([
      [1, 2, 0, 0],
      [0, 0, 2, 1],
    ]);
  });

  it('ranks NaN by its payload', () => {
    const weight = new Float32Array(new Uint32Array([0x7fc00001, 0xffc00000, 0x7fc00002]).buffer);
    const item = { weight, mask: fullMask(3), score: { kind: 'magnitude' } } as const;
    const cut = backend.findCut([item], 2);
    expect(cut).toMatchObject({ magnitude: 0x7fc00001, ties: 1 });
  });

  it('prunes a view that starts anywhere in a larger buffer, and nothing around it', async () => {
    const buffer = new Float32Array(12).fill(9);
    const weight = buffer.subarray(3, 9);
    weight.set([1, 2, 3, 4, 5, 6]);
    const pruner = createPruner({ backend, weights: [{ name: 'view', weight }], schedule: () => 0.5 });
    await pruner.update(0);
    expect([...buffer]).toEqual([9, 9, 9, 0, 0, 0, 4, 5, 6, 9, 9, 9]);
  });

  it('prunes weights in a WebAssembly.Memory and in shared memory', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const buffers = [memory.buffer, new SharedArrayBuffer(32)];
    for (const buffer of buffers) {
      const weight = new Float32Array(buffer, 8, 4);
      weight.set([4, 3, 2, 1]);
      const pruner = createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.5 });
      await pruner.update(0);
      expect([...weight]).toEqual([4, 3, 0, 0]);
    }
  });

  it('says so when a memory grew and took its weight away', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const weight = new Float32Array(memory.buffer, 0, 4);
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.5 });
    memory.grow(1);
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'weight-changed',
      message: 'weight "w" had the shape [4] and now has [0]',
    });
  });

  it('keeps hold of a weight given by memory and offset while the memory grows', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const view = () => new Float32Array(memory.buffer, 8, 4);
    view().set([4, 3, 2, 1]);
    const weights = [{ name: 'w', weight: { memory, byteOffset: 8, shape: [2, 2] } }];
    const pruner = createPruner({ backend, weights, schedule: (sparsity) => sparsity });
    await pruner.update(0.25);
    memory.grow(3);
    await pruner.update(0.75);
    view()[3] = 9;
    memory.grow(1);
    await pruner.enforce();
    expect([...view()]).toEqual([4, 0, 0, 0]);
  });

  it('prunes weights of several memories together', async () => {
    // No single memory has to hold all of a model: more than 4 GiB of weights come in parts.
    const memories = [1, 2, 3].map((initial) => new WebAssembly.Memory({ initial }));
    const kernels = createWasmKernels({ ...arena(memories[0]!), memory: memories[0]! })!;
    const lists = memories.map(({ buffer }) => new Float32Array(buffer, 0, 10_000));
    for (const [m, list] of lists.entries()) for (const i of list.keys()) list[i] = Math.sin(i * 3 + m);
    const sorted = lists.flatMap((list) => [...list].map(Math.abs)).sort((a, b) => a - b);
    const pruner = createPruner({
      backend: hostBackend({ kernels }),
      weights: memories.map((memory, i) => ({
        name: `w${i}`,
        weight: { memory, byteOffset: 0, shape: [10_000] },
      })),
      schedule: () => 0.9,
    });
    await pruner.update(0);
    for (const { buffer } of memories) {
      for (const value of new Float32Array(buffer, 0, 10_000)) {
        expect(value === 0 || Math.abs(value) >= sorted[27_000]!).toBe(true);
      }
    }
    expect((await pruner.report()).total.dropped).toBe(27_000);
  });

  it('refuses a bare view of the memory its kernels work in, which their scratch may detach', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const kernels = createWasmKernels({ ...arena(memory), memory })!;
    const weights = [{ name: 'w', weight: new Float32Array(memory.buffer, 0, 4) }];
    expect(() => createPruner({ backend: hostBackend({ kernels }), weights, schedule: () => 0 })).toThrow(
      TypeError,
    );
  });

  it.each([
    { byteOffset: -4, shape: [2] },
    { byteOffset: 2, shape: [2] },
    { byteOffset: 0, shape: [20_000] },
  ])('refuses a place that no weight fits in: %o', (place) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const weights = [{ name: 'w', weight: { memory, ...place } }];
    expect(() => createPruner({ backend, weights, schedule: () => 0 })).toThrow();
  });

  it('takes a shape beside the values, and refuses one that does not fit', () => {
    expect(backend.shape({ values: new Float32Array(6), shape: [2, 3] })).toEqual([2, 3]);
    expect(() => backend.shape({ values: new Float32Array(5), shape: [2, 3] })).toThrow(
      'a weight of shape [2,3] needs 6 values, got 5',
    );
  });

  it.each([
    ['an array of 3', [1, 2, 3]],
    ['a Float64Array of 3', new Float64Array(3)],
    ['"abc"', 'abc'],
    ['undefined', undefined],
    ['an object', { values: new Uint16Array(2), shape: [2] }],
  ])('refuses %s as a weight, and says that it got it', (got, weight) => {
    const create = () =>
      createPruner({ backend, weights: [{ name: 'w', weight: weight as never }], schedule: () => 0 });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(new RegExp(`^a host weight is a Float32Array, .*, got ${got}$`));
  });

  it('ranks at random by the same numbers everywhere', () => {
    const weight = new Float32Array(100);
    const item = { weight, mask: fullMask(100), score: { kind: 'random', seed: 9 } } as const;
    const sorted = Array.from({ length: 100 }, (_, i) => randomMagnitude(9, i)).sort((a, b) => a - b);
    const cut = backend.findCut([item], 40);
    expect((cut as Cut).magnitude).toBe(sorted[39]);
  });
});

/** An allocator that takes what it gives from the end of a memory. */
function arena(memory: WebAssembly.Memory) {
  return {
    allocate(bytes: number) {
      const end = memory.buffer.byteLength;
      memory.grow(Math.ceil(bytes / 65536));
      return end;
    },
    release() {},
  };
}
