import { requireChoice } from '@synaprune/core/checks';
import type { SparseWeights } from '../pack/sparse-weights.js';
import { CELL_ACTIVATIONS, type CellActivation } from '../recurrent/activations.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import { createHoldings } from './holdings.js';
import type { SparseKernels } from './kernels.js';
import { layOut } from './lay-out.js';
import { checkPlaced, type PlacedProduct } from './placed-product.js';
import { checkRun, type PlacedRun } from './placed-recurrent.js';
import { checkSeparable, type PlacedSeparable } from './placed-separable.js';
import { requireInside } from './require-inside.js';
import { runPlaced, scratchBytes } from './run-placed.js';
import { runSeparable, separableBytes } from './run-separable.js';
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
   * @returns whether all inputs are finite; where not, the result is that of all weights nevertheless
   * @throws RangeError where a part lies outside the memory; Error once released, or where there is no room to work in
   */
  multiply(product: PlacedProduct): boolean;
  /**
   * Makes a separable convolution inside the memory, of which these weights are the pointwise part: pixels of the depthwise
   * part go straight into the product. It may grow the memory.
   *
   * @returns whether all pixels between the two are finite; where not, what was written is to be made anew, by all weights
   * @throws RangeError where a part lies outside the memory, or inputs are no multiple of four; Error once released, or where
   *   there is no room to work in
   */
  convolve(convolution: PlacedSeparable): boolean;
  /** Gives the weights' memory back. */
  release(): void;
}

/** A packed recurrent layer inside a memory. */
export interface PlacedRecurrent {
  readonly weights: RecurrentWeights;
  /**
   * Runs the layer over sequences inside the memory, with nothing copied. It may grow the memory.
   *
   * @returns whether all inputs are finite, and all states that were multiplied by weights, with a mask cells too; where
   *   not, the result is that of all weights nevertheless
   * @throws RangeError where a part lies outside the memory; Error once released, or where there is no room to work in
   */
  run(sequence: PlacedRun): boolean;
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
  /**
   * Replaces so many float32 at an offset in bytes by what an activation makes of them. NaN stays NaN.
   *
   * @throws RangeError where they lie outside the memory
   */
  activate(activation: CellActivation, at: number, length: number): void;
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
          return runPlaced(wasm, memory, weights, places, checked, room);
        },
        convolve(convolution) {
          if (places.isReleased()) throw new Error('these packed weights were released');
          const checked = checkSeparable(holdings.sizeBytes(), weights, convolution);
          const room = holdings.needRoom(separableBytes(weights, checked));
          return runSeparable(wasm, memory, places, checked, room);
        },
        release: () => holdings.giveBack(places),
      };
    },
    placeRecurrent(weights) {
      const places = holdings.place(weights);
      if (places === undefined) return undefined;
      const { at } = places;
      return {
        weights,
        run(sequence) {
          if (places.isReleased()) throw new Error('this packed layer was released');
          const checked = checkRun(holdings.sizeBytes(), weights, sequence);
          const room = holdings.needRoom(sequenceBytes(wasm, at, weights, checked.batch, checked.steps));
          return runWasmSequence(wasm, memory, at, weights, checked, room, scriptKernels.run);
        },
        release: () => holdings.giveBack(places),
      };
    },
    activate(activation, at, length) {
      requireChoice('activate', 'activation', activation, CELL_ACTIVATIONS);
      requireInside('activate', 'at', at, length, holdings.sizeBytes());
      wasm.activate(CELL_ACTIVATIONS.indexOf(activation), at, length);
    },
    multiply(product) {
      const { weights, inputs, out, bias = new Float32Array(0), batch, activation } = product;
      const places = holdings.placesOf(weights);
      const copied = layOut([inputs, bias, out]);
      const room = places && holdings.borrow(copied.bytes + scratchBytes(weights, batch));
      if (places === undefined || !room) {
        return scriptKernels.multiply(product);
      }
      const [inputsAt, biasAt, outAt] = copied.copyIn(memory, room, 2) as [number, number, number];
      const placed = {
        inputs: inputsAt,
        out: outAt,
        batch,
        activation,
        bias: bias.length === 0 ? 0 : biasAt,
      };
      const finite = runPlaced(wasm, memory, weights, places, placed, room + copied.bytes);
      copied.copyOut(memory, room, 2);
      return finite;
    },
    run(sequence) {
      const { weights, inputs, mask, state, cell, out, batch, steps, sequences, backwards } = sequence;
      const places = holdings.placesOf(weights);
      const copied = layOut([inputs, mask ?? new Float32Array(0), state, cell, out]);
      const bytes = places && copied.bytes + sequenceBytes(wasm, places.at, weights, batch, steps);
      const room = bytes === undefined ? 0 : holdings.borrow(bytes);
      if (places === undefined || room === 0) return scriptKernels.run(sequence);
      const at = copied.copyIn(memory, room, 4) as [number, number, number, number, number];
      const [inputsAt, maskAt, stateAt, cellAt, outAt] = at;
      const placed = {
        inputs: inputsAt,
        mask: mask === undefined ? 0 : maskAt,
        state: stateAt,
        cell: cellAt,
        out: outAt,
        batch,
        steps,
        sequences,
        backwards,
      };
      const free = room + copied.bytes;
      const finite = runWasmSequence(wasm, memory, places.at, weights, placed, free, scriptKernels.run);
      copied.copyOut(memory, room, 2);
      return finite;
    },
    release: holdings.releaseAll,
  };
}
