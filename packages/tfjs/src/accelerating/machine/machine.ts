import {
  createOwnMemory,
  createSparseKernels,
  type PlacedRecurrent,
  type PlacedWeights,
  type RecurrentWeights,
  type SparseWeights,
  type WasmKernels,
} from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs-core';
import type { TensorStore } from '../../internals/tensor-store.js';
import { isFiniteTensor } from './finite-tensors.js';

/** A tensor that is read where products are made. */
export interface Lent {
  /** In bytes. */
  readonly at: number;
  giveBack(): void;
}

/** A tensor to be, written where products are made. */
export interface Made {
  /** In bytes. */
  readonly at: number;
  /** In floats. */
  readonly length: number;
  finish(): tf.TensorInfo;
  cancel(): void;
}

/**
 * A WebAssembly memory, in which packed weights are multiplied: that of the tensors, or one that they are copied to and from.
 * What is multiplied has to be finite. If not, tfjs is to do so: what it makes of NaN hangs on its kernel.
 */
export interface Machine extends Pick<WasmKernels, 'activate'> {
  readonly memory: WebAssembly.Memory;
  /** All of it as floats; good until something is allocated. */
  floats(): Float32Array;
  /** Bytes of it, or 0 where there are none. */
  allocate(bytes: number): number;
  release(pointer: number): void;
  /** Weights in the memory, put there once; `undefined` where there is no room. */
  place(weights: SparseWeights): PlacedWeights | undefined;
  placeRecurrent(weights: RecurrentWeights): PlacedRecurrent | undefined;
  forget(weights: SparseWeights | RecurrentWeights): void;
  lend(tensor: tf.TensorInfo): Lent | undefined;
  /** As `lend`, of a weight; `undefined` too where it is not finite. */
  lendWeight(tensor: tf.TensorInfo): Lent | undefined;
  make(shape: number[]): Made | undefined;
  close(): void;
}

/** The machine for tensors of a store; `undefined` where there is no WASM SIMD. */
export function createMachine(store: TensorStore): Machine | undefined {
  const { memory, allocate, release } = store.heap ?? createOwnMemory();
  const owner = { memory, allocate, release };
  const kernels = createSparseKernels(owner);
  if (kernels === undefined) return undefined;
  const base = baseMachine(kernels, owner);
  const machine = store.heap === undefined ? ownMachine(store, base) : sharedMachine(store.heap, base);
  return {
    ...machine,
    lendWeight: (tensor) => (isFiniteTensor(store, tensor) ? machine.lend(tensor) : undefined),
  };
}

type Base = Omit<Machine, 'lend' | 'lendWeight' | 'make'>;

function sharedMachine(heap: NonNullable<TensorStore['heap']>, base: Base): Omit<Machine, 'lendWeight'> {
  return {
    ...base,
    lend: (tensor) => ({ at: heap.offset(tensor), giveBack() {} }),
    make(shape) {
      const tensor = heap.reserve(shape);
      return {
        at: heap.offset(tensor),
        length: lengthOf(shape),
        finish: () => tensor,
        cancel: () => heap.discard(tensor),
      };
    },
  };
}

function ownMachine(store: TensorStore, base: Base): Omit<Machine, 'lendWeight'> {
  const { memory, allocate, release } = base;
  return {
    ...base,
    lend(tensor) {
      const values = store.values(tensor);
      const at = allocate(values.byteLength);
      if (at === 0) return undefined;
      base.floats().set(values, at / 4);
      return { at, giveBack: () => release(at) };
    },
    make(shape) {
      const length = lengthOf(shape);
      const at = allocate(4 * length);
      if (at === 0) return undefined;
      return {
        at,
        length,
        finish() {
          const values = new Float32Array(memory.buffer, at, length).slice();
          release(at);
          return store.create(values, shape);
        },
        cancel: () => release(at),
      };
    },
  };
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((size, edge) => size * edge, 1);

function baseMachine(
  kernels: WasmKernels,
  { memory, allocate, release }: Pick<Machine, 'memory' | 'allocate' | 'release'>,
): Base {
  const places = new Map<object, { release(): void }>();
  let floats = new Float32Array(memory.buffer);

  /** What was placed before, or what places it now. */
  function once<Placed extends { release(): void }>(
    weights: object,
    place: () => Placed | undefined,
  ): Placed | undefined {
    const before = places.get(weights) as Placed | undefined;
    const placed = before ?? place();
    if (placed !== undefined) places.set(weights, placed);
    return placed;
  }

  return {
    memory,
    floats() {
      // Views are dear to make, and have no length once the memory has grown.
      if (floats.length === 0) floats = new Float32Array(memory.buffer);
      return floats;
    },
    allocate,
    release,
    activate: kernels.activate,
    place: (weights) => once(weights, () => kernels.place(weights)),
    placeRecurrent: (weights) => once(weights, () => kernels.placeRecurrent(weights)),
    forget(weights) {
      places.get(weights)?.release();
      places.delete(weights);
    },
    close() {
      places.clear();
      kernels.release();
    },
  };
}
