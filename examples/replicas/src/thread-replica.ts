import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Checkpoint, Replica } from './replica.js';

/** A call of a replica's verb, as a thread gets it. */
export interface Call {
  readonly verb: keyof Replica;
  readonly given?: unknown;
}

/** A replica in a thread of its own, which may end. */
export interface ThreadReplica extends Replica {
  end(): Promise<void>;
}

/** Starts a thread with a replica in it. */
export async function startThread(from?: Checkpoint): Promise<ThreadReplica> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: from });
  const call = async (verb: Call['verb'], given?: unknown): Promise<never> => {
    worker.postMessage({ verb, given } satisfies Call);
    const [answer] = await once(worker, 'message');
    return answer as never;
  };
  return {
    gradients: (shard) => call('gradients', shard),
    step: (averaged) => call('step', averaged),
    update: (position) => call('update', position),
    save: () => call('save'),
    report: () => call('report'),
    end: async () => void (await worker.terminate()),
  };
}
