import type { NamedMask, Pruner } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { MaskablePattern } from './graph-groups.js';
import type { TrainerPruneOptions } from './pruning.js';

/** @throws TypeError for what makes no sense where dropped elements learn on, or cannot be had */
export function requireRecomputable(
  { regrow, keepZeros }: Pick<TrainerPruneOptions, 'regrow' | 'keepZeros'>,
  found: MaskablePattern | undefined,
): void {
  const why =
    regrow !== undefined
      ? 'regrow: every update chooses anew among all elements, so that there is nothing to bring back'
      : keepZeros === true
        ? 'keepZeros: what is zero learns like everything else'
        : found?.isGrouped === true
          ? 'channels of groups: biases and scales have no mask in a step'
          : undefined;
  if (why !== undefined) {
    throw new TypeError(`prune of a trainer with straightThrough does not take ${why}`);
  }
}

/**
 * The same pruner, but that every update chooses anew among all elements, dropped ones too, by the values that they have
 * learned meanwhile. When an update fails, the masks are as they were.
 */
export function recomputing(pruner: Pruner): Pruner {
  return {
    ...pruner,
    async update(position) {
      const masks = await pruner.masks();
      if (masks.every(({ kept, shape }) => kept === elementsOf(shape))) return pruner.update(position);
      const before = await pruner.save();
      await pruner.restore(masks.map(full));
      try {
        return await pruner.update(position);
      } catch (error) {
        await pruner.restore(before);
        throw error;
      }
    },
    async report() {
      const report = await pruner.report();
      // Of dense weights it is no news.
      return { ...report, notices: report.notices.filter(({ code }) => code !== 'dropped-not-zero') };
    },
  };
}

function full({ name, shape, bits }: NamedMask): NamedMask {
  const elements = elementsOf(shape);
  const all = new Uint8Array(bits.length).fill(255);
  if (elements % 8 > 0) all[all.length - 1] = (1 << (elements % 8)) - 1;
  return { name, shape, kept: elements, bits: all };
}
