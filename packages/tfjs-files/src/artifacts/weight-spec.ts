import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { Quantization, WeightDtype, WeightSpec } from './artifacts.js';
import { badModel } from './bad-model.js';
import { member } from './json-tree.js';

/** What a model says of a weight, checked. */
export interface CheckedSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly dtype: WeightDtype;
  readonly quantization: Quantization | undefined;
  readonly group: string | undefined;
  /** As the model has it, with whatever else it says. */
  readonly spec: WeightSpec;
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

const DTYPES: readonly string[] = ['float32', 'int32', 'bool', 'string', 'complex64'];

/** Most axes of a tensor of tfjs. */
const MOST_AXES = 16;

/**
 * Checks an entry of `weightSpecs` or of a manifest.
 *
 * @param place where it stands, for errors: `weightSpecs[3]`
 * @throws PruneError `bad-model`
 */
export function checkSpec(spec: unknown, place: string): CheckedSpec {
  if (!isRecord(spec)) throw badModel(`${place} needs to be an object, got ${describe(spec)}`);
  const name = member(spec, 'name');
  if (typeof name !== 'string' || name === '') throw badModel(`${place} needs a name, got ${describe(name)}`);
  const what = `the weight ${quote(name)}`;
  const dtype = member(spec, 'dtype');
  if (typeof dtype !== 'string' || !DTYPES.includes(dtype)) {
    throw badModel(`${what} needs a dtype among ${DTYPES.join(', ')}, got ${describe(dtype)}`);
  }
  const group = member(spec, 'group');
  return {
    name,
    ...checkShape(member(spec, 'shape'), what),
    dtype: dtype as WeightDtype,
    quantization: checkQuantization(member(spec, 'quantization'), dtype, what),
    group: typeof group === 'string' ? group : undefined,
    spec: spec as unknown as WeightSpec,
  };
}

function checkShape(
  shape: unknown,
  what: string,
): { readonly shape: readonly number[]; readonly elements: number } {
  if (!Array.isArray(shape)) throw badModel(`${what} needs a shape, got ${describe(shape)}`);
  if (shape.length > MOST_AXES) throw badModel(`${what} has ${shape.length} axes; the most is ${MOST_AXES}`);
  const edges: readonly unknown[] = shape;
  for (const edge of edges) {
    if (typeof edge !== 'number' || !Number.isSafeInteger(edge) || edge < 0) {
      throw badModel(`${what} needs a shape of whole numbers from 0 on, got ${describe(edge)} in it`);
    }
  }
  // An empty tensor may have an edge of any length beside that of zero.
  const elements = shape.includes(0) ? 0 : (shape as number[]).reduce((product, edge) => product * edge, 1);
  if (!Number.isSafeInteger(elements)) throw badModel(`${what} has more elements than can be counted`);
  return { shape: [...(shape as number[])], elements };
}

function checkQuantization(quantization: unknown, dtype: string, what: string): Quantization | undefined {
  if (quantization === undefined) return undefined;
  const type = member(quantization, 'dtype');
  if (type === 'float16') {
    if (dtype === 'float32') return { dtype: type };
    throw badModel(`${what} is kept as float16, which only float32 can be, got ${dtype}`);
  }
  if (type !== 'uint8' && type !== 'uint16') {
    throw badModel(`${what} needs quantization.dtype to be uint8, uint16 or float16, got ${describe(type)}`);
  }
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw badModel(`${what} is quantised, which only float32 and int32 can be, got ${dtype}`);
  }
  const [scale, min] = [member(quantization, 'scale'), member(quantization, 'min')];
  if (!isFiniteNumber(scale) || !isFiniteNumber(min)) {
    const got = [scale, min].map(describe).join(' and ');
    throw badModel(`${what} is kept as ${type} and needs a scale and a min that are numbers, got ${got}`);
  }
  return { dtype: type, scale, min };
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Bytes of an element as it is kept; `undefined` for strings, which say their lengths themselves. */
export function bytesPerElement({
  dtype,
  quantization,
}: Pick<CheckedSpec, 'dtype' | 'quantization'>): number | undefined {
  return BYTES[quantization?.dtype ?? dtype];
}
