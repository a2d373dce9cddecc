import type { SparseWeights } from '../pack/sparse-weights.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import type { Allocator } from './own-memory.js';
import { type Places, placeLayer, placeWeights } from './place.js';

type Placeable = SparseWeights | RecurrentWeights;

/** What kernels hold of a memory. */
export interface Holdings {
  readonly memory: WebAssembly.Memory;
  /** Of the memory as it is now. */
  sizeBytes(): number;
  /** Copies packed weights into it, or `undefined` where there is no room. */
  place(weights: Placeable): Places | undefined;
  /** Where weights are that come with each product: placed at the first, given back when nobody holds them any more. */
  placesOf(weights: Placeable): Places | undefined;
  giveBack(places: Places): void;
  /** Room to work in, kept for the next call; 0 where there is none. */
  borrow(bytes: number): number;
  /** The same. @throws Error where there is none */
  needRoom(bytes: number): number;
  releaseAll(): void;
}

export function createHoldings(allocator: Allocator): Holdings {
  const { memory } = allocator;
  const held = new Set<Places>();
  const known = new WeakMap<Placeable, Places>();
  const forgotten = new FinalizationRegistry<Places>(giveBack);
  let scratch = { at: 0, bytes: 0 };
  let { buffer } = memory;

  function place(weights: Placeable): Places | undefined {
    const places = 'recurrent' in weights ? placeLayer(weights, allocator) : placeWeights(weights, allocator);
    if (places !== undefined) held.add(places);
    return places;
  }

  function giveBack(places: Places): void {
    held.delete(places);
    places.release();
  }

  function borrow(bytes: number): number {
    if (scratch.at !== 0 && scratch.bytes >= bytes) return scratch.at;
    if (scratch.at !== 0) allocator.release(scratch.at);
    scratch = { at: allocator.allocate(bytes), bytes };
    return scratch.at;
  }

  return {
    memory,
    place,
    giveBack,
    borrow,
    sizeBytes() {
      // A buffer is dear to ask for, and has no bytes once another took its place.
      if (buffer.byteLength === 0) buffer = memory.buffer;
      return buffer.byteLength;
    },
    placesOf(weights) {
      const before = known.get(weights);
      if (before !== undefined && !before.isReleased()) return before;
      const places = place(weights);
      if (places === undefined) return undefined;
      known.set(weights, places);
      forgotten.register(weights, places);
      return places;
    },
    needRoom(bytes) {
      const room = borrow(bytes);
      if (room === 0) throw new Error(`no ${bytes} bytes of memory are left to work in`);
      return room;
    },
    releaseAll() {
      for (const places of held) giveBack(places);
      if (scratch.at !== 0) allocator.release(scratch.at);
      scratch = { at: 0, bytes: 0 };
    },
  };
}
