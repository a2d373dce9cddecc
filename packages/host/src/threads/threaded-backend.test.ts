import { createPruner, magnitudeOf, type TensorBackend, tensorScore } from '@synaprune/core';
import { createThreadedBackend as createBuilt } from '@synaprune/host/threads';
import { describe, expect, inject, it } from 'vitest';
import { hostBackend } from '../host-backend.js';
import type { HostMask, HostWeight } from '../host-weight.js';
import { firstDifference, placeIn, sharedMemory, startSome } from './testing/threads.js';

/** Which elements go, by a full sort by (magnitude, weight, index): 0 in their places. */
function sorted(lists: readonly ArrayLike<number>[], count: number): number[][] {
  const ranked = lists
    .flatMap((list, order) =>
      Array.from(list, (value, index) => ({ order, index, magnitude: magnitudeOf(value) })),
    )
    .sort((a, b) => a.magnitude - b.magnitude || a.order - b.order || a.index - b.index);
  const kept = lists.map((list) => Array.from(list));
  for (const { order, index } of ranked.slice(0, count)) kept[order]![index] = 0;
  return kept;
}

/** Values on so many levels: the fewer, the more ties. */
function onLevels(length: number, levels: number, seed: number): number[] {
  return Array.from({ length }, (_, i) => Math.round(levels * Math.sin(seed + i * i)) / levels);
}

type Placed = ReturnType<typeof placeIn>;

function expectSame(placed: Placed, needed: readonly (readonly number[])[]): void {
  expect(placed.map(({ values }, i) => firstDifference(values, needed[i]!))).toEqual(placed.map(() => -1));
}

const toLists = (placed: Placed) => placed.map(({ values }) => [...values]);
const namedIn = (placed: Placed) => placed.map(({ weight }, i) => ({ name: `w${i}`, weight }));

describe('createThreadedBackend', () => {
  it.each([
    [1, 64],
    [2, 3],
    [2, 2 ** 20],
    [3, 64],
    [5, 1],
  ])('drops on %i threads what a full sort drops, of values on %i levels', async (threads, levels) => {
    const { backend, memory } = await startSome({ threads });
    const lists = [20_011, 33, inject('whole') ? 150_000 : 15_000, 7].map((length, i) =>
      onLevels(length, levels, i),
    );
    const placed = placeIn(memory, lists);
    const before = toLists(placed);
    const pruner = createPruner({ backend, weights: namedIn(placed), schedule: (sparsity) => sparsity });
    for (const sparsity of [0.05, 0.5, 0.5, 0.97]) {
      await pruner.update(sparsity);
      expectSame(placed, sorted(before, Math.floor(sparsity * lists.flat().length)));
    }
    await backend.dispose();
  });

  it('deals ties in the order of the elements, however many shares they go through', async () => {
    const { backend, memory } = await startSome({ threads: 4 });
    const [same, zeros] = placeIn(memory, [Array(800_000).fill(0.5), onLevels(800_000, 1, 2)]);
    const pruner = createPruner({ backend, weights: namedIn([same!]), schedule: (sparsity) => sparsity });
    for (const count of [1, 200_001, 680_000]) {
      await pruner.update(count / 800_000);
      expect(same!.values.lastIndexOf(0)).toBe(count - 1);
      expect(same!.values.indexOf(0.5)).toBe(count);
    }
    const mask = backend.createMask(zeros!.weight);
    const item = { ...zeros!, mask, score: { kind: 'magnitude' } } as const;
    await backend.dropAndEnforce!([{ items: [item], cut: { magnitude: 0, ties: 100 } }]);
    expect(await backend.countKept([mask])).toEqual([800_000 - 100]);
    await backend.dispose();
  });

  it.each(['in the memory', 'elsewhere'])('ranks by scores %s', async (where) => {
    const { backend, memory } = await startSome();
    // Never 0, so that a 0 afterwards is one that was dropped.
    const lists = [1, 2].map((seed) => onLevels(40_000, 9, seed).map((value) => value + 2));
    const placed = placeIn(memory, lists);
    const scores: HostWeight[] = lists.map((list, i) =>
      where === 'elsewhere' ? Float32Array.from(list) : placed[i]!.weight,
    );
    const pruner = createPruner({
      backend,
      weights: namedIn(placed),
      schedule: () => 0.5,
      // Each weight by the values of the other.
      score: tensorScore(({ name }) => scores[name === 'w0' ? 1 : 0]!),
    });
    await pruner.update(0);
    const ranked = sorted([lists[1]!, lists[0]!], 40_000);
    expectSame(
      placed,
      lists.map((list, i) => list.map((value, at) => (ranked[i]![at] === 0 ? 0 : value))),
    );
    await backend.dispose();
  });

  it('ranks blocks as one thread does', async () => {
    const list = onLevels(48_000, 300, 3);
    const pruned = async (backend: TensorBackend<HostWeight, HostMask>, weight: HostWeight) => {
      const weights = [{ name: 'w', weight }];
      const pattern = { kind: 'block', shape: [4, 4] } as const;
      const pruner = createPruner({ backend, weights, schedule: () => 0.5, pattern });
      await pruner.update(0);
      return pruner.save();
    };
    const { backend, memory } = await startSome();
    const [placed] = placeIn(memory, [list]);
    const shape = [200, 240];
    const threaded = await pruned(backend, { ...placed!.weight, shape });
    const alone = await pruned(hostBackend(), { values: Float32Array.from(list), shape });
    expect(threaded).toEqual(alone);
    await backend.dispose();
  });

  it('answers calls of several pruners in their order', async () => {
    const { backend, memory } = await startSome();
    const placed = placeIn(memory, [onLevels(60_000, 500, 1), onLevels(60_000, 500, 2)]);
    const before = toLists(placed);
    const pruners = placed.map(({ weight }) =>
      createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.7 }),
    );
    await Promise.all(pruners.map((pruner) => pruner.update(0)));
    expectSame(
      placed,
      before.flatMap((list) => sorted([list], 42_000)),
    );
    await backend.dispose();
  });

  it('takes room in the memory by its allocator, and gives all of it back', async () => {
    const memory = sharedMemory(200, 200);
    const live = new Set<number>();
    let end = 65536 * 20;
    const allocate = (bytes: number) => {
      live.add(end);
      end += Math.ceil(bytes / 8) * 8 + 8;
      return end - Math.ceil(bytes / 8) * 8 - 8;
    };
    const { backend } = await startSome({
      memory,
      allocate,
      release: (pointer) => void live.delete(pointer),
    });
    const weight = { memory, byteOffset: 65536, shape: [100_000] };
    new Float32Array(memory.buffer, 65536, 100_000).set(onLevels(100_000, 1000, 1));
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.5 });
    await pruner.update(0);
    expect((await pruner.report()).total.dropped).toBe(50_000);
    expect(memory.buffer.byteLength).toBe(200 * 65536);
    await backend.dispose();
    expect(live.size).toBe(0);
  });

  it('works in what a backend before it gave back', async () => {
    const memory = sharedMemory();
    const sizes: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { backend } = await startSome({ memory });
      await backend.dispose();
      sizes.push(memory.buffer.byteLength);
    }
    expect(sizes[2]).toBe(sizes[0]);
  });

  it('starts workers of its own, as it is installed', async () => {
    const memory = sharedMemory();
    const [placed] = placeIn(memory, [onLevels(300_000, 2 ** 20, 1)]);
    const before = [...placed!.values];
    const backend = await createBuilt({ memory, threads: 2 });
    const pruner = createPruner({ backend, weights: namedIn([placed!]), schedule: () => 0.9 });
    await pruner.update(0);
    expectSame([placed!], sorted([before], 270_000));
    expect(backend.threads).toBe(2);
    await backend.dispose();
  });
});
