import type { BackendManifest, TensorBackend } from '@synaprune/core';
import type { ConformanceHarness } from './harness.js';

/** A weight or a mask of the backend under test. The kit never looks inside. */
export type Handle = unknown;

/** What a case works on: one backend, and what was made with it. */
export interface Bench {
  readonly harness: ConformanceHarness<Handle, Handle>;
  readonly backend: TensorBackend<Handle, Handle>;
  readonly manifest: BackendManifest;
  /** A weight that the bench disposes of when it closes. */
  createWeight(values: Float32Array, shape: readonly number[]): Promise<Handle>;
  /** A mask that the bench disposes of when it closes. */
  createMask(weight: Handle): Handle;
  /** Makes a weight unusable. */
  spoil(weight: Handle): Promise<void>;
  /** Something to be undone when the bench closes. */
  onClose(undo: () => unknown): void;
}

/** Runs `work` on a bench and clears up after it, also when it fails. */
export async function withBench<Result>(
  harness: ConformanceHarness<Handle, Handle>,
  backend: TensorBackend<Handle, Handle>,
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const undo: (() => unknown)[] = [];
  const spoiled = new Set<Handle>();
  const disposeWeight = async (weight: Handle): Promise<void> => {
    try {
      await harness.disposeWeight(weight);
    } catch (error) {
      if (!spoiled.has(weight)) throw error;
    }
  };
  const bench: Bench = {
    harness,
    backend,
    manifest: backend.manifest,
    createWeight: async (values, shape) => {
      const weight = await harness.createWeight(values.slice(), shape);
      undo.push(() => disposeWeight(weight));
      return weight;
    },
    createMask: (weight) => {
      const mask = backend.createMask(weight);
      undo.push(() => backend.disposeMask(mask));
      return mask;
    },
    spoil: async (weight) => {
      spoiled.add(weight);
      await harness.spoilWeight!(weight);
    },
    onClose: (step) => undo.push(step),
  };
  const clearUp = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  let result: Result;
  try {
    result = await work(bench);
  } catch (error) {
    // A failure in clearing up must not hide the failure of the case.
    await clearUp().catch(() => {});
    throw error;
  }
  await clearUp();
  return result;
}
