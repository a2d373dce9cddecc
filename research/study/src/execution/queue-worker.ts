import { setTimeout as sleep } from 'node:timers/promises';
import { legible } from '@synaprune/core/checks';
import type { Job, Worker } from 'bullmq';
import type { RunResult, RunSpec } from '../run.js';
import type { Ending } from './child-process.js';
import type { Pool } from './pool.js';
import {
  type JobData,
  LOCK_DURATION,
  MOST_STALLED,
  queueName,
  readJob,
  STALLED_INTERVAL,
} from './queue-jobs.js';
import { connectRedis } from './redis.js';

/** Milliseconds that a worker takes at most to put its runs back. */
const CLOSE_WITHIN = 5000;

/** What a worker needs to know. */
export interface QueueWorkerOptions {
  readonly url: string;
  readonly runtime: string;
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** Tells people. */
  say(line: string): void;
  /** Tells of a run that ended. */
  ended(spec: RunSpec, ending: Exclude<Ending, { readonly kind: 'crashed' }>): void;
  /** How long the Redis may be away, milliseconds. */
  readonly patience?: number;
}

/**
 * Carries out runs of a queue until the signal. The runs it has begun by then go back to the queue at once; those of
 * a worker that was killed are given to another within seconds.
 *
 * @throws QueueError where there is no Redis, or when it has been away for too long
 */
export async function serveQueue(options: QueueWorkerOptions): Promise<void> {
  const { url, runtime, pool, signal, say, ended, patience } = options;
  const connection = await connectRedis(url, say, patience);
  const { UnrecoverableError, WaitingError, Worker } = await import('bullmq');
  const carryOut = async (job: Job<JobData, RunResult>, token?: string): Promise<RunResult> => {
    const spec = readJob(job.id, job.data);
    if (typeof spec === 'string') {
      say(`refused a job that is no run of a study: ${spec}`);
      // However often the job says that it wants to be tried.
      throw new UnrecoverableError(`a worker refused the job, which is no run of a study: ${spec}`);
    }
    const ending = await pool.carryOut(spec).catch((error: Error) => error);
    if (signal.aborted) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (ending instanceof Error) throw new UnrecoverableError(legible(ending.message));
    ended(spec, ending);
    if (ending.kind === 'failed') throw new UnrecoverableError(legible(ending.message));
    return ending.result;
  };
  const worker: Worker<JobData, RunResult> = new Worker(queueName(runtime), carryOut, {
    connection: connection.client,
    concurrency: pool.size,
    lockDuration: LOCK_DURATION,
    stalledInterval: STALLED_INTERVAL,
    maxStalledCount: MOST_STALLED,
  });
  // A broken connection is told by `lost`; a run that another took over is that one's.
  worker.on('error', () => {});
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([stopped, connection.lost]);
    await pool.close();
    // A Redis that is away at this very moment gives the runs to others when it is back.
    await Promise.race([worker.close(), sleep(CLOSE_WITHIN)]);
  } finally {
    await pool.close();
    worker.close(true).catch(() => {});
    connection.close();
  }
}
