import type { WasmExports } from '../wasm-module.js';
import { createHands, type Hands } from './hands.js';
import { unpackPieces } from './pieces.js';
import { answerMessages } from './worker.js';

/** What a thread is sent first. */
export interface Start {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Pointer to `HANDS` bytes. */
  readonly scratch: number;
}

/** What it is sent afterwards: a verb, as numbers. */
export interface Order {
  readonly verb: keyof Hands;
  readonly pieces: Float64Array;
  readonly numbers: readonly number[];
}

/** What it sends back. */
export type Answer = { readonly numbers: readonly number[] } | { readonly failure: string };

/** Hands in a memory, from what a thread is sent. */
export function handsOf({ module, memory, scratch }: Start): Hands {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return createHands(exports as unknown as WasmExports, memory, scratch);
}

export function carryOut(hands: Hands, { verb, pieces, numbers }: Order): number[] {
  return hands[verb](unpackPieces(pieces), numbers);
}

/**
 * What a worker does that is one of the threads of {@link createThreadedBackend}: called once, in a worker that nothing
 * else is sent to. Needed only in a worker of your own, for bundlers that find none by themselves; see `startThread`.
 *
 * @throws TypeError when it is called outside of a worker
 *
 * @example
 * ```ts no-run
 * // prune-thread.js, a file that a bundler makes a script of
 * import { runThread } from '@synaprune/host/threads';
 *
 * runThread();
 * ```
 */
export function runThread(): void {
  let hands: Hands | undefined;
  answerMessages((message): Answer => {
    try {
      if (hands !== undefined) return { numbers: carryOut(hands, message as Order) };
      hands = handsOf(message as Start);
      return { numbers: [] };
    } catch (error) {
      return { failure: String(error) };
    }
  });
}
