import type { Table } from '../format/decode.js';

/** A dense tensor as its last axis is stored sparse: what the file says of it, and the values that are left. */
export interface Csr {
  readonly sparsity: Table;
  /** The bytes of the values that are not zero, in their order. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/** Whole numbers in as few bits as hold them, and the number of the kind in the schema. */
const KINDS = [
  { kind: 3, most: 0xff, from: (list: readonly number[]) => Uint8Array.from(list) },
  { kind: 2, most: 0xffff, from: (list: readonly number[]) => Uint16Array.from(list) },
  { kind: 1, most: 0x7fffffff, from: (list: readonly number[]) => Int32Array.from(list) },
] as const;

/**
 * A tensor with all axes but the last dense: for each row of it, which columns are not zero. −0 is left out too.
 *
 * @param shape of one axis or more, without an edge of 0
 * @param data its elements, of 2 or 4 bytes each
 */
export function toCsr(shape: readonly number[], data: Uint8Array, bytesPerElement: 2 | 4): Csr {
  const columns = shape.at(-1)!;
  const rows = data.length / bytesPerElement / columns;
  const own = Uint8Array.from(data).buffer;
  const bits = bytesPerElement === 2 ? new Uint16Array(own) : new Uint32Array(own);
  const magnitude = bytesPerElement === 2 ? 0x7fff : 0x7fffffff;
  const segments = [0];
  const indices: number[] = [];
  const kept: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = bits[row * columns + column]!;
      if ((value & magnitude) === 0) continue;
      indices.push(column);
      kept.push(value);
    }
    segments.push(indices.length);
  }
  const values = bytesPerElement === 2 ? Uint16Array.from(kept) : Uint32Array.from(kept);
  const dense = shape.slice(0, -1).map((denseSize): Table => ({ format: 0, denseSize }));
  return {
    sparsity: {
      traversalOrder: Int32Array.from(shape, (_, axis) => axis),
      dimensions: [...dense, { format: 1, ...vector('segments', segments), ...vector('indices', indices) }],
    },
    values: new Uint8Array(values.buffer),
  };
}

/** A list as one of the schema's kinds of vectors. */
function vector(name: string, list: readonly number[]): Table {
  const most = list.reduce((largest, each) => Math.max(largest, each), 0);
  const { kind, from } = KINDS.find((each) => most <= each.most)!;
  return { [`${name}Type`]: kind, [name]: { values: from(list) } };
}
