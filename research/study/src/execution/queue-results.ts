import { legible } from '@synaprune/core/checks';
import type { Redis } from 'ioredis';
import type { RunResult } from '../run.js';
import { isReply } from './queue-error.js';
import { LONGEST_RESULT, readResult } from './queue-jobs.js';

/** What the queue holds of a run that has ended; `gone` where another study has collected it. */
export type Collected =
  | { readonly kind: 'done'; readonly result: RunResult }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'gone' };

/** Bytes of a message that are read. */
const LONGEST_MESSAGE = 100_000;

/**
 * Reads what came of a job. Whoever may write to the queue may have written it, so its length is looked at before it
 * is read, and its shape before it is used; what cannot be used is a run that failed.
 *
 * @param key of the job's hash in the Redis
 * @throws whatever the connection does
 */
export async function collectEnding(client: Redis, key: string): Promise<Collected> {
  try {
    const [reason, result] = await Promise.all([
      client.hstrlen(key, 'failedReason'),
      client.hstrlen(key, 'returnvalue'),
    ]);
    if (reason > 0) {
      if (reason > LONGEST_MESSAGE) return failed(`its message has ${reason} bytes`);
      return { kind: 'failed', message: legible((await client.hget(key, 'failedReason')) ?? '') };
    }
    if (result > LONGEST_RESULT) return failed(`its result has ${result} bytes`);
    const text = await client.hget(key, 'returnvalue');
    if (text === null) return (await client.exists(key)) === 0 ? { kind: 'gone' } : failed('it has none');
    const read = readResult(text);
    return typeof read === 'string' ? failed(read) : { kind: 'done', result: read };
  } catch (error) {
    // Something else lies where the job should be.
    if (isReply(error)) return failed(error.message);
    throw error;
  }
}

/**
 * Makes room for jobs: takes away what lies under their names and is no job, which would keep all of them from being
 * put in, and entries that say that a job which is not there has ended.
 *
 * @param keyOf the key in the Redis of a name in the queue
 */
export async function clearWay(
  client: Redis,
  ids: readonly string[],
  keyOf: (name: string) => string,
): Promise<void> {
  const kinds = await Promise.all(ids.map((id) => client.type(keyOf(id))));
  const absent = ids.filter((_, i) => kinds[i] !== 'hash');
  if (absent.length === 0) return;
  await client.del(absent.map(keyOf));
  await forget(client, [keyOf('completed'), keyOf('failed')], absent);
}

/** Takes ids out of lists of jobs. */
export async function forget(client: Redis, lists: readonly string[], ids: readonly string[]): Promise<void> {
  for (const list of lists) {
    await client.zrem(list, ...ids).catch((error: unknown) => {
      if (!isReply(error)) throw error;
    });
  }
}

function failed(problem: string): Collected {
  return { kind: 'failed', message: legible(`the queue holds no result that can be used: ${problem}`) };
}
