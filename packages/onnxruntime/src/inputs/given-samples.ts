import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { Tensor } from 'onnxruntime-common';
import { type BatchTensors, shapesOf, toTensor } from '../batch/batch.js';
import { ownTensors } from '../batch/own-tensors.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { ModelInput } from './model-inputs.js';

/**
 * Inputs of a model, a sample (or batch) each: what one run is fed, by the model's names. A function is called for them
 * once.
 */
export type ModelSamples =
  | Iterable<BatchTensors>
  | AsyncIterable<BatchTensors>
  | (() => Awaitable<Iterable<BatchTensors> | AsyncIterable<BatchTensors>>);

type Awaitable<Value> = Value | Promise<Value>;

/** A sample as the runtime takes it, by the model's names. */
export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * All samples, checked before anything runs: names, shapes, types, and that no number is NaN.
 *
 * @param most samples that are taken at most; the rest is not asked for
 * @throws TypeError | RangeError naming the sample, the input and what does not fit
 */
export async function readSamples(
  ort: OnnxRuntime,
  caller: string,
  inputs: ModelSamples,
  declared: readonly ModelInput[],
  most: number = Number.POSITIVE_INFINITY,
): Promise<Feeds[]> {
  const given: unknown = typeof inputs === 'function' ? await inputs() : inputs;
  if (!isIterable(given)) {
    throw new TypeError(
      `${caller} needs inputs to be an array of samples, an iterable or a function that gives one, got ${describe(given)}`,
    );
  }
  const samples: Feeds[] = [];
  for await (const sample of given) {
    if (samples.length >= most) break;
    samples.push(readSample(ort, `${caller}: sample ${samples.length}`, sample, declared));
  }
  if (samples.length === 0) throw new RangeError(`${caller} needs at least one sample in inputs, got none`);
  return samples;
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  // One sample in place of a list of them is not iterable; one tensor in place of a sample is.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function readSample(
  ort: OnnxRuntime,
  place: string,
  sample: unknown,
  declared: readonly ModelInput[],
): Feeds {
  if (!isRecord(sample)) {
    throw new TypeError(`${place} is an object of tensors by the model's names, got ${describe(sample)}`);
  }
  // What gives samples may fill the same arrays again for the next one.
  const tensors = ownTensors(sample as BatchTensors);
  try {
    const shapes = shapesOf(tensors, declared);
    return Object.fromEntries(
      declared.map(({ name, type }) => {
        const tensor = toTensor(ort, `input ${quote(name)}`, tensors[name]!, {
          shape: shapes[name]!,
          dtype: type,
        });
        requireNumbers(name, tensor);
        return [name, tensor];
      }),
    );
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${place}: ${error.message}`, { cause: error });
    if (error instanceof TypeError) throw new TypeError(`${place}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** @throws RangeError where a number is NaN; infinity is let through, since masks are made of it */
function requireNumbers(name: string, tensor: Tensor): void {
  if (tensor.location !== 'cpu') return;
  const at = indexOfNaN(tensor.type, tensor.data);
  if (at >= 0) throw new RangeError(`input ${quote(name)} needs numbers, got NaN at element ${at}`);
}

function indexOfNaN(type: string, data: Tensor['data']): number {
  if (type === 'float32' || type === 'float64') {
    return (data as Float32Array).findIndex(Number.isNaN);
  }
  // An exponent of ones and a mantissa that is not zero.
  return type === 'float16' && data instanceof Uint16Array
    ? data.findIndex((bits) => (bits & 0x7fff) > 0x7c00)
    : -1;
}
