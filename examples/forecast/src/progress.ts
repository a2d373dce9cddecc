import { percent } from '@synaprune/examples-kit/format';
import { BAR_LOOK } from '@synaprune/examples-kit/terminal/bar-look';
import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { armsOf, type Training } from './arms.js';
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
  /** Turns a validation loss into an error in the target's unit. */
  readonly validationRmse: (loss: number) => number;
  readonly stream: NodeJS.WriteStream;
}

/** Bars that move on a terminal; a line for each finished training anywhere else. */
export function createProgress(plan: ProgressPlan): Progress {
  return plan.stream.isTTY ? createBars(plan) : createLines(plan);
}

/** What a training is called on the terminal. */
export function labelOf(training: Training): string {
  return armsOf(training)
    .map((arm) => arm.name)
    .join(' + ');
}

function createBars({ jobs, epochs, validationRmse, stream }: ProgressPlan): Progress {
  const labels = [...new Set(jobs.map(({ training }) => training))];
  const width = Math.max(...labels.map((training) => labelOf(training).length));
  const narrow = (stream.columns || 80) < 90;
  const multibar = new MultiBar({
    stream,
    format: `  {label} ${pc.cyan('{bar}')} {value}/{total} epochs${narrow ? '' : '  {note}'}`,
    ...BAR_LOOK,
    barsize: narrow ? 16 : 26,
    autopadding: true,
    stopOnComplete: false,
  });
  const bars = new Map<Training, SingleBar>();
  for (const training of labels) {
    const total = epochs * jobs.filter((job) => job.training === training).length;
    bars.set(
      training,
      multibar.create(total, 0, { label: labelOf(training).padEnd(width), note: 'waiting' }),
    );
  }
  return {
    epoch: ({ training, seed }, { validationLoss, sparsity }) => {
      const pruned = training === 'pruning' ? `, ${percent(sparsity, 0)} pruned` : '';
      const note = `seed ${seed}: validation RMSE ${validationRmse(validationLoss).toPrecision(4)}${pruned}`;
      bars.get(training)!.increment(1, { note: pc.dim(note) });
    },
    done: ({ training }, results) => {
      // A run that stopped early will not use its other epochs.
      const bar = bars.get(training)!;
      bar.setTotal(bar.getTotal() - (epochs - results[0]!.epochs.length));
      bar.update({ note: pc.dim('done') });
    },
    close: () => multibar.stop(),
  };
}

function createLines({ jobs, epochs, validationRmse, stream }: ProgressPlan): Progress {
  let finished = 0;
  const running = new Set<string>();
  return {
    epoch: ({ training, seed }) => {
      const key = `${labelOf(training)}, seed ${seed}`;
      if (!running.has(key)) stream.write(`  training ${key}: up to ${epochs} epochs\n`);
      running.add(key);
    },
    done: ({ training, seed }, [result]) => {
      finished += 1;
      const best = result!.epochs[result!.bestEpoch]!;
      stream.write(
        `  [${finished}/${jobs.length}] ${labelOf(training)}, seed ${seed}: ${result!.epochs.length} epochs in ` +
          `${result!.seconds.toFixed(1)} s, best epoch ${result!.bestEpoch}, ` +
          `validation RMSE ${validationRmse(best.validationLoss).toPrecision(4)}, ` +
          `${percent(result!.sparsity, 0)} pruned\n`,
      );
    },
    close: () => {},
  };
}
