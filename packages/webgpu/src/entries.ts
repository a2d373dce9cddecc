import { type CutGroup, type Item, PruneError } from '@synaprune/core';
import type { Entry } from './batches.js';
import type { MaskBits, OwnedMask, WebgpuMask } from './masks.js';
import { shapeOf, type WebgpuWeight } from './weight.js';

/*
 * Everything that can be checked without asking the device is checked here, before anything is submitted.
 */

/** An item as callers see it. */
export type WebgpuItem = Item<WebgpuWeight, WebgpuMask>;

/** Counters on the device are of 32 bits. */
const MOST_ELEMENTS = 2 ** 32 - 1;

/** Items of one list, not to be dropped by any cut. */
export function entriesOf(items: readonly WebgpuItem[]): Entry[] {
  return requireCountable(
    items.map((item, index) => ({
      item: requireFit(item),
      index,
      magnitude: 0,
      quota: 0,
      groupStart: 0,
    })),
  );
}

/** The items of all groups in order, each with its group's cut. */
export function entriesOfGroups(groups: readonly CutGroup<WebgpuWeight, WebgpuMask>[]): Entry[] {
  let index = 0;
  return requireCountable(
    groups.flatMap(({ items, cut }) => {
      if (cut.kind !== 'threshold' || cut.direction !== 'drop' || cut.pattern.kind !== 'element') {
        throw unsupported(cut.kind === 'threshold' ? cut.direction : 'drop', cut.pattern.kind);
      }
      const groupStart = index;
      return items.map((item) => {
        const entry = {
          item: requireFit(item),
          index,
          magnitude: cut.magnitude,
          quota: cut.ties,
          groupStart,
        };
        index += 1;
        return entry;
      });
    }),
  );
}

function requireCountable(entries: Entry[]): Entry[] {
  const elements = entries.reduce((sum, { item }) => sum + item.mask.elements, 0);
  if (elements <= MOST_ELEMENTS) return entries;
  throw new PruneError(
    'unsupported',
    `the WebGPU backend takes ${MOST_ELEMENTS} elements at a time, got ${elements}; prune in groups, with a pruner each`,
  );
}

/** @throws PruneError `disposed` when the mask was given back */
export function requireMask(mask: WebgpuMask): OwnedMask {
  const owned = mask as OwnedMask;
  if (owned?.page === undefined) {
    throw new TypeError('a mask of the WebGPU backend is what its createMask returned');
  }
  if (!owned.live) throw new PruneError('disposed', 'the mask was disposed');
  if (owned.page.failure !== undefined) throw owned.page.failure;
  return owned;
}

/**
 * Where the bits of a mask are, for kernels of others that read them. The buffer is the backend's: it is not to be
 * written or destroyed, and holds the mask until that is disposed.
 *
 * @throws PruneError `disposed` when the mask was given back
 */
export function maskBits(mask: WebgpuMask): MaskBits {
  const { page, firstWord, words } = requireMask(mask);
  return { buffer: page.buffer, firstWord, words };
}

/** What a backend says when asked for something that its manifest does not list. */
export function unsupported(direction: string, pattern: string): PruneError {
  return new PruneError('unsupported', `backend webgpu drops elements; asked to ${direction} by ${pattern}`);
}

function requireFit({ weight, mask, score }: WebgpuItem): Item<WebgpuWeight, OwnedMask> {
  const owned = requireMask(mask);
  const shape = shapeOf(weight);
  if (String(shape) !== String(owned.shape)) {
    throw new PruneError('weight-changed', `a weight had the shape [${owned.shape}] and now has [${shape}]`);
  }
  if (score.kind === 'tensor') {
    const got = shapeOfScore(score.tensor);
    if (String(got) !== String(shape)) {
      throw new PruneError(
        'score-mismatch',
        `the score of a weight needs the shape [${shape}], got [${got}]`,
      );
    }
  }
  return { weight, mask: owned, score };
}

function shapeOfScore(tensor: WebgpuWeight): readonly number[] {
  try {
    return shapeOf(tensor);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('score-mismatch', `the tensor of scores cannot be used: ${reason}`, { cause });
  }
}
