import { catchInterruption } from '@synaprune/examples-kit/terminal/interruption';
import { nameText, printLine } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import { serveQueue } from './execution/queue-worker.js';
import { withoutPassword } from './execution/redis.js';
import { createTrainingPool } from './execution/training-pool.js';
import type { WorkerOptions } from './options.js';
import { nameOf } from './progress.js';
import { openRuntime } from './training/open-runtime.js';

/**
 * Carries out runs that studies put into a queue, until Ctrl-C. Prints a line a run.
 *
 * @returns the exit code: 0
 * @throws QueueError where there is no Redis, or it stays away
 */
export async function runWorker({ queue, workers, runtime, dataFolder }: WorkerOptions): Promise<number> {
  const say = (line: string) => printLine(line);
  const { name } = await openRuntime(runtime);
  const { signal, release } = catchInterruption();
  say(`${pc.bold('Synaprune worker')}: ${name}, ${workers} at a time, runs from ${withoutPassword(queue)}`);
  say(
    pc.dim(
      dataFolder === null
        ? '  reads built-in series; --data-folder would let it read the CSV files of a folder'
        : `  reads built-in series and the CSV files of ${nameText(dataFolder, 1000)}`,
    ),
  );
  await serveQueue({
    url: queue,
    runtime: name,
    pool: createTrainingPool(runtime, workers, { kind: 'folder', folder: dataFolder }),
    signal,
    say,
    ended(spec, ending) {
      const end =
        ending.kind === 'done'
          ? `${ending.result.seconds.toFixed(1)} s`
          : pc.red(
              nameText(`${ending.message}${ending.detail === undefined ? '' : `: ${ending.detail}`}`, 1000),
            );
      say(`${new Date().toTimeString().slice(0, 8)}  ${nameOf(spec)}: ${end}`);
    },
  });
  release();
  say('Stopped; runs that were begun are back in the queue.');
  return 0;
}
