import {
  type Awaitable,
  type Handles,
  PruneError,
  type TensorBackend,
  type WorkVerb,
  wrapBackend,
} from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { MemoryOptions, TrainerMask, TrainerWeight } from './memory.js';

/** The handles of a trainer's backend. */
interface TrainerHandles {
  readonly weight: TrainerWeight;
  readonly mask: TrainerMask;
}

/** A backend that knows which masks each of its weights has. */
export interface WatchedBackend<Mask> {
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** How often its verbs that look at masks or weights were called so far. */
  readonly asked: () => number;
  /** Notes a handle of this trainer: no other gets a mask. */
  own(cell: TrainerWeight): void;
  /** The masks in force of a weight: those by which it was zeroed. What any of them drops is dropped. */
  masksOf(cell: TrainerWeight): readonly Mask[];
  /** Whether what a weight's masks drop may have changed since {@link WatchedBackend.settled}. */
  isChanged(cell: TrainerWeight): boolean;
  settled(cell: TrainerWeight): void;
  /** Notes that a weight has values that its masks know nothing of. */
  touch(cell: TrainerWeight): void;
  /** Whether a weight has no mask any more, and its last one had dropped something when it was disposed of. */
  isAbandoned(cell: TrainerWeight): boolean;
  /** How many elements of a weight the mask keeps that keeps least; all of them without any. */
  countKept(cell: TrainerWeight): Promise<number>;
  /** Zeroes what a weight's masks drop, in a copy of values. */
  masked(values: Float32Array, cell: TrainerWeight): Promise<Float32Array>;
  /** Zeroes what a weight's masks drop, in tensors of the weight's shape; nothing where dropped elements learn on. */
  zero(cell: TrainerWeight, tensors: readonly TrainerWeight[]): Awaitable<void>;
}

/** What a caller of the pruner was about when a verb runs. */
const ABOUT: Readonly<Record<Exclude<WorkVerb, 'createMask' | 'disposeMask' | 'disposePooled'>, string>> = {
  countBelow: 'update',
  findCut: 'update',
  drop: 'update',
  dropAndEnforce: 'update',
  combine: 'update',
  pool: 'update',
  spread: 'update',
  rankWithin: 'update',
  read: 'update',
  enforce: 'enforce',
  countKept: 'report',
  readMask: 'save',
  writeMask: 'restore',
};

/** Wraps the backend of a memory for a trainer: verbs do not overlap steps, and changes of masks are noted. */
export function watchMasks<Inner extends Handles>(
  inner: TensorBackend<Inner['weight'], Inner['mask']>,
  name: string,
  { gate, straightThrough }: MemoryOptions,
): WatchedBackend<Inner['mask']> {
  const cells = new WeakSet<TrainerWeight>();
  const owners = new WeakMap<TrainerMask, TrainerWeight>();
  let asked = 0;
  // A mask that only helps to choose, as those of candidates do, is never in force.
  const masks = new Map<TrainerWeight, Set<TrainerMask>>();
  const changed = new Set<TrainerWeight>();
  // Masks that may drop something.
  const used = new WeakSet<TrainerMask>();
  const abandoned = new Set<TrainerWeight>();

  const innerMask = (mask: TrainerMask): Inner['mask'] => mask as Inner['mask'];
  const masksOf = (cell: TrainerWeight): Inner['mask'][] => [...(masks.get(cell) ?? [])].map(innerMask);
  const isInForce = (mask: TrainerMask, owner: TrainerWeight): boolean =>
    masks.get(owner)?.has(mask) === true;

  const backend = wrapBackend<TrainerHandles, Inner>(straightThrough ? withoutEnforcing(inner) : inner, {
    manifest: { name, enforcesItself: true },
    weight: (weight) => weight as Inner['weight'],
    mask: innerMask,
    wrapMask(made, weight) {
      if (!cells.has(weight)) {
        inner.disposeMask(made);
        throw new PruneError(
          'mask-mismatch',
          'trainer.backend needs trainer.weights of the same trainer, got a weight of another',
        );
      }
      const mask = made as TrainerMask;
      owners.set(mask, weight);
      return mask;
    },
    around<Result>(verb: WorkVerb, work: () => Result): Result {
      // What is given back is given back whatever else goes on.
      if (verb === 'disposeMask' || verb === 'disposePooled') return work();
      if (verb === 'createMask') {
        gate.requireOpen('createMask');
        return work();
      }
      asked += 1;
      return gate.during(`the pruner's ${ABOUT[verb]}`, work as () => Awaitable<Result>) as Result;
    },
    beforeWrite(items) {
      for (const { mask } of items) {
        const owner = owners.get(mask);
        if (owner === undefined || isInForce(mask, owner)) continue;
        masks.set(owner, (masks.get(owner) ?? new Set()).add(mask));
        changed.add(owner);
      }
    },
    masksChanged(list) {
      for (const mask of list) {
        const owner = owners.get(mask);
        if (owner === undefined) continue;
        used.add(mask);
        changed.add(owner);
      }
    },
    maskDisposed(mask) {
      const owner = owners.get(mask);
      if (owner === undefined || !isInForce(mask, owner)) return;
      const siblings = masks.get(owner)!;
      siblings.delete(mask);
      changed.add(owner);
      if (siblings.size > 0) return;
      masks.delete(owner);
      if (used.has(mask)) abandoned.add(owner);
    },
  });

  return {
    backend,
    asked: () => asked,
    own: (cell) => cells.add(cell),
    masksOf,
    isChanged: (cell) => changed.has(cell),
    settled: (cell) => changed.delete(cell),
    touch(cell) {
      changed.add(cell);
      // Its values come from elsewhere, where the masks that are gone dropped nothing.
      abandoned.delete(cell);
    },
    isAbandoned: (cell) => abandoned.has(cell) && !masks.has(cell),
    async countKept(cell) {
      const counts = await inner.countKept(masksOf(cell));
      return Math.min(elementsOf(cell.shape), ...counts);
    },
    async masked(values, cell) {
      for (const mask of masksOf(cell)) {
        const bits = await inner.readMask(mask);
        for (let i = 0; i < values.length; i += 1) if (((bits[i >> 3]! >> (i & 7)) & 1) === 0) values[i] = 0;
      }
      return values;
    },
    zero: (cell, tensors) =>
      straightThrough
        ? undefined
        : inner.enforce(
            tensors.flatMap((weight) =>
              masksOf(cell).map((mask) => ({ weight: weight as Inner['weight'], mask })),
            ),
          ),
  };
}

/** The same, but that dropped elements stay in the weights. */
function withoutEnforcing<Weight, Mask>(inner: TensorBackend<Weight, Mask>): TensorBackend<Weight, Mask> {
  const { dropAndEnforce: _, ...verbs } = inner;
  return { ...verbs, enforce: () => {} };
}
