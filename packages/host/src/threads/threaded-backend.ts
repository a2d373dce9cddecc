import { PruneError, type TensorBackend, wrapBackend } from '@synaprune/core';
import { hostBackend } from '../host-backend.js';
import type { HostMask, HostWeight } from '../host-weight.js';
import { type Allocator, createArena } from './arena.js';
import { createCrew } from './crew.js';
import { HANDS } from './hands.js';
import { requireOptionsOf, requireThreadsHere } from './requirements.js';
import { sharedModule } from './shared-module.js';
import { sharedVerbs } from './shared-verbs.js';
import { coresHere, startWorker, type ThreadWorker } from './worker.js';

/** How {@link createThreadedBackend} works. */
export interface ThreadedOptions extends Partial<Allocator> {
  /** The memory that all weights are in: `new WebAssembly.Memory({ initial, maximum, shared: true })`. */
  readonly memory: WebAssembly.Memory;
  /** How many, from 1 to 64: as many as there are cores, but no more than four, unless told. */
  readonly threads?: number;
  /**
   * Gives so many bytes of the memory, as its owner's `malloc` does; comes with `release`. Without them, what is needed
   * beside the weights are new pages that the memory grows by, so that nobody else may count on its end.
   */
  readonly allocate?: (bytes: number) => number;
  /** Takes them back. */
  readonly release?: (pointer: number) => void;
  /** Starts a worker that calls `runThread`: for bundlers that do not find the one of this package. */
  readonly startThread?: () => ThreadWorker;
}

/** What {@link createThreadedBackend} makes: a backend, and threads that have to be ended. */
export interface ThreadedBackend extends TensorBackend<HostWeight, HostMask> {
  readonly threads: number;
  /**
   * Ends the threads, once what is in flight is done, and gives back what was taken of the memory; masks too. Harmless
   * when repeated. Afterwards verbs are refused with code `disposed`.
   */
  dispose(): Promise<void>;
}

/** Most threads, and most that are taken unless told: memory is busy long before. */
const MOST = 64;
const USUAL = 4;

/** Fewer elements than this are done at once, on the calling thread: to tell others of them costs as much. */
const FEWEST_DEALT = 2 ** 18;

/**
 * A backend that prunes on several threads: the same masks as {@link hostBackend}, bit for bit, sooner. Weights are
 * `{ memory, byteOffset, shape }`, of float32, in one shared `WebAssembly.Memory`. Verbs answer by promises and leave the
 * calling thread free; fewer than 262,144 elements are done on it. Scores in another memory, blocks and channels and N of
 * M are ranked on the calling thread too.
 *
 * Nothing may write the weights while a verb is in flight. A verb that rejects has changed nothing: what a thread leaves
 * undone that ends in the middle of a change is done on the calling thread.
 *
 * @throws TypeError when an option is unknown or of a wrong type, or the memory is not shared
 * @throws RangeError when `threads` is no whole number from 1 to 64
 * @throws PruneError `threads-unavailable` where memory cannot be shared (a page that is not cross-origin isolated), or
 *   where there are no workers or no WASM SIMD
 * @throws PruneError `thread-lost` when a thread cannot be started
 * @throws PruneError `out-of-memory` when the memory cannot grow and has no room
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { createThreadedBackend } from '@synaprune/host/threads';
 *
 * const memory = new WebAssembly.Memory({ initial: 32, maximum: 1024, shared: true });
 * const values = new Float32Array(memory.buffer, 0, 500_000);
 * for (let i = 0; i < values.length; i += 1) values[i] = Math.sin(i);
 *
 * const backend = await createThreadedBackend({ memory, threads: 2 });
 * const weight = { memory, byteOffset: 0, shape: [500, 1000] };
 * const pruner = createPruner({ backend, weights: [{ name: 'kernel', weight }], schedule: constantSparsity(0.8) });
 * await pruner.update(0);
 * console.log(values.filter((value) => value === 0).length); // 400000
 * pruner.dispose();
 * await backend.dispose();
 * ```
 */
export function createThreadedBackend(options: ThreadedOptions): Promise<ThreadedBackend> {
  return startThreads(options, FEWEST_DEALT);
}

/** The same; `few` is the number of elements from which on they are dealt to threads. */
export async function startThreads(options: ThreadedOptions, few: number): Promise<ThreadedBackend> {
  const owner = requireOptionsOf(options, MOST);
  requireThreadsHere(options);
  const { memory, threads = Math.min(USUAL, coresHere()), startThread = startWorker } = options;
  const arena = createArena(memory, owner);
  const close = async (): Promise<void> => arena.close();
  try {
    const scratch = Array.from({ length: threads + 1 }, () => arena.allocate(HANDS));
    const crew = await createCrew({ module: sharedModule(), memory, scratch, start: startThread });
    const verbs = sharedVerbs({ memory, arena, crew, few, inner: hostBackend() });
    let ending: Promise<void> | undefined;
    const backend = wrapBackend<Handles, Handles>(verbs.backend, {
      weight: (weight) => weight,
      mask: (mask) => mask,
      wrapMask: (mask) => mask,
      around(verb, work) {
        // Masks of a backend that is gone went with it.
        if (ending !== undefined && verb !== 'disposeMask' && verb !== 'disposePooled') {
          throw new PruneError('disposed', `${verb} needs live threads; this backend was disposed of`);
        }
        return work();
      },
    });
    return {
      ...backend,
      threads,
      dispose() {
        ending ??= verbs.idle().then(crew.close).then(close);
        return ending;
      },
    };
  } catch (error) {
    arena.close();
    throw error;
  }
}

interface Handles {
  readonly weight: HostWeight;
  readonly mask: HostMask;
}
