import { PruneError } from '../checks/errors.js';
import { describe } from '../checks/legible.js';
import type { Awaitable, Blocks, Cut, GroupsAlong } from './backend.js';
import { LARGEST_MAGNITUDE } from './magnitude.js';
import { hasCleanTail, packedLength } from './packed-bits.js';

/* What verbs take beside handles, and what they answer. `name` is the backend's. */

/** @throws RangeError unless they are whole, in [0, 0x80000000] and ascending */
export function requireMagnitudes(name: string, magnitudes: readonly number[]): void {
  for (const [i, magnitude] of magnitudes.entries()) {
    const isOne = Number.isInteger(magnitude) && magnitude >= 0 && magnitude <= LARGEST_MAGNITUDE + 1;
    if (!isOne || magnitude < (magnitudes[i - 1] ?? 0)) {
      throw new RangeError(
        `${name} needs magnitudes to be ascending integers in [0, 0x80000000], got ${magnitudes.join(', ')}`,
      );
    }
  }
}

/** @throws RangeError unless `count` is a part of `elements`, and not none */
export function requireCount(name: string, count: number, elements: number): void {
  if (!Number.isInteger(count) || count < 1 || count > elements) {
    throw new RangeError(
      `${name} needs count to be an integer from 1 to ${elements}, got ${describe(count)}`,
    );
  }
}

/**
 * @param from `gives` for a cut that the backend answered with
 * @throws RangeError when it is no cut; PruneError `contract-violation` when the backend gave it
 */
export function requireCut(name: string, cut: Cut, from: 'gets' | 'gives' = 'gets'): Cut {
  const { magnitude, ties } = (cut ?? {}) as Partial<Cut>;
  const isMagnitude = Number.isInteger(magnitude) && magnitude! >= 0 && magnitude! <= LARGEST_MAGNITUDE + 1;
  if (isMagnitude && Number.isSafeInteger(ties) && ties! >= 0) return cut;
  const message = `a cut is { magnitude, ties }, whole numbers, magnitude in [0, 0x80000000]; got ${describe(cut)}`;
  if (from === 'gets') throw new RangeError(`${name}: ${message}`);
  throw new PruneError('contract-violation', `backend ${name} needs findCut to give a cut: ${message}`);
}

/** @throws PruneError `contract-violation` unless there is a count for every magnitude and item */
export function requireCounts(
  name: string,
  counts: readonly (readonly number[])[],
  magnitudes: number,
  items: number,
): readonly (readonly number[])[] {
  const isWhole = counts.length === magnitudes && counts.every((row) => row.length === items);
  if (isWhole && counts.every((row) => row.every((count) => Number.isSafeInteger(count) && count >= 0))) {
    return counts;
  }
  throw new PruneError(
    'contract-violation',
    `backend ${name} needs countBelow to give ${magnitudes} lists of ${items} whole numbers, got ${describe(counts)}`,
  );
}

/** @throws RangeError | TypeError unless they are the bits of a mask of so many elements */
export function requirePacked(name: string, packed: Uint8Array, elements: number): void {
  if (!(packed instanceof Uint8Array)) {
    throw new TypeError(`${name} needs the bits of a mask as a Uint8Array, got ${describe(packed)}`);
  }
  const needed = packedLength(elements);
  if (packed.length !== needed) {
    throw new RangeError(
      `${name}: a mask of ${elements} elements needs ${needed} bytes, got ${packed.length}`,
    );
  }
  if (!hasCleanTail(packed, elements)) {
    throw new RangeError(`${name}: a mask of ${elements} elements has bits beyond them in its last byte`);
  }
}

/** @throws PruneError `contract-violation` unless there is a whole number for each mask, of no more than it has */
export function requireKept(
  name: string,
  kept: readonly number[],
  elements: readonly number[],
): readonly number[] {
  const isCount = (count: unknown, i: number): boolean =>
    Number.isInteger(count) && (count as number) >= 0 && (count as number) <= elements[i]!;
  if (kept?.length === elements.length && elements.every((_, i) => isCount(kept[i], i))) return kept;
  throw new PruneError(
    'contract-violation',
    `backend ${name} needs countKept to give a count for each mask, of [${elements}] at most; got ` +
      `${Array.isArray(kept) ? `[${kept.slice(0, 12)}]` : describe(kept)}`,
  );
}

/** @throws PruneError `contract-violation` unless `readMask` gave the bits of a mask of so many elements */
export function requireBits(name: string, bits: Uint8Array, elements: number): Uint8Array {
  try {
    requirePacked(name, bits, elements);
    return bits;
  } catch (cause) {
    throw new PruneError(
      'contract-violation',
      `backend ${name} broke its contract in readMask: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

/** @throws PruneError `contract-violation` unless `pool` gave an item for each */
export function requirePooled<Pooled>(
  name: string,
  pooled: readonly Pooled[],
  count: number,
): readonly Pooled[] {
  if (Array.isArray(pooled) && pooled.length === count) return pooled;
  throw new PruneError(
    'contract-violation',
    `backend ${name} needs pool to give ${count} items, one for each, got ${describe(pooled)}`,
  );
}

/** @throws PruneError `contract-violation` unless `read` gave all values */
export function requireValues(name: string, values: Float32Array, elements: number): Float32Array {
  if (values instanceof Float32Array && values.length === elements) return values;
  throw new PruneError(
    'contract-violation',
    `backend ${name} needs read to give a Float32Array of ${elements} values, got ${describe(values)}`,
  );
}

/** @throws RangeError unless two masks have equally many elements and are two */
export function requireApart(name: string, into: number, from: number, isSame: boolean): void {
  if (isSame) throw new RangeError(`${name} needs two masks, got one twice`);
  if (into !== from) {
    throw new RangeError(`${name} needs masks of equally many elements, got ${into} and ${from}`);
  }
}

/** @throws RangeError unless each shape has its blocks */
export function requireBlocks(
  name: string,
  blocks: readonly Blocks[],
  shapes: readonly (readonly number[])[],
): void {
  for (const [i, shape] of shapes.entries()) {
    const edges = blocks[i]?.edges;
    const isOwn = String(blocks[i]?.shape) === String(shape);
    const fits =
      isOwn && edges?.length === shape.length && edges.every((edge) => Number.isInteger(edge) && edge >= 1);
    if (!fits) {
      throw new RangeError(
        `${name} needs blocks of ${shape.length} whole edges of [${shape}], got [${edges}]`,
      );
    }
  }
}

/** @throws RangeError unless each shape has its groups */
export function requireGroups(
  name: string,
  groups: readonly GroupsAlong[],
  shapes: readonly (readonly number[])[],
): void {
  for (const [i, shape] of shapes.entries()) {
    const { keep, of, axis } = groups[i] ?? {};
    const isGroup = Number.isInteger(keep) && Number.isInteger(of) && keep! >= 0 && of! >= 1 && keep! <= of!;
    if (!isGroup || !Number.isInteger(axis) || axis! < 0 || axis! >= shape.length) {
      throw new RangeError(
        `${name} needs { keep, of, axis } with keep at most of and an axis of [${shape}], got ${describe(groups[i])}`,
      );
    }
  }
}

/**
 * What comes of a value, at once where it is there. Not called `then`: a module that exports one is taken for a promise
 * by whoever imports it dynamically.
 */
export function whenSettled<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Result,
): Awaitable<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
