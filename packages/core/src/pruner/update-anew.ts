import { describe } from '../checks/legible.js';
import type { Pruner } from './pruner-api.js';
import type { UpdateResult } from './update.js';

type Update = (position: number) => Promise<UpdateResult>;

/** What a pruner was told that an update anew does not take. */
interface Told {
  readonly regrow?: unknown;
  readonly keepZeros?: boolean | undefined;
  readonly weights: readonly { readonly weight: unknown }[];
}

const updates = new WeakMap<object, { readonly told: Told; readonly update: Update }>();

/** Notes how a pruner updates its masks anew. */
export function offerAnew(pruner: Pruner, told: Told, update: Update): void {
  updates.set(pruner, { told, update });
}

/**
 * `pruner.update(position)`, but that it chooses among all elements, dropped ones too, so that what has grown meanwhile comes
 * back. For weights that are dense when it is called, as where dropped elements learn on by the gradients of the masked
 * weights (straight-through): dropped elements of weights that were enforced are zero, and rank lowest again.
 * `trainer.prune` of `@synaprune/onnxruntime`, `pruneModel` and `pruneOptimizer` of `@synaprune/tfjs` do so by
 * `straightThrough: true`.
 *
 * When it fails, the masks are as they were. In the result `dropped` is net of what came back.
 *
 * @param pruner as `createPruner` returned it, without `regrow` and `keepZeros`
 * @throws TypeError when `pruner` is another, or has one of these; and whatever `update` throws
 * @see Bengio et al. 2013, https://arxiv.org/abs/1308.3432
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { updateAnew } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const dense = Float32Array.of(0.5, -0.1, 0.3, -0.9);
 * const kernel = dense.slice();
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await updateAnew(pruner, 0);
 * console.log(kernel.map((value) => +(value !== 0)).join('')); // 1001
 * dense[2] = 2; // an update by the gradient that the masked weights give
 * kernel.set(dense);
 * await updateAnew(pruner, 1);
 * console.log(kernel.map((value) => +(value !== 0)).join('')); // 0011
 * ```
 */
export async function updateAnew(pruner: Pruner, position: number): Promise<UpdateResult> {
  return offeredBy('updateAnew', pruner).update(position);
}

/**
 * The weights of a pruner whose masks can be updated anew.
 *
 * @throws TypeError as `updateAnew`, in the caller's name
 */
export function weightsAnew(caller: string, pruner: Pruner): readonly unknown[] {
  return offeredBy(caller, pruner).told.weights.map(({ weight }) => weight);
}

function offeredBy(caller: string, pruner: Pruner): { readonly told: Told; readonly update: Update } {
  const offered = updates.get(pruner);
  if (offered === undefined) {
    throw new TypeError(`${caller} needs a pruner as createPruner returned it, got ${describe(pruner)}`);
  }
  requireAnew(caller, offered.told);
  return offered;
}

/** @throws TypeError for what makes no sense where every update chooses among all elements */
export function requireAnew(caller: string, { regrow, keepZeros }: Omit<Told, 'weights'>): void {
  const why =
    regrow !== undefined
      ? 'regrow: every update chooses anew among all elements, so that there is nothing to bring back'
      : keepZeros === true
        ? 'keepZeros: what is zero learns like everything else'
        : undefined;
  if (why !== undefined) throw new TypeError(`${caller} does not take ${why}`);
}
