import { describe, isRecord, listNames, quote } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';

/** Tensors that a model is fed at once, samples along the first axis: of its only input, or by the names of its inputs. */
export type ModelBatch = tf.Tensor | Readonly<Record<string, tf.Tensor>>;

/** Inputs of a model: one batch, several, or a function that gives them. They stay the caller's to dispose of. */
export type ModelInputs = ModelBatch | BatchList | (() => BatchList | Promise<BatchList>);

type BatchList = Iterable<ModelBatch> | AsyncIterable<ModelBatch>;

/** An input of a model: a length that it leaves open is `null`. */
export interface ModelInput {
  readonly name: string;
  readonly shape: readonly (number | null)[] | undefined;
  readonly dtype: string;
}

/** The tensors of a batch, in the order of the model's inputs. */
export type BatchTensors = readonly tf.Tensor[];

/**
 * All batches of what was given as inputs.
 *
 * @param most samples that are asked for at most
 * @throws TypeError | RangeError that names the batch, the input and what does not fit
 */
export async function readBatches(
  caller: string,
  declared: readonly ModelInput[],
  inputs: ModelInputs,
  most: number = Number.POSITIVE_INFINITY,
): Promise<BatchTensors[]> {
  const given: unknown = typeof inputs === 'function' ? await inputs() : inputs;
  const list: unknown = isTensor(given) || (isRecord(given) && !isIterable(given)) ? [given] : given;
  if (!isIterable(list)) {
    throw new TypeError(
      `${caller} needs inputs to be a tensor, tensors by the names of the model's inputs, a list of such batches or a ` +
        `function that gives one, got ${describe(given)}`,
    );
  }
  const batches: BatchTensors[] = [];
  let samples = 0;
  for await (const batch of list) {
    if (samples >= most) break;
    const tensors = await readBatch(`${caller}: batch ${batches.length} of inputs`, declared, batch);
    batches.push(tensors);
    samples += tensors[0]!.shape[0]!;
  }
  if (batches.length === 0) throw new RangeError(`${caller} needs at least one sample in inputs, got none`);
  return batches;
}

async function readBatch(
  place: string,
  declared: readonly ModelInput[],
  batch: unknown,
): Promise<BatchTensors> {
  const tensors = alignBatch(place, declared, batch);
  for (const [i, tensor] of tensors.entries()) {
    if (tensor.dtype !== 'float32') continue;
    const at = (await tensor.data()).findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
      throw new RangeError(
        `${place}: input ${quote(declared[i]!.name)} needs finite numbers, got ${(await tensor.data())[at]} at element ${at}`,
      );
  }
  return tensors;
}

/**
 * The tensors of one batch, in the order of the model's inputs; their numbers are not looked at.
 *
 * @throws TypeError | RangeError that names the input and what does not fit
 */
export function alignBatch(place: string, declared: readonly ModelInput[], batch: unknown): BatchTensors {
  const tensors = tensorsOf(place, declared, batch);
  const [first] = tensors;
  for (const [i, tensor] of tensors.entries()) {
    const input = `${place}: input ${quote(declared[i]!.name)}`;
    requireFits(input, declared[i]!, tensor);
    if (tensor.shape[0] === first!.shape[0]) continue;
    throw new RangeError(
      `${input} needs as many samples as the first input, ${first!.shape[0]}, got ${tensor.shape[0]}`,
    );
  }
  return tensors;
}

function tensorsOf(place: string, declared: readonly ModelInput[], batch: unknown): tf.Tensor[] {
  const names = declared.map(({ name }) => name);
  if (isTensor(batch)) {
    if (names.length === 1) return [batch];
    throw new TypeError(`${place} needs a tensor for each of ${listNames(names)}, by name; got one tensor`);
  }
  if (!isRecord(batch)) {
    throw new TypeError(
      `${place} needs to be a tensor, or tensors by the names ${listNames(names)}, got ${describe(batch)}`,
    );
  }
  const unknown = Object.keys(batch).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${place}: the model has no input ${quote(unknown)}; it has ${listNames(names)}`);
  }
  return names.map((name) => {
    const tensor = batch[name];
    if (isTensor(tensor)) return tensor;
    throw new TypeError(`${place} needs a tensor for ${quote(name)}, got ${describe(tensor)}`);
  });
}

function requireFits(input: string, { shape, dtype }: ModelInput, tensor: tf.Tensor): void {
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') {
    throw new TypeError(`${input} needs numbers of type ${dtype}, got ${tensor.dtype}`);
  }
  if (shape === undefined) return;
  const fits =
    shape.length === tensor.rank && shape.every((edge, i) => edge === null || edge === tensor.shape[i]);
  if (fits && tensor.size > 0) return;
  const needed = shape.map((edge) => edge ?? 'any').join(', ');
  throw new RangeError(`${input} needs the shape [${needed}], got [${tensor.shape.join(', ')}]`);
}

/* By what it can do: another copy of tfjs has other classes. */
function isTensor(value: unknown): value is tf.Tensor {
  if (typeof value !== 'object' || value === null) return false;
  const { dataId, shape, dtype } = value as Partial<tf.Tensor>;
  return dataId !== undefined && Array.isArray(shape) && typeof dtype === 'string';
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}
