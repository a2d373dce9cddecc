import { Worker } from 'node:worker_threads';
import type { EpochRecord, Job, RunResult } from './train.js';
import type { WorkerMessage, WorkerStart } from './worker-messages.js';

/** What to run, on how many threads, and whom to tell. */
export interface PoolPlan {
  readonly jobs: readonly Job[];
  readonly workers: number;
  readonly start: WorkerStart;
  /** Ends the pool early; what has finished stays. */
  readonly signal: AbortSignal;
  onEpoch(job: Job, record: EpochRecord): void;
  onDone(job: Job, results: readonly RunResult[]): void;
}

/** How a pool ended. */
export interface PoolResult {
  /** Results of the finished jobs, in the order of the jobs, whoever ran them and whenever they finished. */
  readonly results: readonly RunResult[];
  readonly versions: Readonly<Record<string, string>>;
  /** Why not all jobs finished: a message, or `null` when they did or the signal ended them. */
  readonly failure: string | null;
}

/**
 * Runs the jobs on worker threads, each job whole on one thread, so that results do not depend on the number of
 * threads. Ends with the last job, the first failure, or the signal.
 */
export async function runPool({
  jobs,
  workers,
  start,
  signal,
  onEpoch,
  onDone,
}: PoolPlan): Promise<PoolResult> {
  const finished = new Map<string, readonly RunResult[]>();
  const threads: Worker[] = [];
  let versions: Readonly<Record<string, string>> = {};
  const failure = await new Promise<string | null>((resolve) => {
    const waiting = [...jobs];
    const hear = (thread: Worker, message: WorkerMessage): void => {
      if (signal.aborted) return;
      if (message.kind === 'failed') resolve(message.message);
      else if (message.kind === 'epoch') onEpoch(message.job, message.record);
      else {
        if (message.kind === 'ready') versions = message.versions;
        else {
          finished.set(keyOf(message.job), message.results);
          onDone(message.job, message.results);
        }
        const job = waiting.shift();
        if (job !== undefined) thread.postMessage(job);
        else if (finished.size === jobs.length) resolve(null);
      }
    };
    signal.addEventListener('abort', () => resolve(null), { once: true });
    for (let i = 0; i < Math.min(workers, jobs.length); i += 1) {
      const thread = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
      thread.on('message', (message: WorkerMessage) => hear(thread, message));
      thread.on('error', (error) => resolve(error.message));
      threads.push(thread);
    }
  });
  await Promise.all(threads.map((thread) => thread.terminate()));
  return { results: jobs.flatMap((job) => finished.get(keyOf(job)) ?? []), versions, failure };
}

/** Messages carry copies of jobs; this tells them apart. */
function keyOf({ training, seed }: Job): string {
  return `${training} ${seed}`;
}
