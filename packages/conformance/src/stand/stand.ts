import type { Awaitable, BackendManifest, TensorBackend } from '@synaprune/core';
import type { ConformanceHarness } from './harness.js';

/** A weight or a mask of the backend under test. The kit never looks inside. */
export type Handle = unknown;

/** What a case works on: one backend behind the guard, and what was made with it. */
export interface Stand {
  readonly harness: ConformanceHarness<Handle, Handle>;
  readonly backend: TensorBackend<Handle, Handle>;
  readonly manifest: BackendManifest;
  /** Another backend, as this one was made. */
  createBackend(): Awaitable<TensorBackend<Handle, Handle>>;
  /** A weight that the stand disposes of when it closes. */
  createWeight(values: Float32Array, shape: readonly number[]): Promise<Handle>;
  /** A mask that the stand disposes of when it closes. */
  createMask(weight: Handle): Handle;
  /** Makes a weight unusable. */
  spoil(weight: Handle): Promise<void>;
  /** Something to be undone when the stand closes. */
  onClose(undo: () => unknown): void;
}

/** What a stand is made of. */
export type StandParts = Pick<Stand, 'harness' | 'backend' | 'createBackend'>;

/** Runs `work` on a stand and clears up after it, also when it fails. */
export async function withStand<Result>(
  { harness, backend, createBackend }: StandParts,
  work: (stand: Stand) => Promise<Result>,
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
  const stand: Stand = {
    harness,
    backend,
    manifest: backend.manifest,
    createBackend,
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
    result = await work(stand);
  } catch (error) {
    // A failure in clearing up must not hide the failure of the case.
    await clearUp().catch(() => {});
    throw error;
  }
  await clearUp();
  return result;
}
