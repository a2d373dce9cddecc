import type { Table } from '../format/decode.js';
import { numberOf, tablesOf } from '../format/fields.js';
import type { Draft } from '../model/draft.js';
import { bytesOf } from '../model/element-type.js';
import type { Model, Tensor } from '../model/model.js';
import type { Assigned } from '../roles/assign-roles.js';
import { toCsr } from './to-csr.js';

/** A weight whose filter could be stored sparse, or why not. */
export function whyDense(model: Model, { tensors, tensor, uses, kernel }: Assigned): string | undefined {
  if (!kernel) return 'no kernel';
  if (tensor.type !== 'float32' && tensor.type !== 'float16')
    return `of type ${tensor.type}: only floats are stored sparse`;
  if (tensor.data === undefined || tensor.sparse) return 'stored sparse already';
  const other = uses.find(({ op }) => op !== 'CONV_2D' && op !== 'FULLY_CONNECTED');
  if (other !== undefined) return `filters of ${other.op} are not stored sparse`;
  const { shape } = tensor;
  if (uses.some(({ input }) => input !== 1))
    return 'what stands on the left of a product is not stored sparse';
  if (shape.length === 4 && (shape[1] !== 1 || shape[2] !== 1)) {
    return `${shape[1]}×${shape[2]} filters are not stored sparse: 1×1 ones are`;
  }
  if (shape.length !== 4 && shape.length !== 2)
    return 'filters of other than two or four axes are not stored sparse';
  if (tensors.some((each) => isTaken(model, each))) return 'an output of its subgraph';
  return undefined;
}

/** Whether something else than operators takes a tensor. */
function isTaken({ graphs }: Model, tensor: Tensor): boolean {
  return graphs.some(
    ({ tensors, outputs }) => tensors[tensor.index] === tensor && outputs.includes(tensor.index),
  );
}

/** What storing a filter sparse did. */
export interface StoredSparse {
  readonly name: string;
  /** Bytes of values and of where they stand. */
  readonly sizeBytes: number;
}

/**
 * Stores a filter as its values that are not zero and where they stand, behind a `DENSIFY`, where that takes fewer bytes.
 *
 * @returns undefined where it takes more
 */
export function storeSparse(draft: Draft, model: Model, { tensor, tensors }: Assigned): number | undefined {
  const { data, shape, type, elements } = tensor;
  if (data === undefined || elements === 0) return undefined;
  const { sparsity, values } = toCsr(shape, data, type === 'float16' ? 2 : 4);
  const sizeBytes = values.length + indexBytes(sparsity);
  if (sizeBytes >= (bytesOf(type, elements) ?? 0)) return undefined;
  for (const graph of model.graphs) {
    const own = draft.graphs[graph.index]!;
    for (const dense of graph.tensors) {
      if (!tensors.includes(dense)) continue;
      const buffer = numberOf(dense.table, 'buffer');
      const stored = own.addTensor({ name: `${dense.name}/sparse`, shape, type, more: { sparsity, buffer } });
      draft.changeBuffer(buffer, values);
      own.changeTensor(dense.index, { buffer: 0 });
      const first = graph.operators.findIndex(({ inputs }) => inputs.includes(dense.index));
      own.insertBefore(Math.max(0, first), {
        op: 'DENSIFY',
        version: 1,
        inputs: [stored],
        outputs: [dense.index],
        options: 'DensifyOptions',
      });
    }
  }
  return sizeBytes;
}

function indexBytes(sparsity: Table): number {
  const vectors = tablesOf(sparsity, 'dimensions').flatMap(({ segments, indices }) => [segments, indices]);
  return vectors.reduce<number>((sum, vector) => {
    const values =
      typeof vector === 'object' && !ArrayBuffer.isView(vector) && !Array.isArray(vector)
        ? (vector as Table).values
        : undefined;
    return sum + (ArrayBuffer.isView(values) ? values.byteLength : 0);
  }, 0);
}
