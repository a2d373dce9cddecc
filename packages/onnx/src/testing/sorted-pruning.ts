import { magnitudeOf } from '@synaprune/core';
import { codecOf } from '../elements/codec.js';
import { factsOf } from '../elements/element-type.js';

/** A weight as the oracle knows it. */
export interface KnownWeight {
  readonly type:
    | 'float32'
    | 'float16'
    | 'bfloat16'
    | 'float64'
    | 'int8'
    | 'uint8'
    | 'int16'
    | 'uint16'
    | 'int4';
  readonly shape: readonly [number, number];
  readonly data: Uint8Array;
  /** Of integers: one, or one for each edge of the axis. */
  readonly scales?: Float32Array;
  readonly zeroPoints?: readonly number[];
  readonly axis?: 0 | 1;
}

/**
 * What pruning makes of weights, by sorting every element of all of them: by magnitude, then by weight, then by index,
 * each element read by itself. An oracle that shares nothing with how they are pruned.
 *
 * @returns the bytes of each weight, and its zeros before and after
 */
export function pruneBySorting(
  weights: readonly KnownWeight[],
  sparsity: number,
): { readonly data: Uint8Array; readonly zeros: { readonly before: number; readonly after: number } }[] {
  const all = weights.flatMap((weight, w) =>
    Array.from({ length: elementsOf(weight) }, (_, i) => ({ w, i, magnitude: magnitudeAt(weight, i) })),
  );
  all.sort((a, b) => a.magnitude - b.magnitude || a.w - b.w || a.i - b.i);
  const pruned = weights.map(({ data }) => data.slice());
  for (const { w, i } of all.slice(0, Math.floor(sparsity * all.length))) {
    const { type } = weights[w]!;
    codecOf(type)!.write(viewOf(pruned[w]!), i, parameterAt(weights[w]!.zeroPoints ?? [0], weights[w]!, i));
  }
  return pruned.map((data, w) => ({
    data,
    zeros: { before: zerosOf(weights[w]!), after: zerosOf({ ...weights[w]!, data }) },
  }));
}

/** Bytes that so many elements of a type take. */
export function sizeOf(type: KnownWeight['type'], elements: number): number {
  return Math.ceil((elements * factsOf(type).bits) / 8);
}

function elementsOf({ shape: [rows, columns] }: KnownWeight): number {
  return rows * columns;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function parameterAt(values: readonly number[], { shape, axis }: KnownWeight, i: number): number {
  if (values.length === 1) return values[0]!;
  return values[axis === 0 ? Math.floor(i / shape[1]) : i % shape[1]]!;
}

function distanceAt(weight: KnownWeight, i: number): number {
  const value = codecOf(weight.type)!.read(viewOf(weight.data), i) as number;
  return value - parameterAt(weight.zeroPoints ?? [0], weight, i);
}

function magnitudeAt(weight: KnownWeight, i: number): number {
  const { type, data, scales } = weight;
  // NaN of sixteen bits rank by their payload, which a number has not.
  if (type === 'bfloat16') return (viewOf(data).getUint16(2 * i, true) & 0x7fff) << 16;
  if (type === 'float16') {
    const bits = viewOf(data).getUint16(2 * i, true) & 0x7fff;
    if (bits > 0x7c00) return 0x7f800000 | ((bits & 0x3ff) << 13);
  }
  if (type === 'float32') return viewOf(data).getUint32(4 * i, true) & 0x7fffffff;
  return magnitudeOf(
    distanceAt(weight, i) * parameterAt(scales === undefined ? [1] : [...scales], weight, i),
  );
}

function zerosOf(weight: KnownWeight): number {
  let zeros = 0;
  for (let i = 0; i < elementsOf(weight); i += 1) if (distanceAt(weight, i) === 0) zeros += 1;
  return zeros;
}
