import { onExit } from 'signal-exit';

const pending = new Set<() => void>();
let watching = false;

/**
 * Runs `work` when the process ends, also by a signal that can be caught, unless it is called off before.
 *
 * Once there is any, signals are listened for as long as the process lives: a listener that is taken away again loses
 * the signal that came a moment before, and the process would go on as if nobody had asked it to end.
 *
 * @param work must not wait, nor throw
 * @returns calls it off
 */
export function whenProcessEnds(work: () => void): () => void {
  if (!watching) {
    watching = true;
    onExit(() => {
      for (const each of pending) each();
    });
  }
  pending.add(work);
  return () => {
    pending.delete(work);
  };
}
