import type { Hands } from '../hands.js';
import { CHUNK, cutPiece, type Piece, packPieces, unpackPieces } from '../pieces.js';
import { type Answer, carryOut, handsOf, type Order, type Start } from '../thread.js';
import type { ThreadWorker } from '../worker.js';

/**
 * A worker on the calling thread that ends in the middle of an order, once it has done so much of it as is told: what a
 * worker that is lost leaves behind, at a place of one's choice.
 *
 * @param order which order it does not survive, from 1
 * @param part how much of it is done, in [0, 1]
 * @param torn left between weights and masks where it ended: weights are zeroed that are still kept by their masks
 */
export function lossyWorker(order: number, part: number, torn: boolean): ThreadWorker {
  const listeners = new Map<string, (value: unknown) => void>();
  const tell = (event: string, value: unknown): void => queueMicrotask(() => listeners.get(event)?.(value));
  let memory: WebAssembly.Memory;
  let hands: Hands | undefined;
  let orders = 0;
  return {
    on: (event, listener) => listeners.set(event, listener),
    terminate: () => tell('exit', 1),
    postMessage(message) {
      if (hands === undefined) {
        memory = (message as Start).memory;
        hands = handsOf(message as Start);
        return tell('message', { numbers: [] } satisfies Answer);
      }
      orders += 1;
      if (orders < order)
        return tell('message', { numbers: carryOut(hands, message as Order) } satisfies Answer);
      if (orders > order) throw new Error('an order for a worker that has ended');
      const { verb, pieces, numbers } = message as Order;
      const done = beginningOf(unpackPieces(pieces), part);
      // Ties are taken piece by piece, with numbers for each.
      if (verb === 'ties' && part > 0) hands.ties(unpackPieces(pieces).slice(0, 1), numbers.slice(0, 4));
      if (verb === 'drop' || verb === 'zero') carryOut(hands, { verb, pieces: packPieces(done), numbers });
      if (torn && verb === 'drop' && numbers[0] === 1) tear(memory, unpackPieces(pieces), done, numbers[1]!);
      tell('exit', 1);
    },
  };
}

/** The pieces up to a part of their elements. */
function beginningOf(pieces: readonly Piece[], part: number): Piece[] {
  const elements = pieces.reduce((sum, piece) => sum + piece.elements, 0);
  let left = Math.floor((part * elements) / 32) * 32;
  return pieces.map((piece) => {
    const to = Math.min(left, piece.elements);
    left -= to;
    return cutPiece(piece, 0, to);
  });
}

/** Zeroes a few of the weights below the magnitude after those that were done, and leaves their masks as they are. */
function tear(memory: WebAssembly.Memory, pieces: Piece[], done: Piece[], magnitude: number): void {
  for (const [i, piece] of pieces.entries()) {
    const bits = new Int32Array(memory.buffer, piece.data, piece.elements);
    const from = done[i]!.elements;
    for (let at = from; at < Math.min(piece.elements, from + CHUNK / 2); at += 1) {
      if ((bits[at]! & 0x7fffffff) < magnitude) bits[at] = 0;
    }
  }
}
