import { setTimeout as sleep } from 'node:timers/promises';
import { legible } from '@synaprune/core/checks';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunResult, RunSpec } from '../run.js';
import type { Executor, RunListener } from './executor.js';
import { isReply, QueueError } from './queue-error.js';
import { type JobData, KEPT_SECONDS, queueName } from './queue-jobs.js';
import { clearWay, collectEnding, forget } from './queue-results.js';
import { connectRedis, type RedisConnection } from './redis.js';

/** What a queue of runs needs to know. */
export interface QueueOptions {
  readonly url: string;
  /** Name and version of what computes. */
  readonly runtime: string;
  /** Tells people. */
  say(line: string): void;
  /** How long the Redis may be away, milliseconds. */
  readonly patience?: number;
}

/** Milliseconds between looks for results, and for runs that got lost. */
const LOOK_EVERY = 250;
const CHECK_EVERY = 5000;
const CHUNK = 500;

/** Where runs that have not ended are. */
const UNDERWAY = ['wait', 'active', 'delayed', 'prioritized'] as const;

/**
 * Hands runs to workers through a queue. Results wait in the Redis until they are collected, by this process or by
 * one that is started after it; a Redis that lost them is given the runs again.
 *
 * @throws QueueError where there is no Redis
 */
export async function createQueueExecutor({ url, runtime, say, patience }: QueueOptions): Promise<Executor> {
  const connection = await connectRedis(url, say, patience);
  const { Queue } = await import('bullmq');
  const queue: Queue<JobData, RunResult> = new Queue(queueName(runtime), { connection: connection.client });
  // What goes wrong is told by the calls themselves.
  queue.on('error', () => {});
  return {
    description: `the workers at ${connection.address}`,
    async run(runs, listener, signal) {
      const outstanding = new Map(runs);
      try {
        await Promise.race([
          serve(queue, connection.client, outstanding, listener, signal, say),
          connection.lost,
        ]);
      } catch (error) {
        throw explain(error, connection);
      }
    },
    async close() {
      await Promise.race([queue.close(), sleep(2000)]);
      connection.close();
    },
  };
}

async function serve(
  queue: Queue<JobData, RunResult>,
  client: Redis,
  outstanding: Map<string, RunSpec>,
  listener: RunListener,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  // Those that failed for an earlier study are tried again.
  await remove(queue, await idsOf(queue, ['failed'], outstanding));
  await add(queue, client, outstanding);
  let checked = performance.now();
  let lonely = false;
  while (outstanding.size > 0 && !signal.aborted) {
    for (const id of await idsOf(queue, ['completed', 'failed'], outstanding)) {
      if (signal.aborted) break;
      await settle(queue, client, id, outstanding, listener);
    }
    if (performance.now() - checked > CHECK_EVERY) {
      checked = performance.now();
      const there = new Set(await queue.getRanges([...UNDERWAY, 'completed', 'failed'], 0, -1));
      await add(queue, client, new Map([...outstanding].filter(([key]) => !there.has(key))));
      const alone = (await queue.getWorkersCount()) === 0;
      if (alone && !lonely) say('waiting for workers: npm run study -- worker --queue …');
      lonely = alone;
    }
    await sleep(LOOK_EVERY);
  }
  // What a worker has begun it ends, and its result is collected next time.
  if (signal.aborted) await remove(queue, await idsOf(queue, ['wait'], outstanding));
}

/** Tells of a job that ended, and takes it out of the queue after that. */
async function settle(
  queue: Queue<JobData, RunResult>,
  client: Redis,
  id: string,
  outstanding: Map<string, RunSpec>,
  listener: RunListener,
): Promise<void> {
  const spec = outstanding.get(id);
  if (spec === undefined) return;
  const ending = await collectEnding(client, queue.toKey(id));
  if (ending.kind !== 'gone') {
    if (ending.kind === 'done') listener.done(spec, ending.result);
    else listener.failed(spec, ending.message);
    outstanding.delete(id);
  }
  await remove(queue, [id]);
  // Whoever may write to the queue may have left an entry that no job belongs to.
  await forget(client, [queue.toKey('completed'), queue.toKey('failed')], [id]);
}

async function add(
  queue: Queue<JobData, RunResult>,
  client: Redis,
  runs: ReadonlyMap<string, RunSpec>,
): Promise<void> {
  const jobs = [...runs].map(([jobId, spec]) => ({
    name: 'run',
    data: { spec },
    opts: { jobId, removeOnComplete: { age: KEPT_SECONDS }, removeOnFail: { age: KEPT_SECONDS } },
  }));
  for (let from = 0; from < jobs.length; from += CHUNK) {
    const some = jobs.slice(from, from + CHUNK);
    const ids = some.map(({ opts }) => opts.jobId);
    await clearWay(client, ids, (name) => queue.toKey(name));
    await queue.addBulk(some);
  }
}

async function idsOf(
  queue: Queue,
  states: Parameters<Queue['getRanges']>[0],
  among: ReadonlyMap<string, RunSpec>,
): Promise<string[]> {
  return (await queue.getRanges(states, 0, -1)).filter((id) => among.has(id));
}

/** Takes jobs out of the queue; one that a worker has just begun stays. */
async function remove(queue: Queue, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => queue.remove(id).catch(() => {})));
}

function explain(error: unknown, { address }: RedisConnection): unknown {
  const isRedis = isReply(error) || (error instanceof Error && /Connection is closed/.test(error.message));
  return isRedis
    ? new QueueError(`the Redis at ${address} refused: ${legible((error as Error).message)}`, {
        cause: error,
      })
    : error;
}
