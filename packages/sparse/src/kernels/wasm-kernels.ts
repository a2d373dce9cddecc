import type { SparseWeights } from '../pack/sparse-weights.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import { createHoldings } from './holdings.js';
import type { SparseKernels } from './kernels.js';
import { layOut } from './lay-out.js';
import type { Places } from './place.js';
import { checkPlaced, type PlacedProduct } from './placed-product.js';
import { checkRun, type PlacedRun } from './placed-recurrent.js';
import { runPlaced, scratchBytes } from './run-placed.js';
import { scriptKernels } from './script-kernels.js';
import { type MemoryOptions, openMemory } from './sparse-memory.js';
import { instantiateKernels } from './wasm-module.js';
import { runWasmSequence, sequenceBytes } from './wasm-sequence.js';

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

/** A packed recurrent layer inside a memory. */
export interface PlacedRecurrent {
  readonly weights: RecurrentWeights;
  /**
   * Runs the layer over sequences inside the memory, with nothing copied. It may grow the memory.
   *
   * @throws RangeError where a part lies outside the memory; Error once released, or where there is no room to work in
   */
  run(sequence: PlacedRun): void;
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
  /** The same for a recurrent layer. */
  placeRecurrent(weights: RecurrentWeights): PlacedRecurrent | undefined;
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
  const holdings = createHoldings(allocator);

  return {
    memory,
    place(weights) {
      const places = holdings.place(weights);
      if (places === undefined) return undefined;
      return {
        weights,
        multiply(product) {
          if (places.isReleased()) throw new Error('these packed weights were released');
          const checked = checkPlaced(holdings.sizeBytes(), weights, product);
          const room = holdings.needRoom(scratchBytes(weights, checked.batch));
          runPlaced(wasm, memory, weights, places, checked, room);
        },
        release: () => holdings.giveBack(places),
      };
    },
    placeRecurrent(weights) {
      const places = [weights.kernel, ...weights.recurrent].map(holdings.place);
      const release = (): void => {
        for (const one of places) if (one !== undefined) holdings.giveBack(one);
      };
      if (places.includes(undefined)) {
        release();
        return undefined;
      }
      const all = places as Places[];
      return {
        weights,
        run(sequence) {
          if (all[0]!.isReleased()) throw new Error('this packed layer was released');
          const checked = checkRun(holdings.sizeBytes(), weights, sequence);
          const states = 16 * Math.ceil((checked.batch * weights.units) / 4);
          const bytes = sequenceBytes(weights, checked.batch, checked.steps);
          const room = holdings.needRoom(2 * states + bytes);
          new Uint8Array(memory.buffer, room, 2 * states).fill(0);
          const { state, cell } = checked;
          const placed = { ...checked, state: state || room, cell: cell || room + states };
          runWasmSequence(wasm, memory, weights, all, placed, room + 2 * states);
        },
        release,
      };
    },
    multiply(product) {
      const { weights, inputs, out, bias = new Float32Array(0), batch, activation } = product;
      const places = holdings.placesOf(weights);
      const copied = layOut([inputs, bias, out]);
      const room = places && holdings.borrow(copied.bytes + scratchBytes(weights, batch));
      if (places === undefined || !room) {
        scriptKernels.multiply(product);
        return;
      }
      const [inputsAt, biasAt, outAt] = copied.copyIn(memory, room, 2) as [number, number, number];
      const placed = {
        inputs: inputsAt,
        out: outAt,
        batch,
        activation,
        bias: bias.length === 0 ? 0 : biasAt,
      };
      runPlaced(wasm, memory, weights, places, placed, room + copied.bytes);
      copied.copyOut(memory, room, 2);
    },
    run(sequence) {
      const { weights, inputs, state, cell, out, batch, steps, sequences, backwards } = sequence;
      const places = [weights.kernel, ...weights.recurrent].map(holdings.placesOf);
      const copied = layOut([inputs, state, cell, out]);
      const whole = !places.includes(undefined);
      const room = whole ? holdings.borrow(copied.bytes + sequenceBytes(weights, batch, steps)) : 0;
      if (room === 0) {
        scriptKernels.run(sequence);
        return;
      }
      const at = copied.copyIn(memory, room, 3) as [number, number, number, number];
      const placed = {
        inputs: at[0],
        state: at[1],
        cell: at[2],
        out: at[3],
        batch,
        steps,
        sequences,
        backwards,
      };
      runWasmSequence(wasm, memory, weights, places as Places[], placed, room + copied.bytes);
      copied.copyOut(memory, room, 1);
    },
    release: holdings.releaseAll,
  };
}
