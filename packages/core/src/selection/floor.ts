import { isRecord, requireFraction, requireOptions, requireThat, requireWhole } from '../checks/require.js';
import { elementBudget } from './budget.js';

/**
 * What of every weight always stays: a fraction of it, a number of elements, or whichever is more. A weight of
 * fewer elements than the number keeps all of them.
 *
 * @example
 * ```ts
 * import { createPruner, constantSparsity, type Floor } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const floor: Floor = { elements: 1 };
 * const [small, large] = [Float32Array.of(0.1, 0.2), Float32Array.of(1, 2, 3, 4)];
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'small', weight: small }, { name: 'large', weight: large }],
 *   schedule: constantSparsity(0.5),
 *   floor,
 * });
 * await pruner.update(0);
 * console.log(small.map((value) => Math.sign(value)).join(), large.join()); // 0,1 0,0,3,4
 * ```
 */
export type Floor =
  | number
  | {
      /** Fraction of the weight's elements, in [0, 1), rounded up. 0 unless told. */
      readonly fraction?: number;
      /** Number of elements. 0 unless told. */
      readonly elements?: number;
    };

/** A floor with both parts filled in. */
export interface CheckedFloor {
  readonly fraction: number;
  readonly elements: number;
}

/** @throws TypeError | RangeError when it is no floor */
export function checkFloor(floor: Floor): CheckedFloor {
  if (typeof floor === 'number') return { fraction: requireFloor('floor', floor), elements: 0 };
  requireThat('createPruner', 'floor', floor, 'a number or { fraction, elements }', isRecord(floor));
  requireOptions('createPruner', 'floor', floor, ['fraction', 'elements']);
  const { fraction = 0, elements = 0 } = floor;
  requireWhole('createPruner', 'floor.elements', elements);
  return { fraction: requireFloor('floor.fraction', fraction), elements };
}

/** How many elements of a weight a floor leaves: a fraction rounded up, and never more than there are. */
export function mustKeep({ fraction, elements }: CheckedFloor, size: number): number {
  const part = fraction === 0 ? 0 : Math.max(1, size - elementBudget(1 - fraction, size));
  return Math.min(size, Math.max(part, elements));
}

/** A floor as a state holds it: the number it always was, where a number says it. */
export function savedFloor({ fraction, elements }: CheckedFloor): number | CheckedFloor {
  return elements === 0 ? fraction : { fraction, elements };
}

function requireFloor(field: string, value: unknown): number {
  requireFraction('createPruner', field, value);
  if (value === 1) throw new RangeError(`createPruner needs ${field} below 1, or nothing could be pruned`);
  return value;
}
