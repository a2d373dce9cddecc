import { elementsOf } from '../checks/elements-of.js';
import { PruneError } from '../checks/errors.js';
import { requireThat, requireWholes } from '../checks/require.js';
import { fromBase64, toBase64 } from '../contract/packed-bits.js';

/** One thing that a score remembers of one weight: float32 values, row-major. */
export interface ScoreMemory {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * What a score remembers, as text: in the order of the weights, and for each in the order of the score's own names, the
 * rank, the edges and the values, four bytes each, little-endian, in base64. The same on every runtime, so that a run goes
 * on anywhere.
 *
 * @throws TypeError | RangeError unless each is a shape and as many float32 values
 *
 * @example
 * ```ts
 * import { packMemory, unpackMemory } from '@synaprune/core';
 *
 * const text = packMemory([{ shape: [2, 1], values: Float32Array.of(0.5, -1) }]);
 * console.log(text, unpackMemory(text, 1)[0]!.shape); // AgAAAAIAAAABAAAAAAAAPwAAgL8= [ 2, 1 ]
 * ```
 */
export function packMemory(memories: readonly ScoreMemory[]): string {
  const areMemories = Array.isArray(memories) && memories.every(isMemory);
  requireThat('packMemory', 'memories', memories, 'a list of { shape, values: Float32Array }', areMemories);
  for (const { shape, values } of memories) {
    requireWholes('packMemory', 'shape', shape);
    const needed = elementsOf(shape);
    // They would be read back as damage.
    if (values.length !== needed)
      throw new RangeError(`packMemory needs ${needed} values for [${shape}], got ${values.length}`);
  }
  const words = memories.reduce((sum, { shape, values }) => sum + 1 + shape.length + values.length, 0);
  const view = new DataView(new ArrayBuffer(4 * words));
  let at = 0;
  for (const { shape, values } of memories) {
    for (const word of [shape.length, ...shape]) {
      view.setUint32(at, word, true);
      at += 4;
    }
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return toBase64(new Uint8Array(view.buffer));
}

/**
 * What {@link packMemory} wrote.
 *
 * @param count how many there must be
 * @throws PruneError `state-corrupt` when it is anything else, whatever it is
 */
export function unpackMemory(text: string, count: number): ScoreMemory[] {
  const bytes = fromBase64(text);
  if (bytes === undefined || bytes.length % 4 !== 0) throw damaged('it is no base64 of whole numbers');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const room = (words: number): void => {
    if (!(4 * words <= bytes.length - at)) throw damaged(`it has ${bytes.length} bytes, and needs more`);
  };
  const word = (): number => {
    room(1);
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const memories = Array.from({ length: count }, (): ScoreMemory => {
    const rank = word();
    room(rank);
    const shape = Array.from({ length: rank }, word);
    const elements = elementsOf(shape);
    room(elements);
    const from = at;
    at += 4 * elements;
    return {
      shape,
      values: Float32Array.from({ length: elements }, (_, i) => view.getFloat32(from + 4 * i, true)),
    };
  });
  if (at < bytes.length) throw damaged(`it has ${bytes.length} bytes, and needs ${at}`);
  return memories;
}

function isMemory(one: Partial<ScoreMemory> | null | undefined): boolean {
  // By its name: it may be of another realm.
  return Array.isArray(one?.shape) && one.values?.[Symbol.toStringTag] === 'Float32Array';
}

function damaged(why: string): PruneError {
  return new PruneError('state-corrupt', `what a score remembers is damaged: ${why}`);
}
