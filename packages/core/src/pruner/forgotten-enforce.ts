import type { Notice } from '../checks/notice.js';
import { countKeptZeros, countZeros } from '../selection/zeros.js';
import { droppedNotZero } from './notices.js';
import type { CheckedOptions } from './options.js';
import { itemsOf } from './prepare-update.js';

/** What was dropped and is not zero, at an update that nothing was enforced before since the last one. */
export async function findForgotten<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
): Promise<Notice[]> {
  const { backend, weights } = checked;
  const { readOnly = false, enforcesItself = false } = backend.manifest;
  if (readOnly || enforcesItself) return [];
  const kept = await backend.countKept(masks);
  if (weights.every(({ elements }, i) => kept[i] === elements)) return [];
  const items = itemsOf(checked, masks);
  const keptZeros = await countKeptZeros(backend, items);
  const zeros = await countZeros(backend, items);
  const revived = weights.map(({ name, elements }, i) => ({
    name,
    revived: elements - kept[i]! - (zeros[i]! - keptZeros[i]!),
  }));
  return droppedNotZero(revived);
}
