import { didYouMean, elementsOf, isRecord, listNames, quote } from '@synaprune/core/checks';
import { type ElementArray, elementArrayOf } from '@synaprune/onnx/graph';
import type { StepInput } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import type { OnnxRuntime } from '../runtime/runtime.js';
import { requireWithin } from './targets.js';
import { widened } from './widened.js';

/** The elements of a tensor in main memory. */
export type BatchData = ElementArray;

/**
 * A tensor of a batch: elements with their shape, a tensor of the runtime, or bare elements where the model
 * leaves one dimension open at most.
 */
export type BatchTensor = BatchData | { readonly data: BatchData; readonly dims: readonly number[] } | Tensor;

/** What a step, an evaluation or a prediction is given, by the model's names. */
export type BatchTensors = Readonly<Record<string, BatchTensor>>;

/** An input of the model: `null` is a dimension that it leaves open, or the shape as a whole. */
export interface DeclaredInput {
  readonly name: string;
  readonly dims: readonly (number | null)[] | null;
}

/** The shapes of a batch. @throws TypeError | RangeError naming the input that does not fit */
export function shapesOf(
  inputs: BatchTensors,
  declared: readonly DeclaredInput[],
  what = 'inputs',
): Record<string, readonly number[]> {
  requireNames(what, inputs, declared);
  return Object.fromEntries(declared.map((one) => [one.name, shapeOf(one, inputs[one.name]!)]));
}

function shapeOf({ name, dims }: DeclaredInput, tensor: BatchTensor): readonly number[] {
  const place = `input ${quote(name)}`;
  if (dims === null) {
    if (!isBare(tensor)) return requireShaped(place, tensor).dims;
    throw new TypeError(
      `${place} may have any shape: give { data, dims }, got ${tensor.length} bare elements`,
    );
  }
  const declared = `[${dims.map((size) => size ?? '?').join(', ')}]`;
  if (isBare(tensor)) {
    const open = dims.filter((size) => size === null).length;
    const known = elementsOf(dims.map((size) => size ?? 1));
    const size = tensor.length / known;
    if (open > 1) {
      throw new TypeError(`${place} has the shape ${declared}: give { data, dims }, several are open`);
    }
    if (open === 0 ? size !== 1 : !Number.isInteger(size) || size < 1) {
      const way = Number.isInteger(size) ? wayOut(dims[0]) : '';
      throw new RangeError(`${place} has the shape ${declared}, got ${tensor.length} elements${way}`);
    }
    return dims.map((one) => one ?? size);
  }
  const shape = requireShaped(place, tensor).dims;
  if (shape.length !== dims.length || shape.some((size, i) => (dims[i] ?? size) !== size)) {
    const alike =
      shape.length === dims.length && shape.every((size, i) => i === 0 || (dims[i] ?? size) === size);
    const way = alike ? wayOut(dims[0]) : '';
    throw new RangeError(`${place} has the shape ${declared}, got [${shape.join(', ')}]${way}`);
  }
  return shape;
}

/** What to do where only the batch is another than that of the model. */
function wayOut(batch: number | null | undefined): string {
  if (typeof batch !== 'number') return '';
  const grown = batch === 1 ? ', or say how many a batch has (batch)' : '';
  return `: the exporter wrote a batch of ${batch} into the model; export it with a dynamic first axis${grown}, or give batches of ${batch}`;
}

function withArticle(name: string | undefined): string {
  return `${/^[AEIO]/.test(String(name)) ? 'an' : 'a'} ${name}`;
}

/** What errors call a tensor of a part of a batch. */
const ROLES = { inputs: 'input', targets: 'target', sampleWeights: 'sample weights' } as const;

/**
 * A batch for a model of which a step may read only a part: an input that only predictions read may be given or left
 * out.
 *
 * @param reads what a step reads
 * @returns the batch without what no step reads, and the inputs that it has to have or has
 */
export function splitInputs(
  inputs: BatchTensors,
  declared: readonly DeclaredInput[],
  reads: ReadonlySet<string>,
): { readonly all: BatchTensors; readonly known: readonly DeclaredInput[] } {
  const unread = new Set(declared.flatMap(({ name }) => (reads.has(name) ? [] : [name])));
  // What is no batch at all is refused where its shapes are read.
  if (unread.size === 0 || !isRecord(inputs)) return { all: inputs, known: declared };
  return {
    all: Object.fromEntries(Object.entries(inputs).filter(([name]) => !unread.has(name))),
    known: declared.filter(({ name }) => !unread.has(name) || inputs[name] !== undefined),
  };
}

/**
 * Feeds of a run from a batch, each checked against what the step says.
 *
 * @param hint what to add where a tensor has another type or shape
 */
export function feedsOf(
  ort: OnnxRuntime,
  what: keyof typeof ROLES,
  tensors: BatchTensors,
  expected: readonly StepInput[],
  hint = '',
): Record<string, Tensor> {
  const role = ROLES[what];
  if (
    what === 'sampleWeights' &&
    expected.length === 0 &&
    isRecord(tensors) &&
    Object.keys(tensors).length > 0
  ) {
    throw new TypeError(
      `sampleWeights needs the loss to have sampleWeights: true, as { kind: 'mse', sampleWeights: true } has; got ${listNames(Object.keys(tensors))}`,
    );
  }
  requireNames(
    what,
    tensors,
    expected.map(({ modelName }) => ({ name: modelName })),
  );
  return Object.fromEntries(
    expected.map(({ name, modelName, shape, dtype, modelType, limits, ignored }) => {
      const place = `${role} ${quote(modelName)}`;
      const tensor = toTensor(ort, place, tensors[modelName]!, { shape, dtype, modelType, hint });
      if (limits !== undefined) requireWithin(place, tensor, limits, ignored);
      return [name, tensor];
    }),
  );
}

/** One tensor of a batch as the runtime takes it. @throws TypeError | RangeError when it does not fit */
export function toTensor(
  ort: OnnxRuntime,
  place: string,
  tensor: BatchTensor,
  {
    shape,
    dtype,
    modelType,
    hint = '',
  }: {
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly modelType?: string | undefined;
    readonly hint?: string;
  },
): Tensor {
  const { data: given, dims } = isBare(tensor) ? { data: tensor, dims: shape } : requireShaped(place, tensor);
  const data = modelType === undefined || given === undefined ? given : widened(given, modelType);
  if (String(dims) !== String(shape)) {
    throw new RangeError(`${place} needs the shape [${shape.join(', ')}], got [${dims.join(', ')}]${hint}`);
  }
  if (data === undefined) {
    // A tensor on a device.
    const { type } = tensor as Tensor;
    if (type !== dtype) throw new TypeError(`${place} needs ${dtype}, got ${type}${hint}`);
    return tensor as Tensor;
  }
  const needed = elementArrayOf(dtype);
  if (needed === undefined || !(data instanceof needed)) {
    const way =
      dtype === 'int64' && !(data instanceof Float32Array) ? ': BigInt64Array.from(labels, BigInt)' : '';
    throw new TypeError(
      `${place} needs ${dtype} in a ${needed?.name}, got ${withArticle(data.constructor?.name)}${way}${hint}`,
    );
  }
  if (data.length !== elementsOf(shape)) {
    throw new RangeError(
      `${place} needs ${elementsOf(shape)} elements for the shape [${shape.join(', ')}], got ${data.length}${hint}`,
    );
  }
  return new ort.Tensor(dtype as 'float32', data as Float32Array, [...shape]);
}

function isBare(tensor: BatchTensor): tensor is BatchData {
  return ArrayBuffer.isView(tensor);
}

function requireShaped(
  place: string,
  tensor: Exclude<BatchTensor, BatchData>,
): { readonly data: BatchData | undefined; readonly dims: readonly number[] } {
  const { dims } = tensor ?? {};
  if (!Array.isArray(dims) || !dims.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new TypeError(`${place} needs a typed array, { data, dims } or a tensor of the runtime`);
  }
  // The data of a tensor on a device throws when it is looked at.
  if ('location' in tensor && tensor.location !== 'cpu') return { data: undefined, dims };
  const { data } = tensor as { readonly data: BatchData };
  if (!ArrayBuffer.isView(data)) throw new TypeError(`${place} needs its data in a typed array`);
  return { data, dims };
}

function requireNames(
  what: string,
  given: unknown,
  needed: readonly { readonly name: string }[],
): asserts given is BatchTensors {
  const names = needed.map(({ name }) => name);
  const list = names.map((name) => JSON.stringify(name)).join(', ') || 'nothing';
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) {
    throw new TypeError(`${what} is an object of tensors by name, with ${list}`);
  }
  const missing = names.find((name) => (given as BatchTensors)[name] === undefined);
  const extra = Object.keys(given).find((name) => !names.includes(name));
  const near = didYouMean(extra, names);
  if (missing !== undefined) {
    const got = Object.keys(given).length === 0 ? 'nothing' : listNames(Object.keys(given));
    throw new TypeError(`${what} needs ${list}; ${JSON.stringify(missing)} is missing, got ${got}${near}`);
  }
  if (extra !== undefined) throw new TypeError(`${what} needs ${list}; got ${quote(extra)} too${near}`);
}
