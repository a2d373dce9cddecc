import type { Pooling } from '@synaprune/core';
import { createRandom } from '../../specimens/random.js';
import type { Specimen } from '../../specimens/specimens.js';
import { expectBlocks } from '../../stand/expect-units.js';
import type { Stand } from '../../stand/stand.js';
import { createSubjects } from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';
import { POOLING_NEEDS } from './pooled-blocks.js';

/*
 * Law 3 where adding in a float goes wrong, in float32 or in float64, in whatever order: each row is a block, and what
 * the rows are to each other only an exact sum sees.
 */

const LARGEST = 2 ** 128 - 2 ** 104;
const INFINITY = Number.POSITIVE_INFINITY;
const repeat = (value: number, times: number): number[] => new Array<number>(times).fill(value);
const padded = (values: readonly number[], length: number): number[] => [
  ...values,
  ...repeat(0, length - values.length),
];

/** From 2^104 down to 2^-126, each term less than a float64 can add to 2^127 with the one before: together 2^104. */
const CHAIN = [
  ...[104, 80, 56, 32, 8, -16, -40, -64, -88].map((exponent) => 2 ** exponent - 2 ** (exponent - 24)),
  2 ** -112 - 2 ** -126,
];

/** Rows of blocks that tie, or that differ by as little as floats can, with what is to be seen in them. */
export const SUMS: readonly {
  readonly name: string;
  readonly pooling: Pooling;
  readonly rows: readonly (readonly number[])[];
}[] = [
  {
    name: 'one huge element and many tiny ones, which a float32 loses',
    pooling: 'mean',
    rows: [padded([2 ** 24 + 8], 16), [2 ** 24, ...repeat(1, 15)], [...repeat(1, 15), 2 ** 24]],
  },
  {
    name: 'one huge element and many tiny ones, which a float64 loses',
    pooling: 'mean',
    rows: [
      padded([2 ** 70, 2 ** 47 - 2 ** 23, ...repeat(2 ** 16, 128)], 256),
      repeat(2 ** 62 + 2 ** 39, 256),
      padded([2 ** 70, 2 ** 47 - 2 ** 23, ...repeat(2 ** 16, 127)], 256),
    ],
  },
  {
    name: 'all exponents that normal floats have',
    pooling: 'mean',
    rows: [
      padded([2 ** 127, ...CHAIN, 2 ** -126], 16),
      repeat(2 ** 123 + 2 ** 100, 16),
      padded([2 ** 127, ...CHAIN], 16),
      padded([2 ** -126, ...CHAIN.toReversed(), 2 ** 127], 16),
    ],
  },
  {
    name: 'means between two floats, where rounding to the nearest goes up',
    pooling: 'mean',
    rows: [
      [1 + 2 ** -23, 1 + 2 ** -22],
      [1, 1 + 2 ** -23],
      [1 + 2 ** -23, 1 + 2 ** -23],
      [1, 1],
      [2 ** -126, 2 ** -126 + 2 ** -149],
    ],
  },
  {
    name: 'the same value many times',
    pooling: 'mean',
    rows: [repeat(Math.fround(0.1), 4099), repeat(Math.fround(1 / 3), 4099), repeat(Math.fround(0.7), 4099)],
  },
  {
    name: 'sums beyond the largest float, whose mean is within',
    pooling: 'mean',
    rows: [
      repeat(LARGEST, 4),
      padded([INFINITY], 4),
      [LARGEST, LARGEST, LARGEST, 2 ** 127],
      padded([LARGEST], 4),
    ],
  },
  {
    name: 'subnormals, and means that are subnormal',
    pooling: 'mean',
    rows: [
      padded([2 ** -149], 4),
      repeat(2 ** -149, 4),
      padded([2 ** -126], 4),
      repeat(2 ** -126, 4),
      repeat(0, 4),
    ],
  },
  {
    name: 'squares so small beside the largest that a float64 loses them',
    pooling: 'l2',
    rows: [
      [2 ** 23, 4096, ...repeat(1 / 16, 256)],
      padded([2 ** 23 + 1], 258),
      padded([2 ** 23, 4096, ...repeat(1 / 16, 255)], 258),
    ],
  },
  {
    name: 'squares that overflow a float32',
    pooling: 'l2',
    rows: [
      repeat(2 ** 100, 4),
      padded([2 ** 101], 4),
      repeat(LARGEST, 4),
      padded([LARGEST], 4),
      padded([INFINITY], 4),
    ],
  },
  {
    name: 'squares that underflow a float32',
    pooling: 'l2',
    rows: [
      repeat(2 ** -100, 4),
      padded([2 ** -99], 4),
      padded([2 ** -100], 4),
      repeat(2 ** -149, 4),
      repeat(0, 4),
    ],
  },
  {
    name: 'norms that are whole, and norms just beside',
    pooling: 'l2',
    rows: [
      [3, 4, 0],
      [5, 0, 0],
      [2 ** 12, 2 ** 12, 1],
      [2, 3, 6],
      [7, 0, 0],
      [1, 1, 1],
    ],
  },
];

/** Law 3 of sums. */
export const exactSumCases: readonly CaseDefinition[] = [
  ...SUMS.map(
    ({ name, pooling, rows }): CaseDefinition => ({
      law: 3,
      name: `adds exactly by ${pooling}: ${name}`,
      needs: POOLING_NEEDS,
      check: (stand) => expectRows(stand, rows, pooling),
    }),
  ),
  ...(['mean', 'l2'] as const).flatMap((pooling): CaseDefinition[] => [
    {
      law: 3,
      name: `ties blocks of the same elements in another order, by ${pooling}`,
      needs: POOLING_NEEDS,
      check: async (stand) => {
        const random = createRandom(67);
        const values = Array.from({ length: 48 }, () =>
          Math.fround(random.gaussian() * 2 ** (random.integer(40) - 20)),
        );
        await expectRows(
          stand,
          Array.from({ length: 40 }, () => shuffled(values, random.integer)),
          pooling,
        );
      },
    },
    {
      law: 3,
      name: `ranks blocks that differ by less than the error of a float32 sum, by ${pooling}`,
      needs: POOLING_NEEDS,
      check: async (stand) => {
        const random = createRandom(71);
        const base = Array.from({ length: 16 }, () => 0x3f000000 + random.integer(0x01000000));
        const floats = new Float32Array(1);
        const bits = new Uint32Array(floats.buffer);
        const row = (): number[] =>
          shuffled(base, random.integer).map((magnitude) => {
            bits[0] = magnitude + random.integer(5) - 2;
            return floats[0]! * (random.integer(2) * 2 - 1);
          });
        await expectRows(stand, Array.from({ length: 150 }, row), pooling);
      },
    },
  ]),
];

/** The rows as blocks, and the same as columns. */
async function expectRows(
  stand: Stand,
  rows: readonly (readonly number[])[],
  pooling: Pooling,
): Promise<void> {
  const { length } = rows[0]!;
  const columns = Array.from({ length }, (_, i) => rows.map((row) => row[i]!));
  const subjects = await createSubjects(stand, [
    specimenOfRows('rows', rows),
    specimenOfRows('columns', columns),
  ]);
  await expectBlocks(stand, subjects, [
    { shape: [rows.length, length], edges: [1, length], pooling },
    { shape: [length, rows.length], edges: [length, 1], pooling },
  ]);
}

function specimenOfRows(name: string, rows: readonly (readonly number[])[]): Specimen {
  const values = Float32Array.from(rows.flat());
  return { name, shape: [rows.length, rows[0]!.length], values, scores: new Float32Array(values.length) };
}

/** The values in another order. */
function shuffled(values: readonly number[], integer: (below: number) => number): number[] {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const other = integer(i + 1);
    [list[i], list[other]] = [list[other]!, list[i]!];
  }
  return list;
}
