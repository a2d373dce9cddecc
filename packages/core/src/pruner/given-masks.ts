import { PruneError } from '../checks/errors.js';
import { describe, listNames, quote } from '../checks/legible.js';
import { didYouMean, isRecord, requireList, requireOptions } from '../checks/require.js';
import { countBits, hasCleanTail, packedLength } from '../contract/packed-bits.js';
import type { Pattern, PatternedWeight } from '../selection/patterns/pattern.js';
import { checkMatching, type RestoreOptions } from './restore-options.js';

/** The mask of one weight, as a pruner hands it out. */
export interface NamedMask {
  readonly name: string;
  readonly shape: readonly number[];
  /** Elements kept. */
  readonly kept: number;
  /** Element `i` is bit `i % 8` of byte `i >> 3`; 1 is kept, and the unused bits of the last byte are 0. */
  readonly bits: Uint8Array;
}

/** A mask from outside. What is said of its shape and of what it keeps must be so. */
export type GivenMask = Pick<NamedMask, 'name' | 'bits'> & Partial<NamedMask>;

/** A mask that fits a weight of a pruner. */
export interface OpenedMask {
  /** Index of the weight. */
  readonly index: number;
  readonly bits: Uint8Array;
}

/**
 * @throws TypeError when it is no list of masks
 * @throws PruneError `mask-mismatch` when one does not belong to the weights or to the pattern
 */
export function checkMasks(
  caller: string,
  masks: readonly GivenMask[],
  weights: readonly PatternedWeight[],
  pattern: Pattern,
): OpenedMask[] {
  requireList(caller, 'masks', masks);
  const indexes = new Map(weights.map(({ name }, index) => [name, index]));
  const seen = new Set<number>();
  const opened = Array.from(masks as readonly GivenMask[], (mask, i): OpenedMask => {
    requireOptions(caller, `masks[${i}]`, mask, ['name', 'shape', 'kept', 'bits']);
    const index = indexes.get(mask.name);
    if (index === undefined) {
      const names = [...indexes.keys()];
      throw mismatch(
        `masks[${i}] is of ${describe(mask.name)}${didYouMean(mask.name, names)}; there are ${listNames(names)}`,
      );
    }
    if (seen.has(index)) throw mismatch(`two masks are of ${quote(mask.name)}`);
    seen.add(index);
    return { index, bits: requireBits(caller, mask, weights[index]!) };
  });
  const byWeight: (Uint8Array | undefined)[] = weights.map(() => undefined);
  for (const { index, bits } of opened) byWeight[index] = bits;
  pattern.requireMasks(byWeight);
  return opened;
}

/**
 * A list of masks for all weights, matched as those of a state are.
 *
 * @throws TypeError when the options of matching are wrong
 * @throws PruneError `mask-mismatch` for whatever is wrong in the list
 */
export function openMasks(
  masks: readonly unknown[],
  weights: readonly PatternedWeight[],
  { pattern, matching }: { readonly pattern: Pattern; readonly matching: RestoreOptions },
): OpenedMask[] {
  const renamed = checkMatching(matching, weights);
  try {
    if (masks.length !== weights.length) {
      throw mismatch(
        `restore needs a mask for each of ${listNames(weights.map(({ name }) => name))}, got ${masks.length} masks`,
      );
    }
    const named = Array.from(masks, (mask, i): unknown => {
      if (!isRecord(mask)) return mask;
      const own =
        renamed === undefined
          ? weights[i]!.name
          : Object.hasOwn(renamed, String(mask.name))
            ? renamed[String(mask.name)]
            : undefined;
      return own === undefined ? mask : { ...mask, name: own };
    });
    return checkMasks('restore', named as readonly GivenMask[], weights, pattern);
  } catch (error) {
    if (error instanceof PruneError) throw error;
    throw new PruneError('mask-mismatch', error instanceof Error ? error.message : 'no list of masks', {
      cause: error,
    });
  }
}

function requireBits(
  caller: string,
  mask: GivenMask,
  { name, shape, elements }: PatternedWeight,
): Uint8Array {
  if (mask.shape !== undefined && String(mask.shape) !== String(shape)) {
    throw mismatch(
      `the mask of ${quote(name)} has the shape ${showShape(mask.shape)}, the weight has [${shape}]`,
    );
  }
  if (!(mask.bits instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs the bits of the mask of ${quote(name)} as a Uint8Array, got ${describe(mask.bits)}`,
    );
  }
  const bits = mask.bits.slice();
  if (bits.length !== packedLength(elements)) {
    throw mismatch(
      `the mask of ${quote(name)} needs ${packedLength(elements)} bytes for ${elements} elements, got ${bits.length}`,
    );
  }
  if (!hasCleanTail(bits, elements)) {
    throw mismatch(`the mask of ${quote(name)} has bits beyond its ${elements} elements`);
  }
  if (mask.kept !== undefined && mask.kept !== countBits(bits)) {
    throw mismatch(
      `the mask of ${quote(name)} keeps ${countBits(bits)} elements, and says ${describe(mask.kept)}`,
    );
  }
  return bits;
}

/** A shape that came from anywhere: whatever is none is only named. */
function showShape(shape: unknown): string {
  const isShape =
    Array.isArray(shape) && shape.length <= 16 && shape.every((edge) => typeof edge === 'number');
  return isShape ? `[${shape}]` : describe(shape);
}

function mismatch(message: string): PruneError {
  return new PruneError('mask-mismatch', message);
}
