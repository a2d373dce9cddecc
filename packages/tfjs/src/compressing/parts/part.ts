import type * as tf from '@tensorflow/tfjs-core';

/** A tensor in main memory. */
export interface HostTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A weight of a part: a `LayerVariable`, or a constant of a graph. */
export interface PartWeight {
  /** As it is saved. */
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
}

/** A matrix as it lies in a weight. Its rows make outputs, its features read inputs. */
export interface Block {
  /** Which of the part's weights: `kernel`, `recurrent_kernel`. */
  readonly role: string;
  readonly features: number;
  /** Where an element lies in the weight. */
  at(row: number, feature: number): number;
}

/** Matrices side by side, whose products with one sample are summed: what is refitted at once. */
export interface Product {
  readonly rows: number;
  /** The axis of its weights that rows lie along. */
  readonly rowAxis: number;
  /** Where its rows begin along that axis, if others lie before them. */
  readonly firstRow: number;
  readonly blocks: readonly Block[];
  /** Where a row's bias lies in the weight `bias`; absent where nothing is added. */
  readonly bias?: (row: number) => number;
}

/** What reads the present values of a part's weights. */
export type Reading = (role: string) => Float32Array;

/** A layer, or a cell of one, as products of weights with what it is fed. */
export interface Part {
  readonly name: string;
  readonly weights: ReadonlyMap<string, PartWeight>;
  /**
   * What is refitted, in turns: products of a later turn read what those of earlier ones give. A turn may come again, with
   * inputs that changed by what was written.
   */
  readonly turns: readonly (readonly Product[])[];
  /** Whether turns after the first are looked at by calling the layer again. */
  readonly recalled?: true;
  /** How many samples inputs of such shapes hold. */
  samples(inputs: readonly (readonly number[])[]): number;
  /**
   * The samples that each product of a turn is multiplied with, `[samples, features]` each.
   *
   * @param most how many samples at most, evenly strided
   */
  columns(turn: number, inputs: readonly HostTensor[], most: number, read: Reading): readonly Float32Array[];
}

/** What makes a part of a layer whose class is known. */
export interface PartSource {
  readonly name: string;
  readonly weights: ReadonlyMap<string, PartWeight>;
  /** Settings as the layer saves them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Shape of a weight, once built. */
export function shapeOf(weights: ReadonlyMap<string, PartWeight>, role: string): readonly number[] {
  return weights.get(role)!.shape.map(Number);
}

/** A matrix whose rows lie along the last axis of its weight, as kernels of tfjs mostly have them. */
export function lastAxisRows(role: string, features: number, rows: number): Block {
  return { role, features, at: (row, feature) => feature * rows + row };
}

/** Rows of a matrix, evenly strided where there are more than `most`. */
export function stridedRows(values: Float32Array, features: number, most: number): Float32Array {
  const rows = values.length / features;
  if (rows <= most) return values;
  const taken = new Float32Array(most * features);
  for (let i = 0; i < most; i += 1) {
    const from = Math.floor((i * rows) / most) * features;
    taken.set(values.subarray(from, from + features), i * features);
  }
  return taken;
}

/** A product of all rows of its weights, which lie along one axis of them. */
export function wholeProduct(
  rows: number,
  rowAxis: number,
  blocks: readonly Block[],
  weights: PartSource['weights'],
): Product {
  return { rows, rowAxis, firstRow: 0, blocks, ...(weights.has('bias') ? { bias: (row) => row } : {}) };
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, edge) => size * edge, 1);
}

/** A tensor of tfjs, read. */
export async function toHost(tensor: tf.Tensor): Promise<HostTensor> {
  const values = await tensor.data();
  return {
    shape: tensor.shape,
    values: values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>),
  };
}
