import type { TensorBackend } from '../contract/backend.js';

/* Lists of masks: made, copied, combined and given back as one. */

/** A new mask of each weight. When one cannot be made, those made before are given back. */
export function createMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'createMask' | 'disposeMask'>,
  weights: readonly { readonly weight: Weight }[],
): Mask[] {
  const masks: Mask[] = [];
  try {
    for (const { weight } of weights) masks.push(backend.createMask(weight));
  } catch (error) {
    abandonMasks(backend, masks);
    throw error;
  }
  return masks;
}

/** What masks are copied and combined with. */
export type MaskVerbs<Weight, Mask> = Pick<
  TensorBackend<Weight, Mask>,
  'createMask' | 'disposeMask' | 'readMask' | 'writeMask' | 'combine'
>;

/** New masks that keep what the old ones drop, and drop what those keep. */
export async function invertMasks<Weight, Mask>(
  backend: MaskVerbs<Weight, Mask>,
  items: readonly { readonly weight: Weight; readonly mask: Mask }[],
): Promise<Mask[]> {
  const inverse = createMasks(backend, items);
  try {
    for (const [i, { mask }] of items.entries()) await combineMasks(backend, inverse[i]!, mask, 'andNot');
  } catch (error) {
    abandonMasks(backend, inverse);
    throw error;
  }
  return inverse;
}

/** New masks that keep what the old ones keep. */
export async function copyMasks<Weight, Mask>(
  backend: MaskVerbs<Weight, Mask>,
  items: readonly { readonly weight: Weight; readonly mask: Mask }[],
): Promise<Mask[]> {
  const inverse = await invertMasks(backend, items);
  let copies: Mask[];
  try {
    copies = await invertMasks(
      backend,
      items.map(({ weight }, i) => ({ weight, mask: inverse[i]! })),
    );
  } catch (error) {
    abandonMasks(backend, inverse);
    throw error;
  }
  try {
    disposeMasks(backend, inverse);
  } catch (error) {
    abandonMasks(backend, copies);
    throw error;
  }
  return copies;
}

/** `combine`, or its work done on the packed bits where the backend has none. */
export async function combineMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'readMask' | 'writeMask' | 'combine'>,
  into: Mask,
  from: Mask,
  how: 'or' | 'andNot',
): Promise<void> {
  if (backend.combine !== undefined) return backend.combine(into, from, how);
  const [own, other] = [await backend.readMask(into), await backend.readMask(from)];
  const both = own.map((byte, i) => (how === 'or' ? byte | other[i]! : byte & ~other[i]!));
  await backend.writeMask(into, both);
}

/** Gives masks back after a failure, which is the one to tell: another on the way is not thrown. */
export function abandonMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'disposeMask'>,
  masks: readonly Mask[],
): void {
  try {
    disposeMasks(backend, masks);
  } catch {
    // The first failure is on its way to the caller.
  }
}

/** Gives every mask back, also after one of them failed; the first failure is thrown at the end. */
export function disposeMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'disposeMask'>,
  masks: readonly Mask[],
): void {
  const failures: unknown[] = [];
  for (const mask of masks) {
    try {
      backend.disposeMask(mask);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
