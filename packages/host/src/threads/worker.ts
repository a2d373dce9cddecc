/*
 * Workers as each runtime has them: those of pages, Bun and Deno, and Node's. Node's module is asked for where it is needed and
 * never imported, since bundlers for pages would stop at it.
 */

/**
 * A worker that was just started: a page's `Worker`, or one of `node:worker_threads`.
 *
 * @example
 * ```ts no-run
 * import type { ThreadWorker } from '@synaprune/host/threads';
 *
 * const startThread = (): ThreadWorker => new Worker('/prune-thread.js', { type: 'module' });
 * ```
 */
export interface ThreadWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  addEventListener?(type: string, listener: (event: Event) => void): void;
  on?(event: string, listener: (value: unknown) => void): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/** What of Node's is used. */
interface NodeThreads {
  readonly Worker: new (url: URL) => ThreadWorker;
  readonly parentPort: {
    on(event: 'message', listener: (message: unknown) => void): void;
    postMessage(message: unknown): void;
  } | null;
}

interface NodeSystem {
  availableParallelism(): number;
}

interface Builtins {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

function builtin<Module>(name: string): Module | undefined {
  return (globalThis as Builtins).process?.getBuiltinModule?.(name) as Module | undefined;
}

/** Whether there are workers here at all. */
export function hasWorkers(): boolean {
  return typeof Worker === 'function' || builtin('node:worker_threads') !== undefined;
}

/** Cores that threads may run on. */
export function coresHere(): number {
  const { hardwareConcurrency } = (globalThis as { navigator?: Navigator }).navigator ?? {};
  return hardwareConcurrency ?? builtin<NodeSystem>('node:os')?.availableParallelism() ?? 1;
}

/** A worker of this package. */
export function startWorker(): ThreadWorker {
  // Written as bundlers look for it.
  if (typeof Worker === 'function') {
    return new Worker(new URL('./worker-script.js', import.meta.url), { type: 'module' });
  }
  const { Worker: NodeWorker } = builtin<NodeThreads>('node:worker_threads')!;
  // Written as they do not: it would be carried a second time.
  const here = import.meta.url;
  return new NodeWorker(new URL('./worker-script.js', here));
}

/** Calls for messages of a worker and for its end, with why, as half a sentence. */
export function listen(
  worker: ThreadWorker,
  onMessage: (message: unknown) => void,
  onEnd: (reason: string) => void,
): void {
  if (worker.on !== undefined) {
    worker.on('message', onMessage);
    worker.on('error', (error) => onEnd(String(error)));
    worker.on('messageerror', (error) => onEnd(String(error)));
    worker.on('exit', (code) => onEnd(`it ended with ${code}`));
    return;
  }
  worker.addEventListener!('message', (event) => onMessage((event as MessageEvent).data));
  worker.addEventListener!('messageerror', () => onEnd('a message to it could not be read'));
  worker.addEventListener!('error', (event) =>
    onEnd((event as Partial<ErrorEvent>).message || 'its script could not be loaded'),
  );
}

/** Inside of a worker: calls for every message, and sends what it returns. */
export function answerMessages(answer: (message: unknown) => unknown): void {
  const port = builtin<NodeThreads>('node:worker_threads')?.parentPort;
  if ('WorkerGlobalScope' in globalThis) {
    addEventListener('message', ({ data }) => postMessage(answer(data)));
  } else if (port) {
    port.on('message', (message) => port.postMessage(answer(message)));
  } else {
    throw new TypeError('runThread needs to be called in a worker');
  }
}
