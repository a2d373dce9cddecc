import type { SparseWeights } from '../pack/sparse-weights.js';
import { CELL_ACTIVATIONS } from '../recurrent/activations.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import type { Allocator } from './own-memory.js';

/** Something that is packed, in a memory. */
export interface Places {
  /** Where the loops find it: at a `Weights` or a `Layer` of assembly/weights.ts. */
  readonly at: number;
  /** Whether it is there no more. */
  isReleased(): boolean;
  release(): void;
}

type Bytes = Uint32Array | Uint16Array | Float32Array;

/** Copies packed weights into a memory, or `undefined` where there is no room. */
export function placeWeights(weights: SparseWeights, allocator: Allocator): Places | undefined {
  const { shape, kernel, block, order, lengths, lanes, columns, values } = weights;
  // Where each unit stands in the order: the inverse of it.
  const places = new Uint32Array(order.length);
  for (const [place, unit] of order.entries()) places[unit] = place;
  // With 0 for the units that the last slice lacks.
  const whole = new Uint32Array(Math.ceil(lengths.length / lanes) * lanes);
  whole.set(lengths);
  const columnBytes = kernel === 'dense' ? 0 : columns.BYTES_PER_ELEMENT;
  const fields = [Math.log2(block), columnBytes, shape[0], shape[1]];
  return write(allocator, [places, whole, columns, values], (offsets) => [...fields, ...offsets]);
}

/** The same of a recurrent layer, with all that it is made of. */
export function placeLayer(weights: RecurrentWeights, allocator: Allocator): Places | undefined {
  const { cell, units, activation, recurrentActivation, resetAfter, kernel, recurrent } = weights;
  const parts: Places[] = [];
  const release = (): void => {
    for (const part of parts) part.release();
  };
  for (const part of [kernel, ...recurrent]) {
    const placed = placeWeights(part, allocator);
    if (placed === undefined) {
      release();
      return undefined;
    }
    parts.push(placed);
  }
  const numbers = [activation, recurrentActivation].map((name) => CELL_ACTIVATIONS.indexOf(name));
  const kind = resetAfter ? 3 : ['rnn', 'lstm', 'gru'].indexOf(cell);
  const [inputs, state, candidate = 0] = parts.map(({ at }) => at) as [number, number, number?];
  const { bias, candidateBias = new Float32Array(0) } = weights;
  const own = write(allocator, [bias, candidateBias], ([first, second]) => [
    ...[kind, units, ...numbers, inputs, state, candidate],
    ...[first!, resetAfter ? second! : 0],
  ]);
  if (own === undefined) {
    release();
    return undefined;
  }
  return {
    ...own,
    release() {
      own.release();
      release();
    },
  };
}

/** Writes arrays behind fields of 32 bits, which tell where they are; each at a multiple of 16. */
function write(
  { memory, allocate, release }: Allocator,
  arrays: readonly Bytes[],
  fieldsOf: (offsets: readonly number[]) => readonly number[],
): Places | undefined {
  const whole = (bytes: number): number => Math.ceil(bytes / 16) * 16;
  const offsets: number[] = [];
  let bytes = whole(4 * fieldsOf(arrays.map(() => 0)).length);
  for (const { byteLength } of arrays) {
    offsets.push(bytes);
    bytes += whole(byteLength);
  }
  const at = allocate(bytes);
  if (at === 0) return undefined;
  const heap = new Uint8Array(memory.buffer);
  for (const [i, { buffer, byteOffset, byteLength }] of arrays.entries()) {
    heap.set(new Uint8Array(buffer, byteOffset, byteLength), at + offsets[i]!);
  }
  const fields = fieldsOf(offsets.map((offset) => at + offset));
  new Uint32Array(memory.buffer, at, fields.length).set(fields);
  let released = false;
  return {
    at,
    isReleased: () => released,
    release() {
      if (released) return;
      released = true;
      release(at);
    },
  };
}
