import { LINK_VERSION, type Parameters } from '../parameters';
import type { SessionState } from '../session/state';
import { TASKS } from '../tasks/tasks';

/** The address under which this page offers the same run; settings alone, no data. */
export function linkOf(
  {
    task,
    seed,
    steps,
    batch,
    target,
    chosen,
  }: Pick<SessionState, 'task' | 'seed' | 'steps' | 'batch' | 'target' | 'chosen'>,
  page: string,
): string {
  const link = new URL(page);
  link.hash = '';
  link.search = new URLSearchParams({
    version: String(LINK_VERSION),
    task,
    seed: String(seed),
    steps: String(steps),
    batch: String(batch),
    target: String(Math.round(100 * target)),
    ...(chosen === null ? {} : { backend: chosen.device }),
  }).toString();
  return link.href;
}

/** What to say of a link that was opened; `null` where the address is none. */
export function openedLink(
  { version, task, seed, steps, batch, target }: Parameters,
  state: Pick<SessionState, 'phase' | 'position' | 'task' | 'seed' | 'steps' | 'batch' | 'target'>,
): string | null {
  if (version === null) return null;
  const asked = [
    task === null ? '' : TASKS[task].title.toLowerCase(),
    seed === null ? '' : `seed ${seed}`,
    steps === null ? '' : `${steps} steps`,
    batch === null ? '' : `batches of ${batch}`,
    target === null ? '' : `a target of ${target}\u00a0%`,
  ].filter((part) => part !== '');
  const same =
    (task ?? state.task) === state.task &&
    (seed ?? state.seed) === state.seed &&
    (steps ?? state.steps) === state.steps &&
    (batch ?? state.batch) === state.batch &&
    (target ?? Math.round(100 * state.target)) === Math.round(100 * state.target);
  const { phase, position } = state;
  if (asked.length === 0) {
    const none = 'Somebody shared a run with you, and nothing of its settings can be used here';
    return phase === 'idle' ? `${none}: Start training begins one with the settings below.` : `${none}.`;
  }
  const shared = `Somebody shared a run with you: ${asked.join(', ')}.`;
  if (phase === 'idle') return `${shared} Start training repeats it.`;
  // Whether the run below has begun is not known while it is fetched.
  if ((phase === 'preparing' || phase === 'unusable') && position === 0) return shared;
  if (same) return `${shared} The run below has these settings.`;
  return `${shared} What is shown below is another run, which this browser keeps; nothing of it is lost unless you press Reset, which takes the link’s settings.`;
}
