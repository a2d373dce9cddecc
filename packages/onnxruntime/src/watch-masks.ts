import type { Awaitable, BackendManifest, Item, TensorBackend } from '@synaprune/core';
import type { Gate } from './gate.js';
import type { Cell, TrainerMask, TrainerWeight } from './memory.js';

/** A backend that knows which masks each of its weights has. */
export interface WatchedBackend<Mask extends TrainerMask> {
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** The live masks of a weight. What any of them drops is dropped. */
  masksOf(cell: TrainerWeight): readonly Mask[];
  /** Whether what a weight's masks drop may have changed since {@link WatchedBackend.settled}. */
  isChanged(cell: TrainerWeight): boolean;
  settled(cell: TrainerWeight): void;
  /** Notes that a weight has values that its masks know nothing of. */
  touch(cell: TrainerWeight): void;
  /** Whether a weight has no mask any more, and its last one had dropped something when it was disposed of. */
  isAbandoned(cell: TrainerWeight): boolean;
  /** Zeroes what a weight's masks drop, in tensors of the weight's shape. */
  zero(cell: TrainerWeight, tensors: readonly TrainerWeight[]): Awaitable<void>;
}

/** Wraps the backend of a memory for a trainer: verbs do not overlap steps, and changes of masks are noted. */
export function watchMasks<Weight extends TrainerWeight, Mask extends TrainerMask>(
  inner: TensorBackend<Weight, Mask>,
  manifest: BackendManifest,
  gate: Gate,
): WatchedBackend<Mask> {
  const masks = new Map<TrainerWeight, Set<Mask>>();
  const owners = new Map<Mask, TrainerWeight>();
  const changed = new Set<TrainerWeight>();
  // Masks that may drop something: one made and given back, as every report does, has dropped nothing.
  const used = new WeakSet<Mask>();
  const abandoned = new Set<TrainerWeight>();

  const own = (items: readonly Item<TrainerWeight, TrainerMask>[]) =>
    items as unknown as readonly Item<Weight, Mask>[];
  const note = (mask: TrainerMask): void => {
    const owner = owners.get(mask as Mask);
    if (owner !== undefined) changed.add(owner);
  };
  const use = (mask: TrainerMask): void => {
    note(mask);
    used.add(mask as Mask);
  };

  return {
    masksOf: (cell) => [...(masks.get(cell) ?? [])],
    isChanged: (cell) => changed.has(cell),
    settled: (cell) => changed.delete(cell),
    touch(cell) {
      changed.add(cell);
      // Its values come from elsewhere, where the masks that are gone dropped nothing.
      abandoned.delete(cell);
    },
    isAbandoned: (cell) => abandoned.has(cell) && !masks.has(cell),
    zero: (cell, tensors) => {
      const live = [...(masks.get(cell) ?? [])];
      const score = { kind: 'magnitude' } as const;
      return inner.enforce(
        tensors.flatMap((weight) => live.map((mask) => ({ weight: weight as Weight, mask, score }))),
      );
    },
    backend: {
      manifest,
      shape: (weight) => inner.shape(weight as Weight),
      createMask(weight) {
        gate.requireOpen('createMask');
        const mask = inner.createMask(weight as Weight);
        owners.set(mask, weight);
        const siblings = masks.get(weight) ?? new Set();
        masks.set(weight, siblings.add(mask));
        return mask;
      },
      disposeMask(mask) {
        note(mask);
        const owner = owners.get(mask as Mask);
        if (owner !== undefined) {
          const siblings = masks.get(owner)!;
          siblings.delete(mask as Mask);
          if (siblings.size === 0) {
            masks.delete(owner);
            if (used.has(mask as Mask)) abandoned.add(owner);
          }
          owners.delete(mask as Mask);
        }
        inner.disposeMask(mask as Mask);
      },
      countBelow: (items, magnitudes) => gate.verb('update', () => inner.countBelow(own(items), magnitudes)),
      findCut: (items, selection) => gate.verb('update', () => inner.findCut(own(items), selection)),
      dropBelow: (groups) =>
        gate.verb('update', () => {
          for (const { mask } of groups.flatMap(({ items }) => items)) use(mask);
          return inner.dropBelow(groups.map(({ items, cut }) => ({ items: own(items), cut })));
        }),
      enforce: (items) => gate.verb('enforce', () => inner.enforce(own(items))),
      countKept: (list) => gate.verb('report', () => inner.countKept(list as readonly Mask[])),
      readMask: (mask) => gate.verb('save', () => inner.readMask(mask as Mask)),
      writeMask: (mask, packed) =>
        gate.verb('restore', () => {
          use(mask);
          return inner.writeMask(mask as Mask, packed);
        }),
    },
  };
}

/** A handle of this trainer, by the looks of it. @throws TypeError when it is none */
export function requireCell(weight: TrainerWeight): Cell {
  if ((weight as Partial<Cell> | null)?.tensor === undefined) {
    throw new TypeError('a weight of a trainer is one of those in trainer.weights');
  }
  return weight as Cell;
}
