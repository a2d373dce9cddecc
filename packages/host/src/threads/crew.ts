import { PruneError } from '@synaprune/core';
import type { Hands } from './hands.js';
import { type Piece, packPieces } from './pieces.js';
import { type Answer, handsOf, type Order, type Start } from './thread.js';
import { listen, type ThreadWorker } from './worker.js';

/* Sends orders to workers, gathers their answers, notices when one ends. */

/** What one thread is to do of a verb. */
export interface Share {
  readonly pieces: readonly Piece[];
  readonly numbers: readonly number[];
}

type Numbers = readonly number[];

/** Threads that work on one memory. */
export interface Crew {
  readonly size: number;
  /** The calling thread's own, for what is too little to be sent. */
  readonly hands: Hands;
  /**
   * Looks, each thread at its share; answers in their order, once all are there.
   *
   * @throws PruneError `thread-lost` when one was lost
   */
  look(verb: keyof Hands, shares: readonly Share[]): Promise<Numbers[]>;
  /** The same, whatever becomes of the threads: what a lost one leaves undone is done again on the calling thread. */
  finish(verb: keyof Hands, shares: readonly Share[]): Promise<Numbers[]>;
  /** @throws PruneError `thread-lost` once a thread was lost */
  requireAll(): void;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** What {@link createCrew} starts. */
export interface CrewOptions {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Pointers to `HANDS` bytes: the calling thread's, and one for each other. */
  readonly scratch: readonly number[];
  readonly start: () => ThreadWorker;
}

/**
 * Starts as many threads as there is scratch for, beside the calling one.
 *
 * @throws PruneError `thread-lost` when one cannot be started; then none is left
 */
export async function createCrew({ module, memory, scratch, start }: CrewOptions): Promise<Crew> {
  const [own, ...others] = scratch;
  const threads: Thread[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.close()));
  };
  try {
    for (const n of others.keys()) threads.push(startThread(start, `thread ${n + 1} of ${others.length}`));
    await Promise.all(threads.map((thread, n) => thread.ask({ module, memory, scratch: others[n]! })));
  } catch (error) {
    await close();
    throw error;
  }
  const hands = handsOf({ module, memory, scratch: own! });
  const order = (verb: keyof Hands, { pieces, numbers }: Share): Order => ({
    verb,
    numbers,
    pieces: packPieces(pieces),
  });
  const answered = async (ask: (thread: Thread, n: number) => Promise<Numbers>): Promise<Numbers[]> => {
    // Whatever fails, none is at work any more when this ends: what they work on may be given back.
    const settled = await Promise.allSettled(threads.map(ask));
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  };
  return {
    size: threads.length,
    hands,
    look: (verb, shares) => answered((thread, n) => thread.ask(order(verb, shares[n]!))),
    finish: (verb, shares) =>
      answered((thread, n) => {
        const { pieces, numbers } = shares[n]!;
        return thread.ask(order(verb, shares[n]!)).catch(() => hands[verb](pieces, numbers));
      }),
    requireAll() {
      const { lost } = threads.find((thread) => thread.lost !== undefined) ?? {};
      if (lost !== undefined) throw lost;
    },
    close,
  };
}

/** A worker, and what it was asked. */
interface Thread {
  /** @throws PruneError `thread-lost` */
  ask(message: Start | Order): Promise<Numbers>;
  readonly lost: PruneError | undefined;
  close(): Promise<void>;
}

function startThread(start: () => ThreadWorker, name: string): Thread {
  let lost: PruneError | undefined;
  let waiting: { resolve(numbers: Numbers): void; reject(error: PruneError): void } | undefined;
  const settle = (how: (call: NonNullable<typeof waiting>) => void): void => {
    const call = waiting;
    waiting = undefined;
    // A thread that has nothing to do keeps no program from ending.
    worker.unref?.();
    if (call !== undefined) how(call);
  };
  const lose = (reason: string, cause?: unknown): PruneError => {
    lost ??= new PruneError(
      'thread-lost',
      `threads need to run until they are disposed of, and ${name} did not: ${reason}; weights and masks are whole, make ` +
        'a new backend',
      { cause },
    );
    return lost;
  };
  let worker: ThreadWorker;
  try {
    worker = start();
  } catch (error) {
    throw lose(`it could not be started (${String(error)})`, error);
  }
  listen(
    worker,
    (message) => {
      const answer = message as Answer;
      settle(({ resolve, reject }) =>
        'numbers' in answer ? resolve(answer.numbers) : reject(lose(answer.failure)),
      );
    },
    (reason) => {
      const error = lose(reason);
      settle(({ reject }) => reject(error));
    },
  );
  return {
    get lost() {
      return lost;
    },
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost);
        waiting = { resolve, reject };
        worker.ref?.();
        try {
          worker.postMessage(message);
        } catch (error) {
          // A page that is not isolated finds out here that its memory cannot be shared.
          settle(() => reject(lose(String(error), error)));
        }
      }),
    async close() {
      await worker.terminate();
    },
  };
}
