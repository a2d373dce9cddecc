import type { SparseWeights } from '../pack/sparse-weights.js';
import type { SparseKernels } from './kernels.js';
import { type Places, placeWeights } from './place.js';
import { checkPlaced, type PlacedProduct } from './placed-product.js';
import { runPlaced, scratchBytes } from './run-placed.js';
import { scriptKernels } from './script-kernels.js';
import { type MemoryOptions, openMemory } from './sparse-memory.js';
import { instantiateKernels } from './wasm-module.js';

/** Packed weights inside a memory, multiplied where they are. */
export interface PlacedWeights {
  readonly weights: SparseWeights;
  /**
   * Makes a product inside the memory, with nothing copied. It may grow the memory: views of it are to be taken anew
   * afterwards.
   *
   * @throws RangeError where a part lies outside the memory; Error once released, or where there is no room to work in
   */
  multiply(product: PlacedProduct): void;
  /** Gives the weights' memory back. */
  release(): void;
}

/** Loops in WASM SIMD on one memory, with the bits of the plain ones. */
export interface WasmKernels extends SparseKernels {
  readonly memory: WebAssembly.Memory;
  /**
   * Copies packed weights into the memory.
   *
   * @returns `undefined` where there is no room for them
   */
  place(weights: SparseWeights): PlacedWeights | undefined;
  /** Gives back all that was placed, and the room that was worked in. */
  release(): void;
}

/**
 * Loops in WASM SIMD, or `undefined` where the runtime has none: on a memory of their own, or on another module's, whose
 * tensors are then multiplied where they lie.
 *
 * @throws TypeError when a memory comes without its allocator, or the other way round, or is shared
 *
 * @example
 * ```ts
 * import { createSparseKernels, packSparse } from '@synaprune/sparse';
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 1024, 3).set([1, 10, 100]);
 *
 * // A runtime has malloc and free; here every request gets new pages.
 * const allocate = (bytes: number) => memory.grow(Math.ceil(bytes / 65536)) * 65536;
 * const kernels = createSparseKernels({ memory, allocate, release: () => {} });
 *
 * const placed = kernels?.place(packSparse(Float32Array.of(0, 2, 0, -1, 0, 0.5), [2, 3]));
 * placed?.multiply({ inputs: 1024, out: 2048 });
 * console.log(new Float32Array(memory.buffer, 2048, 2)); // Float32Array(2) [ 20, 49 ]
 * kernels?.release();
 * ```
 */
export function createSparseKernels(options: MemoryOptions = {}): WasmKernels | undefined {
  const allocator = openMemory('createSparseKernels', options);
  const { memory } = allocator;
  const wasm = instantiateKernels(memory);
  if (wasm === undefined) return undefined;
  const held = new Set<Places>();
  /** Of weights that come with each product: placed at the first, given back when nobody holds them any more. */
  const known = new WeakMap<SparseWeights, Places>();
  const forgotten = new FinalizationRegistry<Places>(giveBack);
  let scratch = { at: 0, bytes: 0 };
  let { buffer } = memory;

  /** Of the memory as it is now. Its buffer is dear to ask for, and has no bytes once another took its place. */
  function sizeBytes(): number {
    if (buffer.byteLength === 0) buffer = memory.buffer;
    return buffer.byteLength;
  }

  function place(weights: SparseWeights): Places | undefined {
    const places = placeWeights(weights, allocator);
    if (places !== undefined) held.add(places);
    return places;
  }

  function giveBack(places: Places): void {
    held.delete(places);
    places.release();
  }

  function placesOf(weights: SparseWeights): Places | undefined {
    const before = known.get(weights);
    if (before !== undefined && !before.isReleased()) return before;
    const places = place(weights);
    if (places === undefined) return undefined;
    known.set(weights, places);
    forgotten.register(weights, places);
    return places;
  }

  /** Room to work in, kept for the next call; 0 where there is none. */
  function borrow(bytes: number): number {
    if (scratch.at !== 0 && scratch.bytes >= bytes) return scratch.at;
    if (scratch.at !== 0) allocator.release(scratch.at);
    scratch = { at: allocator.allocate(bytes), bytes };
    return scratch.at;
  }

  return {
    memory,
    place(weights) {
      const places = place(weights);
      if (places === undefined) return undefined;
      return {
        weights,
        multiply(product) {
          if (places.isReleased()) throw new Error('these packed weights were released');
          const checked = checkPlaced(sizeBytes(), weights, product);
          const bytes = scratchBytes(weights, checked.batch);
          const room = borrow(bytes);
          if (room === 0) throw new Error(`no ${bytes} bytes of memory are left to work in`);
          runPlaced(wasm, memory, weights, places, checked, room);
        },
        release: () => giveBack(places),
      };
    },
    multiply(product) {
      const { weights, batch, activation } = product;
      const places = placesOf(weights);
      const { inputs, out, bias = new Float32Array(0) } = product;
      const sizes = [inputs, out, bias].map((numbers) => Math.ceil(numbers.length / 4) * 16);
      const [read, written, added] = sizes as [number, number, number];
      const room = places === undefined ? 0 : borrow(read + written + added + scratchBytes(weights, batch));
      if (places === undefined || room === 0) {
        scriptKernels.multiply(product);
        return;
      }
      const [outAt, biasAt, scratchAt] = [room + read, room + read + written, room + read + written + added];
      new Float32Array(memory.buffer, room, inputs.length).set(inputs);
      new Float32Array(memory.buffer, biasAt, bias.length).set(bias);
      const placed = { inputs: room, out: outAt, batch, bias: bias.length === 0 ? 0 : biasAt, activation };
      runPlaced(wasm, memory, weights, places, placed, scratchAt);
      out.set(new Float32Array(memory.buffer, outAt, out.length));
    },
    release() {
      for (const places of held) giveBack(places);
      if (scratch.at !== 0) allocator.release(scratch.at);
      scratch = { at: 0, bytes: 0 };
    },
  };
}
