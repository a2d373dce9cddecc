import { floatOfHalf } from '@synaprune/core/numbers';
import { describe, expect, it } from 'vitest';
import type { StateDict } from './decode/model.js';
import { type PackModelOptions, pack } from './encode/pack.js';
import { pruned } from './testing/pruned.js';
import { unpack } from './unpack.js';

const data = pruned(300_000, 0.8);
const state = { kernel: { shape: [600, 500], data }, bias: { shape: [300], data: data.slice(0, 300) } };

async function rounded(model: StateDict, options: PackModelOptions) {
  const { bytes, report } = await pack(model, options);
  const back = await unpack(bytes, { kind: 'state' });
  const floats = (name: string) => back[name]!.data as Float32Array;
  return { bytes, report, floats };
}

/** The largest differences, absolute and of the value, written anew. */
function differences(before: Float32Array, after: Float32Array) {
  let [absolute, relative] = [0, 0];
  before.forEach((value, i) => {
    absolute = Math.max(absolute, Math.abs(after[i]! - value));
    if (value !== 0) relative = Math.max(relative, Math.abs((after[i]! - value) / value));
  });
  return { absolute, relative };
}

const lossy = ['float16', 'int8', 'clustered'] as const;

describe.each(lossy)('values as %s', (values) => {
  it('are as far from what they were as the report says, zeros are zeros, and the rest is exact', async () => {
    const { report, floats } = await rounded(state, { values });
    expect(floats('bias')).toEqual(state.bias.data);
    expect(report.rounded).toEqual([
      { name: 'kernel', shape: [600, 500], values, error: differences(data, floats('kernel')) },
    ]);
    expect(report.notices).toEqual([]);
    data.forEach((value, i) => {
      if (value === 0 && !Object.is(floats('kernel')[i], 0)) throw new Error(`${i} is no zero`);
    });
  });

  it('make the same file of the same weights, a smaller one than exact values', async () => {
    const exact = await pack(state);
    const once = await pack(state, { values });
    expect((await pack(state, { values })).bytes).toEqual(once.bytes);
    expect(once.bytes.length).toBeLessThan(exact.bytes.length * 0.6);
  });

  it('are those of the tensors that were selected', async () => {
    const { report } = await rounded(state, { values, select: 'bias' });
    expect(report.rounded.map(({ name }) => name)).toEqual(['bias']);
  });

  it('are exact where there is no rounding them, which a notice says', async () => {
    const odd = { shape: [4, 10], data: data.slice(0, 40).fill(Number.NaN, 3, 4) };
    const { report, floats } = await rounded({ odd, kernel: state.kernel }, { values });
    expect(floats('odd')).toEqual(odd.data);
    expect(report.notices).toEqual([
      {
        code: 'packed-exactly',
        message: expect.stringContaining(`values that ${values} cannot`),
        weights: ['odd'],
      },
    ]);
  });

  it.each([
    ['all zero', new Float32Array(64)],
    ['equal', new Float32Array(64).fill(0.3)],
    ['tiny', new Float32Array(64).fill(1e-44)],
    ['small integers', Float32Array.from({ length: 64 }, (_, i) => (i % 5) - 2)],
  ])('may be of tensors that are %s', async (_, values64) => {
    const { report, floats } = await rounded({ x: { shape: [8, 8], data: values64 } }, { values });
    expect(report.rounded[0]?.error).toEqual(differences(values64, floats('x')));
  });
});

it('values as float16 are the nearest ones', async () => {
  const all = Array.from({ length: 0x7c00 }, (_, bits) => floatOfHalf(bits));
  const nearest = (value: number) => {
    const above = all.findIndex((half) => half >= Math.abs(value));
    const [low, high] = [Math.max(0, above - 1), above];
    const [down, up] = [Math.abs(value) - all[low]!, all[high]! - Math.abs(value)];
    const even = low % 2 === 0 ? low : high;
    return Math.sign(value) * all[down < up ? low : up < down ? high : even]! + 0;
  };
  const some = [
    1,
    65504,
    2048.5,
    2049,
    2051,
    6e-8,
    3e-8,
    2.9e-8,
    1e-5,
    0.1,
    -1 / 3,
    1.0009765625,
    1.00048828125,
  ];
  const numbers = Float32Array.from({ length: 200 }, (_, i) => some[i] ?? data[i]! * 2 ** ((i % 30) - 20));
  const { floats } = await rounded({ x: { shape: [20, 10], data: numbers } }, { values: 'float16' });
  expect(floats('x')).toEqual(numbers.map(nearest));
});

it.each([
  ['the first axis', [50, 40], (i: number) => Math.floor(i / 40)],
  ['the last axis', [50, 40], (i: number) => i % 40],
])(
  'values as int8 have a scale for each index of %s, where sizes differ along it',
  async (_, shape, along) => {
    const dense = pruned(2000, 0).map((value, i) => value * 2 ** -along(i));
    const { report, floats } = await rounded({ x: { shape, data: dense } }, { values: 'int8' });
    dense.forEach((value, i) => {
      // Half a step of a scale that reaches to 4 or less.
      if (Math.abs(floats('x')[i]! - value) > (4 / 254) * 2 ** -along(i)) throw new Error(`${i} is ${value}`);
    });
    expect(report.rounded).toHaveLength(1);
  },
);

it('a codebook holds few values exactly', async () => {
  const few = Float32Array.from({ length: 3000 }, (_, i) => [0, 0.1, -0.7, 0, 3][i % 5]!);
  const { report, floats } = await rounded({ x: { shape: [3000, 1], data: few } }, { values: 'clustered' });
  expect(floats('x')).toEqual(few);
  expect(report.rounded[0]?.error).toEqual({ absolute: 0, relative: 0 });
});

it('a codebook holds up to 16 different values of a small tensor exactly, however rare', async () => {
  const few = Float32Array.from({ length: 100 }, (_, i) => (i < 85 ? 0.5 : i / 7));
  const { floats } = await rounded({ x: { shape: [10, 10], data: few } }, { values: 'clustered' });
  expect(floats('x')).toEqual(few);
});

it.each([10, 20, 40, 100, 200, 400, 1000])(
  'a codebook is near %i kept values, and the file near that of int8',
  async (kept) => {
    const x = { shape: [kept, 4], data: pruned(kept * 4, 0.75) };
    const { bytes, floats } = await rounded({ x }, { values: 'clustered' });
    let [error, size] = [0, 0];
    x.data.forEach((value, i) => {
      error += (floats('x')[i]! - value) ** 2;
      size += value ** 2;
    });
    expect(Math.sqrt(error / size)).toBeLessThan(0.12);
    const whole = await pack({ x }, { values: 'int8' });
    expect(bytes.length).toBeLessThan(whole.bytes.length + 80);
  },
);

it.each([
  [
    'a form that there is not',
    { values: 'int4' },
    'needs values to be one of exact, float16, int8, clustered',
  ],
  ['a selection of exact values', { select: 'kernel' }, 'needs values to be float16, int8 or clustered'],
  ['an unknown option', { value: 'int8' }, 'pack has no option "value"; did you mean "values"?'],
  ['a selector of nothing', { values: 'int8', select: 'none' }, 'none'],
])('is refused with %s', async (_, options, message) => {
  await expect(pack(state, options as PackModelOptions)).rejects.toThrow(message);
});
