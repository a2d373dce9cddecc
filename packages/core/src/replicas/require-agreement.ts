import { keysSorted } from '../checks/checksum.js';
import { PruneError } from '../checks/errors.js';
import { describe, listNames, quote } from '../checks/legible.js';
import { isRecord } from '../checks/require.js';
import { countBits, fromBase64 } from '../contract/packed-bits.js';
import { digestOf, digestWithDense, type MaskState, type PrunerState } from '../pruner/state.js';

/**
 * That replicas of a training still go together. Given equal weights they choose equal masks without a word between
 * them, so a difference is a mistake somewhere: weights that were not averaged, an update that one of them missed.
 *
 * Digests are short enough to send at every update. Where they differ, states say which weight it is.
 *
 * @param replicas what `digest()` or `save()` gave, by the name of the replica; all are held against the first
 * @throws PruneError `replica-mismatch` that names the replica and the update, and of states the weights with the number
 *   of elements, or the option
 * @throws TypeError when it is neither digests nor states
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { requireAgreement } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const create = (kernel: Float32Array) =>
 *   createPruner({
 *     backend: hostBackend(),
 *     weights: [{ name: 'kernel', weight: kernel }],
 *     schedule: constantSparsity(0.5),
 *   });
 * const [one, other] = [create(Float32Array.of(1, 2, 3, 4)), create(Float32Array.of(1, 2, 4, 1))];
 * for (const replica of [one, other]) await replica.update(7);
 * try {
 *   requireAgreement({ one: await one.save(), other: await other.save() });
 * } catch (error) {
 *   console.log((error as Error).message); // at update 7, "other" differs from "one": 2 elements of the mask of "kernel"
 * }
 * ```
 */
export function requireAgreement(replicas: Readonly<Record<string, string | PrunerState>>): void {
  if (!isRecord(replicas)) {
    throw new TypeError(`requireAgreement needs replicas by name, got ${describe(replicas)}`);
  }
  const [first, ...others] = Object.entries<string | PrunerState>(replicas);
  if (first === undefined) return;
  for (const [name, other] of others) {
    const difference = differenceOf(first[1], other);
    if (difference === undefined) continue;
    throw new PruneError(
      'replica-mismatch',
      `at update ${positionOf(first[1])}, ${quote(name)} differs from ${quote(first[0])}: ${difference}`,
    );
  }
}

function differenceOf(one: string | PrunerState, other: string | PrunerState): string | undefined {
  const [expected, got] = [one, other].map(digestAs);
  if (expected === got) return undefined;
  if (positionOf(one) !== positionOf(other)) return `it is at update ${positionOf(other)}`;
  if (typeof one === 'string' || typeof other === 'string') {
    return `its digest is ${got}, needed ${expected}; their states say which weights`;
  }
  const [own, needed] = [other, one].map(({ weights }) => listNames(weights.map(({ name }) => name)));
  if (shapesOf(one) !== shapesOf(other))
    return `it has the weights ${own}, needed ${needed}, in the same shapes`;
  const fields = Object.keys({ ...one, ...other }) as (keyof PrunerState)[];
  const field = fields.find((key) => !OF_MASKS.has(key) && textOf(one[key]) !== textOf(other[key]));
  if (field === 'remembered') return 'what its scores remember is other';
  if (field !== undefined) return `${field} is ${textOf(other[field])}, needed ${textOf(one[field])}`;
  return masksApart(one.weights, other.weights) || 'the values under its masks are other';
}

const OF_MASKS: ReadonlySet<string> = new Set(['weights', 'checksum', 'dense']);

function shapesOf({ weights }: PrunerState): string {
  return textOf(weights.map(({ name, shape }) => [name, shape]));
}

/** Which masks differ, and in how many elements. */
function masksApart(expected: readonly MaskState[], got: readonly MaskState[]): string {
  const apart = expected.flatMap(({ name, mask }, i) => {
    if (mask === got[i]!.mask) return [];
    const [own, other] = [mask, got[i]!.mask].map(fromBase64);
    const bits = own?.map((byte, at) => byte ^ (other?.[at] ?? 0));
    return [`${bits === undefined ? 'all' : countBits(bits)} elements of the mask of ${quote(name)}`];
  });
  return apart.join(', ');
}

function positionOf(replica: string | PrunerState): string {
  return digestAs(replica).split(':')[0]!;
}

function digestAs(replica: string | PrunerState): string {
  if (typeof replica === 'string') return replica;
  if (isRecord(replica) && Array.isArray(replica.weights)) {
    const { dense, regrow, ...masks } = replica;
    return dense === undefined ? digestOf(replica) : digestWithDense(digestOf(masks), dense);
  }
  throw new TypeError(`requireAgreement needs digests or states, got ${describe(replica)}`);
}

function textOf(value: unknown): string {
  return JSON.stringify(keysSorted(value)) ?? 'none';
}
