import { portion } from '@synaprune/examples-kit/format';
import { count } from '../format';
import type { SessionState } from '../session/state';
import type { TaskName } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { byId, setText } from '../view/elements';

/** What a run came to, in one line; dense first. */
export interface Worth {
  /** `405 → 57 kB`, gzipped. */
  readonly size: string;
  /** `93.9 → 93.8 % of digits read` */
  readonly score: string;
  /** How that was found. */
  readonly how: string;
}

/** The worth of a finished run, against its dense twin after as many steps; `null` before. */
export function worthOf({ task, after, dense, steps, seed }: SessionState): Worth | null {
  if (after === null || dense === null) return null;
  return {
    size: `${whole(dense.gzipBytes)} → ${whole(after.gzipBytes)}\u00a0kB`,
    score: SCORES[task](dense.score, after.score),
    how:
      `Measured just here: the same network from seed ${seed}, ${count(steps)} steps on the same batches, dense and with ` +
      `${portion(after.sparsity)} of its weights dropped, tested on data that neither learnt from. Weights gzipped; packed into a sparse file ` +
      `${whole(dense.packedBytes)} → ${whole(after.packedBytes)}\u00a0kB.`,
  };
}

/** The first thing that is read. */
export function showWorth(state: SessionState): void {
  const worth = worthOf(state);
  const host = byId('worth');
  host.classList.toggle('found', worth !== null);
  setText(byId('worth-size'), worth?.size ?? '');
  setText(byId('worth-score'), worth?.score ?? '');
  byId('worth-figures').hidden = worth === null;
  setText(byId('worth-text'), worth?.how ?? promise(state));
}

const SCORES: Readonly<Record<TaskName, (dense: number, pruned: number) => string>> = {
  digits: (dense, pruned) => `${portion(dense).replace('\u00a0%', '')} → ${portion(pruned)} of digits read`,
  forecast: (dense, pruned) => `${count(dense)} → ${TASKS.forecast.metric.format(pruned)} of error a day`,
};

/** Kilobytes as they are said. */
function whole(bytes: number): string {
  const kilobytes = bytes / 1000;
  return kilobytes.toFixed(kilobytes < 20 ? 1 : 0);
}

function promise({ task, target, phase }: SessionState): string {
  const what = {
    digits: 'how many handwritten digits it still reads',
    forecast: 'how well it still forecasts',
  }[task];
  const begun = phase === 'running' || phase === 'stopping' || phase === 'paused';
  return (
    `${begun ? 'At the end of this run' : 'Start the training, and at its end'} this page tells what dropping ${portion(target, 0)} of a network’s weights is worth: ` +
    `how many kilobytes are left, and ${what}, next to a dense twin.`
  );
}
