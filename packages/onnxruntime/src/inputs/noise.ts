import { elementsOf, listNames, quote, requireWhole } from '@synaprune/core/checks';
import type { Tensor } from 'onnxruntime-common';
import { uniformNumbers } from '../batch/random.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { Feeds } from './given-samples.js';
import { type ModelInput, modelInputs } from './model-inputs.js';

/** Lengths of what a model leaves open, by the name that it has for it, or as `input[axis]`. */
export type Dimensions = Readonly<Record<string, number>>;

/** Pixels that a picture has a side where the model leaves that open: a multiple of what networks halve it by. */
const SIDE = 224;

/** Noise, and the lengths that were made up for it. */
export interface Noise {
  readonly samples: readonly Feeds[];
  /** By the name that stands for them in `dimensions`. */
  readonly madeUp: Dimensions;
}

/**
 * Samples of seeded noise: floats from the normal distribution, integers and truths 0 or 1. A dimension that the model
 * leaves open and `dimensions` does not tell is 1, or 224 for the sides of a picture (the last two of four axes).
 *
 * @throws TypeError where the model leaves a whole shape open, or an input has a type without numbers
 * @throws RangeError for a name in `dimensions` that no input leaves open
 */
export function noiseSamples(
  ort: OnnxRuntime,
  caller: string,
  declared: readonly ModelInput[],
  {
    count,
    seed,
    dimensions = {},
  }: { readonly count: number; readonly seed: number; readonly dimensions?: Dimensions | undefined },
): Noise {
  const madeUp: Record<string, number> = {};
  const open = new Set<string>();
  const shapes = declared.map(({ name, dims, names, type }) => {
    if (dims === null) {
      throw new TypeError(`${caller} needs inputs: the model leaves the whole shape of ${quote(name)} open`);
    }
    if (drawers[type] === undefined) {
      throw new TypeError(`${caller} needs inputs: there is no noise of the type ${type} of ${quote(name)}`);
    }
    return dims.map((size, axis) => {
      if (size !== null) return size;
      const key = names[axis] ?? `${name}[${axis}]`;
      open.add(key);
      if (Object.hasOwn(dimensions, key)) return dimensions[key]!;
      madeUp[key] ??= dims.length === 4 && axis >= 2 ? SIDE : 1;
      return madeUp[key];
    });
  });
  requireOpen(caller, dimensions, open);
  const samples = Array.from({ length: count }, (_, sample) =>
    Object.fromEntries(
      declared.map(({ name, type }, stream) => {
        const shape = shapes[stream]!;
        // Two numbers an element: a normal number takes both.
        const uniform = uniformNumbers(2 * elementsOf(shape), seed, sample, stream);
        const data = drawers[type]!(uniform);
        return [name, new ort.Tensor(type as 'float32', data as Float32Array, [...shape]) as Tensor];
      }),
    ),
  );
  return { samples, madeUp };
}

/**
 * Those of the lengths that have a name in the model, which other values share. Noise also takes lengths by `input[axis]`
 * where there is none, and only noise knows what that is.
 */
export function namedLengths(model: Uint8Array, dimensions: Dimensions): Dimensions {
  const unnamed = modelInputs(model).flatMap(({ name, names, dims }) =>
    (dims ?? []).flatMap((_, axis) => (names[axis] === undefined ? [`${name}[${axis}]`] : [])),
  );
  return Object.fromEntries(Object.entries(dimensions).filter(([key]) => !unnamed.includes(key)));
}

function requireOpen(caller: string, dimensions: Dimensions, open: ReadonlySet<string>): void {
  for (const [name, size] of Object.entries(dimensions)) {
    if (!open.has(name)) {
      const there = open.size === 0 ? 'they leave nothing open' : `they leave ${listNames([...open])} open`;
      throw new RangeError(`${caller}: no input of the model leaves ${quote(name)} open; ${there}`);
    }
    requireWhole(caller, `dimensions.${name}`, size, 1);
  }
}

/** By Box and Muller's method. */
const normal = (uniform: Float32Array): Float64Array =>
  Float64Array.from({ length: uniform.length / 2 }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform[2 * i]!));
    return radius * Math.cos(2 * Math.PI * uniform[2 * i + 1]!);
  });
const coins = (uniform: Float32Array): number[] =>
  Array.from({ length: uniform.length / 2 }, (_, i) => (uniform[2 * i]! < 0.5 ? 0 : 1));
const bigCoins = (uniform: Float32Array): bigint[] => coins(uniform).map(BigInt);

const drawers: Readonly<Record<string, (uniform: Float32Array) => ArrayBufferView>> = {
  float32: (uniform) => Float32Array.from(normal(uniform)),
  float64: normal,
  float16: (uniform) => Uint16Array.from(normal(uniform), toHalf),
  int8: (uniform) => Int8Array.from(coins(uniform)),
  uint8: (uniform) => Uint8Array.from(coins(uniform)),
  bool: (uniform) => Uint8Array.from(coins(uniform)),
  int16: (uniform) => Int16Array.from(coins(uniform)),
  uint16: (uniform) => Uint16Array.from(coins(uniform)),
  int32: (uniform) => Int32Array.from(coins(uniform)),
  uint32: (uniform) => Uint32Array.from(coins(uniform)),
  int64: (uniform) => BigInt64Array.from(bigCoins(uniform)),
  uint64: (uniform) => BigUint64Array.from(bigCoins(uniform)),
};

/** Bits of the binary16 below or at a normal number's size: it need not be the nearest. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65504);
  if (size < 2 ** -14) return sign;
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | Math.floor((size / 2 ** exponent - 1) * 1024);
}
