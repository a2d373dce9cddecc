import type { OpenedMemory, ScoreObserver } from '../score/observer.js';
import type { ScoreOption } from '../score/scores.js';
import type { CheckedOptions } from './options.js';
import type { Remembered } from './state.js';

/** What a score of a pruner is for. */
type Role = keyof Remembered;

/** The observers among the scores of a pruner, by what they are for. */
function observersOf<Weight>({
  score,
  regrow,
}: Pick<CheckedOptions<Weight, unknown>, 'score' | 'regrow'>): (readonly [Role, ScoreObserver<Weight>])[] {
  const scores: readonly (readonly [Role, ScoreOption<Weight> | undefined])[] = [
    ['score', score],
    ['regrow', regrow?.by],
  ];
  return scores.flatMap(([role, one]) => (one?.kind === 'observer' ? [[role, one] as const] : []));
}

/** What the observers of a pruner remember, for its state; nothing where there are none, or none has seen a step. */
export async function savedMemories<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
): Promise<{ readonly remembered?: Remembered }> {
  const memories: [Role, string][] = [];
  for (const [role, observer] of observersOf(checked)) {
    const memory = await observer.save(checked.weights);
    if (memory !== undefined) memories.push([role, memory]);
  }
  return memories.length === 0 ? {} : { remembered: Object.fromEntries(memories) };
}

/**
 * Reads what the observers are to remember. Masks without a state say nothing of it, and leave it as it is.
 *
 * @throws PruneError `state-corrupt`, `state-mismatch`; nothing is open then
 */
export async function openMemories<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  remembered: Remembered | undefined,
): Promise<OpenedMemory> {
  const opened: OpenedMemory[] = [];
  const discard = (): void => {
    for (const memory of opened) memory.discard();
  };
  try {
    for (const [role, observer] of remembered === undefined ? [] : observersOf(checked)) {
      opened.push(await observer.open(remembered![role], checked.weights));
    }
  } catch (error) {
    discard();
    throw error;
  }
  return {
    commit() {
      for (const memory of opened) memory.commit();
    },
    discard,
  };
}
