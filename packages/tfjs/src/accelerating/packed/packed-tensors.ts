import { isRecordingGradients } from '../../internals/recording-gradients.js';
import { writesOf } from '../../internals/written-in-place.js';
import { forgetWeights } from '../machine/station.js';
import type { Hold } from './keep-packed.js';
import type { Matrix, Packing } from './packing.js';

/** How the values behind a `dataId` are packed, for all who hold them. */
interface Entry {
  readonly packing: Packing;
  readonly writes: number;
  holders: number;
}

/** By `dataId`: tensors of tfjs do not change, and copies of one share it, in other shapes too. */
const entries = new WeakMap<object, Entry[]>();
let paused = 0;

/**
 * The packed form of what lies behind a `dataId` now.
 *
 * @param pack makes it, where nobody holds one
 */
export function holdPacked(dataId: object, matrix: Matrix, pack: () => Packing): Hold<Packing> {
  const writes = writesOf(dataId);
  let entry = findEntry(dataId, matrix);
  if (entry === undefined) {
    entry = { packing: pack(), writes, holders: 0 };
    entries.set(dataId, [...(entries.get(dataId) ?? []), entry]);
  }
  const own = entry;
  own.holders += 1;
  let held = true;
  return {
    packing: own.packing,
    release() {
      if (!held) return;
      held = false;
      own.holders -= 1;
      if (own.holders > 0) return;
      entries.set(
        dataId,
        entries.get(dataId)!.filter((other) => other !== own),
      );
      for (const part of own.packing.parts) forgetWeights(part);
    },
  };
}

function findEntry(dataId: object, { inputs, outputs }: Matrix): Entry | undefined {
  return entries.get(dataId)?.find(({ packing, writes }) => {
    return packing.inputs === inputs && packing.outputs === outputs && writes === writesOf(dataId);
  });
}

/** What a kernel of tfjs may use in a tensor's place; nothing while gradients are recorded. */
export function packedOf(dataId: object, matrix: Matrix): Packing | undefined {
  return entries.has(dataId) && isActive() ? findEntry(dataId, matrix)?.packing : undefined;
}

/** Whether packed weights are used now. */
export function isActive(): boolean {
  return paused === 0 && !isRecordingGradients();
}

/** Runs something as it runs without packed weights. */
export function withoutPacked<Result>(work: () => Result): Result {
  paused += 1;
  try {
    return work();
  } finally {
    paused -= 1;
  }
}
