import type { Parameters } from '../parameters';
import type { TaskName } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import type { RunSettings } from '../training/run';

/** What a run is that nobody has begun yet: as the address says, else as the page thinks best. */
export interface Wishes {
  readonly task: TaskName;
  /** Sparsity to end at, in [0, 1). */
  readonly target: number;
  /** Settings of a task; what the address says holds for each. */
  settingsOf(task: TaskName): RunSettings;
}

export function wishesOf({ task, target, steps, batch, seed }: Parameters): Wishes {
  return {
    task: task ?? 'digits',
    target: (target ?? 90) / 100,
    settingsOf: (name) => ({
      steps: steps ?? TASKS[name].steps,
      batch: batch ?? TASKS[name].batch,
      seed: seed ?? 1,
    }),
  };
}
