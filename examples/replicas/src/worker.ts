import { parentPort, workerData } from 'node:worker_threads';
import { type Checkpoint, createReplica } from './replica.js';
import type { Call } from './thread-replica.js';

const replica = createReplica(workerData as Checkpoint | undefined);

/** Answers calls one after the other. */
parentPort!.on('message', async ({ verb, given }: Call) => {
  const work = (await replica)[verb] as (given: unknown) => Promise<unknown>;
  parentPort!.postMessage(await work(given));
});
