import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import { afterAll, describe, inject, it } from 'vitest';
import { type HostMask, type HostWeight, valuesOf } from '../host-weight.js';
import { createArena } from './arena.js';
import { sharedMemory, startSome } from './testing/threads.js';
import type { ThreadedBackend } from './threaded-backend.js';

/** Weights in a shared memory, all of whose verbs are dealt to threads. */
function onThreads(threads: number): ConformanceHarness<HostWeight, HostMask> & { close(): Promise<void> } {
  const memory = sharedMemory(1, 8192);
  // Whatever is taken of the memory, by the backend too, is counted here.
  const arena = createArena(memory);
  let live = 0;
  const allocate = (bytes: number): number => {
    live += 1;
    return arena.allocate(bytes);
  };
  const release = (pointer: number): void => {
    live -= 1;
    arena.release(pointer);
  };
  let started: Promise<ThreadedBackend> | undefined;
  const view = (weight: HostWeight) => valuesOf(weight) as Float32Array;
  return {
    name: `host, threads: ${threads}`,
    createBackend() {
      started ??= startSome({ memory, threads, allocate, release }).then(({ backend }) => backend);
      return started;
    },
    createWeight(values, shape) {
      const weight = { memory, byteOffset: allocate(values.byteLength), shape };
      view(weight).set(values);
      return weight;
    },
    readWeight: (weight) => view(weight).slice(),
    writeWeight: (weight, values) => view(weight).set(values),
    disposeWeight: (weight) => release((weight as { byteOffset: number }).byteOffset),
    countLive: async () => {
      // Masks are given back after what may still look at them.
      await (await started)?.countKept([]);
      return live;
    },
    close: async () => (await started)?.dispose(),
  };
}

// The kernels run through all of it on one thread.
const part = inject('kitPart');
for (const [threads, options] of [
  [2, { part }],
  [3, { mostElements: 2 ** 18, part: { ...part, number: Math.min(2, part.of) } }],
] as const) {
  const harness = onThreads(threads);
  registerConformance(harness, { describe, it }, options);
  afterAll(harness.close);
}
