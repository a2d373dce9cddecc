import { PruneError } from '@synaprune/core';
import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import { elementArrayOf } from '@synaprune/onnx/graph';
import type { BatchData, BatchTensors, ModelInput } from '@synaprune/onnxruntime';
import type { InputArray } from './array.js';

/** What the first axis of an input is called where it counts steps in time: `n_samples` is how many inputs there are. */
const IN_TIME = /seq|len|time|frame|step|token|word|pos/i;

/**
 * Arrays of a file as samples of the model. An array with more rows along the first axis than the model takes at once is
 * as many samples; one without that axis is one. All arrays that are divided have the same number of samples; the others
 * go with each.
 *
 * @param place the file, for messages
 * @throws PruneError `bad-inputs` when names, shapes, types or numbers do not fit
 */
export function samplesOf(
  arrays: Readonly<Record<string, InputArray>>,
  declared: readonly ModelInput[],
  place: string,
): BatchTensors[] {
  const refuse = (why: string) => new PruneError('bad-inputs', `${quote(place, 500)}: ${why}`);
  const names = declared.map(({ name }) => name);
  const missing = names.find((name) => arrays[name] === undefined);
  const extra = Object.keys(arrays).find((name) => !names.includes(name));
  if (missing !== undefined || extra !== undefined) {
    throw refuse(`the model takes ${listNames(names)}, got ${listNames(Object.keys(arrays))}`);
  }
  const parts = declared.map((input) => {
    const array = arrays[input.name]!;
    return { input, ...divide(input, array, refuse), data: convert(input, array, refuse) };
  });
  const counts = [...new Set(parts.map(({ count }) => count).filter((count) => count > 1))];
  if (counts.length > 1)
    throw refuse(`its arrays have ${counts.join(' and ')} samples: needed is one number`);
  return Array.from({ length: counts[0] ?? 1 }, (_, sample) =>
    Object.fromEntries(
      parts.map(({ input, count, dims, data }) => {
        const size = elementsOf(dims);
        const from = count === 1 ? 0 : sample * size;
        return [input.name, { data: data.slice(from, from + size), dims }];
      }),
    ),
  );
}

type Refuse = (why: string) => PruneError;

/** How many samples an array is, and the shape of each. */
function divide({ name, dims, names }: ModelInput, { dims: got }: InputArray, refuse: Refuse) {
  if (dims === null) return { count: 1, dims: got };
  const fits = (sizes: readonly number[], from: number) =>
    sizes.length === dims.length - from && sizes.every((size, i) => (dims[from + i] ?? size) === size);
  const [first] = dims;
  const rest = got.slice(1);
  if (dims.length > 1 && (first === null || first === 1) && fits(got, 1))
    return { count: 1, dims: [1, ...got] };
  const inTime = first === null && (dims.length === 1 || IN_TIME.test(names[0] ?? ''));
  const each = first ?? (inTime ? got[0]! : 1);
  if (dims.length > 0 && got.length === dims.length && fits(rest, 1) && got[0]! > 0 && got[0]! % each === 0) {
    return { count: got[0]! / each, dims: [each, ...rest] };
  }
  if (fits(got, 0) && !got.includes(0)) return { count: 1, dims: got };
  const shape = dims.map((size, i) => size ?? names[i] ?? '?').join(', ');
  throw refuse(`the model takes ${quote(name)} in the shape [${shape}], got [${got.join(', ')}]`);
}

/** The elements in the model's type. */
function convert({ name, type }: ModelInput, { data }: InputArray, refuse: Refuse): BatchData {
  // Half precision lies in arrays by its bits, which nobody writes into files of inputs.
  const Needed = type === 'float16' ? undefined : elementArrayOf(type);
  if (Needed === undefined) {
    throw refuse(`the model takes ${quote(name)} as ${type}, which files of inputs cannot give`);
  }
  const nan = data.findIndex((value: number | bigint) => Number.isNaN(value));
  if (nan >= 0) throw refuse(`element ${nan} of ${quote(name)} is NaN: needed are numbers`);
  if (data instanceof Needed && type !== 'bool') return data;
  const converted = new Needed(data.length);
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i]!;
    if (converted instanceof BigInt64Array || converted instanceof BigUint64Array) {
      const whole = typeof value === 'bigint' || Number.isInteger(value);
      if (!whole) throw refuse(`element ${i} of ${quote(name)} is ${value}: the model takes ${type}`);
      converted[i] = BigInt(value);
    } else converted[i] = Number(value);
    const exact =
      type === 'float32' || type === 'float64'
        ? Number.isFinite(converted[i]) || !Number.isFinite(Number(value))
        : BigInt(converted[i]!) === asBigInt(value);
    if (!exact || (type === 'bool' && Number(value) > 1)) {
      throw refuse(`element ${i} of ${quote(name)} is ${value}: the model takes ${type}`);
    }
  }
  return converted;
}

/** A whole number, exactly; anything else is none that an integer could be. */
function asBigInt(value: number | bigint): bigint | undefined {
  return typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value) : undefined;
}
