import { amount, percent } from '@synaprune/examples-kit/format';
import { BAR_LOOK } from '@synaprune/examples-kit/terminal/bar-look';
import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { armsOf } from './arms.js';
import type { EpochRecord, Job, RunResult } from './train.js';

/** Shows how far the trainings are. */
export interface Progress {
  epoch(job: Job, record: EpochRecord): void;
  done(job: Job, results: readonly RunResult[]): void;
  close(): void;
}

/** What a progress display has to know beforehand. */
export interface ProgressPlan {
  readonly jobs: readonly Job[];
  readonly epochs: number;
  readonly stream: NodeJS.WriteStream;
}

/** Bars that move on a terminal; a line for each finished training anywhere else. */
export function createProgress(plan: ProgressPlan): Progress {
  return plan.stream.isTTY ? createBars(plan) : createLines(plan);
}

/** What trainings of a kind are called on the terminal: those of an arm, or of the curve. */
export function labelOf({ training, target }: Job): string {
  if (target !== undefined) return `pruned to ${percent(target, 0)}`;
  return armsOf(training)
    .map((arm) => arm.name)
    .join(' + ');
}

/** Points of the curve share a bar. */
function groupOf(job: Job): string {
  return job.target === undefined ? labelOf(job) : 'pruned less and more';
}

function createBars({ jobs, epochs, stream }: ProgressPlan): Progress {
  const labels = [...new Set(jobs.map(groupOf))];
  const width = Math.max(...labels.map((label) => label.length));
  const narrow = (stream.columns || 80) < 90;
  const multibar = new MultiBar({
    stream,
    format: `  {label} ${pc.cyan('{bar}')} {value}/{total} epochs${narrow ? '' : '  {note}'}`,
    ...BAR_LOOK,
    barsize: narrow ? 16 : 26,
    autopadding: true,
    stopOnComplete: false,
  });
  const bars = new Map<string, SingleBar>();
  for (const label of labels) {
    const total = epochs * jobs.filter((job) => groupOf(job) === label).length;
    bars.set(label, multibar.create(total, 0, { label: label.padEnd(width), note: 'waiting' }));
  }
  return {
    epoch: (job, { validationMae, sparsity }) => {
      const pruned = job.training === 'pruning' ? `, ${percent(sparsity, 0)} pruned` : '';
      const note = `seed ${job.seed}: validation MAE ${amount(validationMae)}${pruned}`;
      bars.get(groupOf(job))!.increment(1, { note: pc.dim(note) });
    },
    done: (job, results) => {
      // A run that stopped early will not use its other epochs.
      const bar = bars.get(groupOf(job))!;
      bar.setTotal(bar.getTotal() - (epochs - results[0]!.epochs.length));
      bar.update({ note: pc.dim('done') });
    },
    close: () => multibar.stop(),
  };
}

function createLines({ jobs, epochs, stream }: ProgressPlan): Progress {
  let finished = 0;
  const running = new Set<string>();
  return {
    epoch: (job) => {
      const key = `${labelOf(job)}, seed ${job.seed}`;
      if (!running.has(key)) stream.write(`  training ${key}: up to ${epochs} epochs\n`);
      running.add(key);
    },
    done: (job, [result]) => {
      finished += 1;
      const best = result!.epochs[result!.bestEpoch]!;
      stream.write(
        `  [${finished}/${jobs.length}] ${labelOf(job)}, seed ${job.seed}: ${result!.epochs.length} epochs in ` +
          `${result!.seconds.toFixed(1)} s${result!.ending === 'epochs' ? ', still learning' : ''}, best epoch ` +
          `${result!.bestEpoch}, validation MAE ${amount(best.validationMae)}, ${percent(result!.sparsity, 0)} pruned\n`,
      );
    },
    close: () => {},
  };
}
