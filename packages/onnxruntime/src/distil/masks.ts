import type { Notice, Pruner } from '@synaprune/core';
import type { Trainer } from '../trainer/trainer-api.js';
import type { CheckedDistil } from './options.js';

/** The masks of a run. */
export interface RunMasks {
  /** Where the ramp begins: what is zero already. */
  readonly from: number;
  readonly to: number;
  /** Brings the masks to a sparsity. @returns what is dropped then */
  bringTo(sparsity: number): Promise<number>;
  notices(): Promise<readonly Notice[]>;
}

/** Of every weight what always stays. */
const FLOOR = 0.05;

/** Masks that keep what is zero already, and grow on demand; undefined where nothing is under masks. */
export async function openMasks(
  trainer: Trainer,
  { sparsity, pruning = {} }: Pick<CheckedDistil, 'sparsity' | 'pruning'>,
): Promise<RunMasks | undefined> {
  if (sparsity === undefined && trainer.weights.length === 0) return undefined;
  const { pattern } = pruning;
  const elements = pattern === undefined || (pattern as { readonly kind?: unknown }).kind === 'element';
  let wanted = 0;
  const { pruner, detach } = trainer.prune({
    ...(elements ? { keepZeros: true } : {}),
    // Half of what may stay at the most: a target near 1 is the caller's to ask for.
    floor: floorFor(sparsity ?? 0, pattern),
    ...pruning,
    schedule: () => wanted,
  });
  detach();
  const told: Notice[] = [];
  let position = 0;
  const update = async (target: number): Promise<number> => {
    wanted = target;
    const result = await pruner.update(position);
    position += 1;
    told.push(...result.notices);
    return result.sparsity;
  };
  const from = await update(0);
  return {
    from,
    to: Math.max(from, sparsity ?? 0),
    bringTo: update,
    notices: async () => unique([...told, ...(await reportOf(pruner))]),
  };
}

async function reportOf(pruner: Pruner): Promise<readonly Notice[]> {
  return (await pruner.report()).notices;
}

function floorFor(sparsity: number, pattern: unknown): number {
  const patterned = (pattern as { readonly kind?: unknown } | undefined)?.kind === 'n:m';
  return patterned ? 0 : Math.min(FLOOR, (1 - sparsity) / 2);
}

/** Each notice once; of those that differ in numbers alone, the last. */
function unique(notices: readonly Notice[]): Notice[] {
  const last = new Map(notices.map((notice) => [`${notice.code} ${String(notice.weights)}`, notice]));
  return [...last.values()];
}
