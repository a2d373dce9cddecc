import { Worker } from 'node:worker_threads';
import type { HostWeight } from '../../host-weight.js';
import { startThreads, type ThreadedBackend, type ThreadedOptions } from '../threaded-backend.js';

/** The script of a worker as it is built: Node starts none in TypeScript. */
export const script: URL = new URL('../../../dist/threads/worker-script.js', import.meta.url);

/** Threads that take part from the first element on, and the workers that they are. */
export async function startSome(
  options: Partial<ThreadedOptions> = {},
): Promise<{ backend: ThreadedBackend; memory: WebAssembly.Memory; workers: Worker[] }> {
  const workers: Worker[] = [];
  const { memory = sharedMemory(), ...others } = options;
  const startThread = () => {
    const worker = new Worker(script);
    workers.push(worker);
    return worker;
  };
  const backend = await startThreads({ threads: 2, startThread, memory, ...others }, 0);
  return { backend, memory, workers };
}

export function sharedMemory(initial = 1, maximum = 4096): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial, maximum, shared: true });
}

/** Weights in a memory, one after another in pages that it grows by. */
export function placeIn(memory: WebAssembly.Memory, lists: readonly ArrayLike<number>[]) {
  return lists.map((list) => {
    const byteOffset = 65536 * memory.grow(Math.ceil((4 * list.length) / 65536));
    const weight = { memory, byteOffset, shape: [list.length] } satisfies HostWeight;
    const values = new Float32Array(memory.buffer, byteOffset, list.length);
    values.set(list);
    return { weight, values };
  });
}

/** Where the first value differs, bit for bit, or -1: sooner found than by an assertion on each. */
export function firstDifference(got: ArrayLike<number>, needed: ArrayLike<number>): number {
  if (got.length !== needed.length) return Math.min(got.length, needed.length);
  for (let i = 0; i < got.length; i += 1) if (!Object.is(got[i], Math.fround(needed[i]!))) return i;
  return -1;
}
