import { allSettled } from '../checks/settle.js';
import { countBits, toBase64 } from '../contract/packed-bits.js';
import { savedMemories } from './memories.js';
import type { CheckedOptions } from './options.js';
import { type PrunerState, sealState } from './state.js';
import { stateOptions } from './state-options.js';

/** Everything that a pruner needs to go on elsewhere. */
export async function stateOf<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
  at: Pick<PrunerState, 'position' | 'target'>,
): Promise<PrunerState> {
  const weights = await allSettled(
    checked.weights.map(async ({ name, shape }, i) => {
      const packed = await checked.backend.readMask(masks[i]!);
      return { name, shape: [...shape], kept: countBits(packed), mask: toBase64(packed) };
    }),
  );
  const memories = await savedMemories(checked);
  return sealState({ ...stateOptions(checked), ...at, ...memories, weights });
}
