import { parentPort, workerData } from 'node:worker_threads';
import { openRuntime } from './runtime/open.js';
import { type Job, train } from './train.js';
import type { WorkerMessage, WorkerStart } from './worker-messages.js';

const { dataset, settings, runtime: name, backend, stop } = workerData as WorkerStart;
const stopped = () => Atomics.load(stop, 0) !== 0;
const say = (message: WorkerMessage) => parentPort!.postMessage(message);

try {
  const runtime = await openRuntime(name, backend);
  parentPort!.on('message', async (job: Job) => {
    try {
      const onEpoch = (record: Parameters<Parameters<typeof train>[4]>[0]) =>
        say({ kind: 'epoch', job, record });
      say({ kind: 'done', job, results: await train(runtime, dataset, settings, job, onEpoch, stopped) });
    } catch (error) {
      say({ kind: 'failed', message: `${job.training}, seed ${job.seed}: ${(error as Error).message}` });
    }
  });
  say({ kind: 'ready', versions: runtime.versions });
} catch (error) {
  say({ kind: 'failed', message: (error as Error).message });
}
