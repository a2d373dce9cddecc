import { type Handles, type WorkVerb, wrapBackend } from '@synaprune/core';
import type { ConformanceHarness } from '../stand/harness.js';
import { stripBackend } from '../stand/strip-backend.js';
import type { ReferenceMask, ReferenceWeight } from './reference.js';
import { createReferenceHarness, type ReferenceHarness } from './reference-harness.js';

/** The reference that only looks at weights: nothing may write them, neither the backend nor the kit. */
export function createReadOnlyHarness(): ReferenceHarness {
  const never = (): never => {
    throw new Error('wrote a weight that is only looked at');
  };
  return {
    ...createReferenceHarness(({ manifest }) => ({
      manifest: { ...manifest, name: 'reference that only looks', readOnly: true },
      enforce: never,
      dropAndEnforce: never,
    })),
    name: 'reference that only looks',
    writeWeight: never,
  };
}

/** The reference with the verbs that every backend has, and not even `read`. */
export function createBareHarness(): ReferenceHarness {
  const whole = createReferenceHarness();
  return {
    ...whole,
    name: 'bare reference',
    createBackend: async () => {
      const { read: _, ...bare } = stripBackend(await whole.createBackend());
      return bare;
    },
  };
}

/** Handles of the wrapped reference. */
interface Boxed extends Handles {
  readonly weight: { readonly weight: ReferenceWeight };
  readonly mask: { readonly mask: ReferenceMask };
}

interface Plain extends Handles {
  readonly weight: ReferenceWeight;
  readonly mask: ReferenceMask;
}

/** What the hooks of a wrapped backend were told. */
export interface Told {
  readonly verbs: Set<WorkVerb>;
  writes: number;
  changes: number;
  disposed: number;
}

/**
 * The reference behind `wrapBackend`: every handle in a box, every verb awaited one after another, and every hook
 * listening.
 */
export function createWrappedHarness(): {
  readonly harness: ConformanceHarness<Boxed['weight'], Boxed['mask']>;
  readonly told: Told;
} {
  const inner = createReferenceHarness();
  const told: Told = { verbs: new Set(), writes: 0, changes: 0, disposed: 0 };
  const boxes = new WeakMap<ReferenceMask, Boxed['mask']>();
  const harness: ConformanceHarness<Boxed['weight'], Boxed['mask']> = {
    name: 'wrapped reference',
    createBackend: async () =>
      wrapBackend<Boxed, Plain>(await inner.createBackend(), {
        manifest: { name: 'wrapped' },
        weight: ({ weight }) => weight,
        mask: ({ mask }) => mask,
        wrapMask: (mask) => {
          const box = { mask };
          boxes.set(mask, box);
          return box;
        },
        around: (verb, work) => {
          told.verbs.add(verb);
          return work();
        },
        beforeWrite: (items) => {
          told.writes += items.length;
        },
        masksChanged: (masks) => {
          // A hook that is told of an inner handle would find no box.
          for (const { mask } of masks) if (boxes.has(mask)) told.changes += 1;
        },
        maskDisposed: ({ mask }) => {
          if (boxes.delete(mask)) told.disposed += 1;
        },
      }),
    createWeight: async (values, shape) => ({ weight: await inner.createWeight(values, shape) }),
    readWeight: ({ weight }) => inner.readWeight(weight),
    writeWeight: ({ weight }, values) => inner.writeWeight(weight, values),
    disposeWeight: ({ weight }) => inner.disposeWeight(weight),
    countLive: inner.countLive,
    bytesRead: inner.bytesRead,
    spoilWeight: ({ weight }) => inner.spoilWeight(weight),
  };
  return { harness, told };
}
