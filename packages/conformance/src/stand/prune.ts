import type { CutGroup } from '@synaprune/core';
import { expectSameBits, expectSameBytes } from './expect.js';
import type { Handle, Stand } from './stand.js';

/** What masks and weights hold, in the order of the items. */
interface Contents {
  readonly masks: readonly Uint8Array[];
  readonly weights: readonly Float32Array[];
}

/**
 * Drops what the cuts take and zeroes it: by `drop`, which must leave the weights alone, and `enforce`; and where it
 * is there by `dropAndEnforce`, from the same start, which must come to the same. Where weights are only looked at, it
 * drops.
 */
export async function prune(stand: Stand, groups: readonly CutGroup<Handle, Handle>[]): Promise<void> {
  const { backend, harness, manifest } = stand;
  if (manifest.readOnly === true) return backend.drop(groups);
  const items = groups.flatMap((group) => group.items);
  const before = await contentsOf(stand, groups);
  await backend.drop(groups);
  const dropped = await contentsOf(stand, groups);
  for (const [i, values] of dropped.weights.entries()) {
    expectSameBits(`weight ${i} after drop, which works on masks`, values, before.weights[i]!, manifest);
  }
  await backend.enforce(items.map(({ weight, mask }) => ({ weight, mask })));
  if (backend.dropAndEnforce === undefined) return;
  const enforced = await contentsOf(stand, groups);
  for (const [i, { weight, mask }] of items.entries()) {
    await backend.writeMask(mask, before.masks[i]!);
    await harness.writeWeight(weight, before.weights[i]!);
  }
  await backend.dropAndEnforce(groups);
  const fused = await contentsOf(stand, groups);
  for (const i of items.keys()) {
    expectSameBytes(`mask ${i} by dropAndEnforce beside drop`, fused.masks[i]!, dropped.masks[i]!);
    const what = `weight ${i} by dropAndEnforce beside drop and enforce`;
    expectSameBits(what, fused.weights[i]!, enforced.weights[i]!, manifest);
  }
}

async function contentsOf(
  { backend, harness }: Stand,
  groups: readonly CutGroup<Handle, Handle>[],
): Promise<Contents> {
  const masks: Uint8Array[] = [];
  const weights: Float32Array[] = [];
  for (const { weight, mask } of groups.flatMap((group) => group.items)) {
    masks.push((await backend.readMask(mask)).slice());
    weights.push(await harness.readWeight(weight));
  }
  return { masks, weights };
}
