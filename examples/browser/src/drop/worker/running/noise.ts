import type { ElementArray } from '@synaprune/onnx/graph';
import type { Lengths, OpenInput } from '../../state';

/** Numbers of one input of one sample. */
export interface Drawn {
  readonly data: ElementArray;
  readonly dims: readonly number[];
}

/** An input as a model declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | null)[] | null;
  /** Names of open lengths, by axis. */
  readonly names: readonly (string | undefined)[];
}

/** Pixels a side of pictures whose size a model leaves open: a multiple of what networks halve it by. */
const SIDE = 224;

/** The most numbers of one sample: above, a run would take minutes. */
const MOST_NUMBERS = 2 ** 26;

/**
 * The inputs of a model with names for what they leave open, and lengths for these: those given, else 1, or 224 for the
 * sides of a picture.
 *
 * @throws RangeError where no noise can be made, in words
 */
export function planInputs(
  declared: readonly DeclaredInput[],
  given: Lengths,
): { readonly inputs: readonly OpenInput[]; readonly lengths: Lengths } {
  const lengths: Record<string, number> = {};
  const inputs = declared.map(({ name, type, dims, names }) => {
    if (dims === null) throw new RangeError(`the model leaves the whole shape of its input “${name}” open`);
    if (MAKERS[type] === undefined) throw new RangeError(`its input “${name}” is of the type ${type}`);
    const shape = dims.map((size, axis) => {
      if (size !== null) return size;
      const key = names[axis] ?? `${name}[${axis}]`;
      lengths[key] = given[key] ?? (isSide(dims, axis) ? SIDE : 1);
      return key;
    });
    return { name, type, shape };
  });
  for (const { name, shape } of inputs) {
    const numbers = shape.reduce<number>((product, edge) => product * lengthOf(edge, lengths), 1);
    if (numbers > MOST_NUMBERS) {
      throw new RangeError(`its input “${name}” would have ${numbers.toLocaleString('en-US')} numbers`);
    }
  }
  return { inputs, lengths };
}

/** The sides of a picture: of four axes the last two, or, where the last one counts channels, those before it. */
function isSide(dims: readonly (number | null)[], axis: number): boolean {
  if (dims.length !== 4 || axis === 0) return false;
  return [1, 3, 4].includes(dims[3] ?? 0) && ![1, 3, 4].includes(dims[1] ?? 0) ? axis < 3 : axis > 1;
}

const lengthOf = (edge: number | string, lengths: Lengths): number =>
  typeof edge === 'number' ? edge : lengths[edge]!;

/** A sample of seeded noise: floats normally distributed, whole numbers and truths 0 or 1. */
export function drawNoise(
  inputs: readonly OpenInput[],
  lengths: Lengths,
  sample: number,
): Record<string, Drawn> {
  return Object.fromEntries(
    inputs.map(({ name, type, shape }, at) => {
      const dims = shape.map((edge) => lengthOf(edge, lengths));
      const length = dims.reduce((product, edge) => product * edge, 1);
      const uniform = uniformNumbers(1 + sample * 1009 + at);
      return [name, { data: MAKERS[type]!(length, uniform), dims }];
    }),
  );
}

type Maker = (length: number, uniform: () => number) => Drawn['data'];

/** By Box and Muller's method. */
const normal = (uniform: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const coin = (uniform: () => number): number => (uniform() < 0.5 ? 0 : 1);
const coins =
  (Type: { from(source: { length: number }, map: () => number): Drawn['data'] }): Maker =>
  (length, uniform) =>
    Type.from({ length }, () => coin(uniform));

const MAKERS: Readonly<Record<string, Maker>> = {
  float32: (length, uniform) => Float32Array.from({ length }, () => normal(uniform)),
  float64: (length, uniform) => Float64Array.from({ length }, () => normal(uniform)),
  // Bits of 0, ±0.25, ±0.5, ±1 and ±2: enough for noise.
  float16: (length, uniform) =>
    Uint16Array.from({ length }, () => HALVES[Math.floor(uniform() * HALVES.length)]!),
  int8: coins(Int8Array),
  uint8: coins(Uint8Array),
  bool: coins(Uint8Array),
  int16: coins(Int16Array),
  uint16: coins(Uint16Array),
  int32: coins(Int32Array),
  uint32: coins(Uint32Array),
  int64: (length, uniform) => BigInt64Array.from({ length }, () => BigInt(coin(uniform))),
  uint64: (length, uniform) => BigUint64Array.from({ length }, () => BigInt(coin(uniform))),
};

const HALVES = [0, 0x3400, 0xb400, 0x3800, 0xb800, 0x3c00, 0xbc00, 0x4000, 0xc000];

/** Numbers in [0, 1) by Mulberry32. */
function uniformNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
