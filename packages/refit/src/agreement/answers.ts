/** Elements of an answer: floats, whole numbers, truths as 0 and 1, or texts. */
export type AnswerData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[];

/**
 * One output of a model: its elements, row-major, and their shape. Floats come as `Float32Array` or `Float64Array`
 * (half precision widened); every other type is whole numbers, of which nothing but equality counts.
 */
export interface Answer {
  readonly data: AnswerData;
  readonly dims: readonly number[];
}

/** What a model answers: its outputs by name. */
export type Answers = Readonly<Record<string, Answer>>;

/**
 * What an output holds, and so what agreeing is:
 *
 * | kind | what the answers before are | agreement |
 * |---|---|---|
 * | `classes` | distributions (from 0 on, sum 1) along the last axis, or named by the caller | the share of positions whose largest entry is at the same place |
 * | `probabilities` | other numbers in [0, 1], some of them above 0.5 | Dice overlap of what is above 0.5: 2·both / (before + after) |
 * | `values` | other floats | explained variance, `1 − Σ(b − a)² / Σ(a − mean a)²`, not below 0 |
 * | `labels` | whole numbers, truths, texts | the share that is equal |
 */
export type AnswerKind = 'classes' | 'probabilities' | 'values' | 'labels';

/** Whether an answer is of floats. */
export function isFloats(data: AnswerData): data is Float32Array | Float64Array {
  return data instanceof Float32Array || data instanceof Float64Array;
}
