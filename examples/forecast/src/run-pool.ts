import { Worker } from 'node:worker_threads';
import type { EpochRecord, Job, RunResult } from './train.js';
import type { WorkerMessage, WorkerStart } from './worker-messages.js';

/** What to run, on how many threads, and whom to tell. */
export interface PoolPlan {
  readonly jobs: readonly Job[];
  readonly workers: number;
  readonly start: Omit<WorkerStart, 'stop'>;
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
  // Threads that load or train, and so may be in native code.
  const busy = new Set<Worker>();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let ended = false;
  let whenIdle = () => {};
  const rest = (thread: Worker): void => {
    busy.delete(thread);
    if (busy.size === 0) whenIdle();
  };
  let versions: Readonly<Record<string, string>> = {};
  const failure = await new Promise<string | null>((resolve) => {
    const waiting = [...jobs];
    const end = (why: string | null): void => {
      ended = true;
      resolve(why);
    };
    const hear = (thread: Worker, message: WorkerMessage): void => {
      if (message.kind !== 'epoch') rest(thread);
      if (ended) return;
      if (message.kind === 'failed') end(message.message);
      else if (message.kind === 'epoch') onEpoch(message.job, message.record);
      else {
        if (message.kind === 'ready') versions = message.versions;
        else {
          finished.set(keyOf(message.job), message.results);
          onDone(message.job, message.results);
        }
        const job = waiting.shift();
        if (job !== undefined) {
          busy.add(thread);
          thread.postMessage(job);
        } else if (finished.size === jobs.length) end(null);
      }
    };
    signal.addEventListener('abort', () => end(null), { once: true });
    for (let i = 0; i < Math.min(workers, jobs.length); i += 1) {
      const thread = new Worker(new URL('./worker.js', import.meta.url), {
        workerData: { ...start, stop } satisfies WorkerStart,
      });
      busy.add(thread);
      thread.on('message', (message: WorkerMessage) => hear(thread, message));
      thread.on('error', (error) => end(error.message));
      thread.on('exit', () => rest(thread));
      threads.push(thread);
    }
  });
  Atomics.store(stop, 0, 1);
  // Ended in the middle of a step, onnxruntime-node aborts the process; others can be ended at any time.
  if (start.backend === 'node' && busy.size > 0) {
    await new Promise<void>((resolve) => {
      whenIdle = resolve;
    });
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  return { results: jobs.flatMap((job) => finished.get(keyOf(job)) ?? []), versions, failure };
}

/** Messages carry copies of jobs; this tells them apart. */
function keyOf({ training, seed, target }: Job): string {
  return `${training} ${seed} ${target ?? ''}`;
}
