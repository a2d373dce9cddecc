import { catchInterruption } from 'forecast-example/interruption';
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
export async function runWorker({ queue, workers, runtime }: WorkerOptions): Promise<number> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const { name } = await openRuntime(runtime);
  const { signal, release } = catchInterruption();
  say(`${pc.bold('Synaprune worker')}: ${name}, ${workers} at a time, runs from ${withoutPassword(queue)}`);
  await serveQueue({
    url: queue,
    runtime: name,
    pool: createTrainingPool(runtime, workers),
    signal,
    say,
    ended(spec, ending) {
      const end = ending.kind === 'done' ? `${ending.result.seconds.toFixed(1)} s` : pc.red(ending.message);
      say(`${new Date().toTimeString().slice(0, 8)}  ${nameOf(spec)}: ${end}`);
    },
  });
  release();
  say('Stopped; runs that were begun are back in the queue.');
  return 0;
}
