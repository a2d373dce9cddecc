import { type CaseDefinition, SCORES } from '../case.js';
import { expectOrder } from '../expect-order.js';
import { drop, rankKept } from '../oracle.js';
import { createRandom } from '../random.js';
import {
  createSpecimens,
  DISTRIBUTIONS,
  fromBits,
  heavyTies,
  mixed,
  SHAPES,
  specimenOf,
  UNEQUAL_SHAPES,
} from '../specimens.js';
import { createSubjects, dropping, expectMasks, itemOf } from '../subject.js';

/** Law 2: by magnitude as bit pattern, then weight order, then flat index. */
export const totalOrderCases: readonly CaseDefinition[] = [
  ...DISTRIBUTIONS.map(
    (distribution): CaseDefinition => ({
      law: 2,
      name: `drops the lowest in the total order: ${distribution.name}`,
      check: (bench) => expectOrder(bench, createSpecimens(distribution, SHAPES, 2), [1, 385, 1154]),
    }),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 2,
      name: `drops the lowest by the score ${score}, many tiny weights beside a large one`,
      needs: { score },
      check: (bench) => expectOrder(bench, createSpecimens(mixed, UNEQUAL_SHAPES, 5), [30, 700], score),
    }),
  ),
  {
    law: 2,
    name: 'takes ties from the first flat index on',
    check: (bench) => expectOrder(bench, [specimenOf('ones', new Float32Array(70).fill(-1))], [1, 9, 33, 69]),
  },
  {
    law: 2,
    name: 'takes ties weight by weight in the order of the items',
    check: async (bench) => {
      const specimens = createSpecimens(heavyTies, [[9], [3], [8], []]);
      await expectOrder(bench, specimens, [5, 12]);
      await expectOrder(bench, specimens.toReversed(), [5, 12]);
    },
  },
  {
    law: 2,
    name: 'tells neighbouring bit patterns apart at every exponent, whatever the sign',
    check: async (bench) => {
      const random = createRandom(23);
      const exponents = Array.from(
        { length: 254 },
        (_, i) => (i + 1) * 0x00800000 + random.integer(0x007ffffe),
      );
      const pairs = exponents.flatMap((bits) => [bits + 1, (bits | 0x80000000) >>> 0]);
      // Of each pair the second is lower, so the flat index must not decide.
      const values = fromBits(pairs.length, (i) => pairs[i]!);
      await expectOrder(bench, [specimenOf('pairs', values)], [1, 101, 255, 507]);
    },
  },
  {
    law: 2,
    name: 'ties -0 with +0',
    check: (bench) =>
      expectOrder(bench, [specimenOf('zeros', Float32Array.of(1, -0, 0, -0, 0, -1, 0))], [1, 2, 4]),
  },
  {
    law: 2,
    name: 'drops NaN last of all, after both infinities',
    check: async (bench) => {
      const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
      const values = Float32Array.of(nan, infinity, 3e38, nan, -infinity, 0, nan, -2);
      await expectOrder(bench, [specimenOf('specials', values)], [1, 3, 5, 6, 8]);
    },
  },
  {
    law: 2,
    name: 'ranks NaN by their payloads',
    needs: { nanPayloads: 'ordered' },
    check: async (bench) => {
      const bits = [0x7fffffff, 0x7fc00000, 0xffc00001, 0x7f800001, 0xff800000, 0x7fe00000, 0x7fc00000];
      const values = fromBits(bits.length, (i) => bits[i]!);
      await expectOrder(bench, [specimenOf('payloads', values)], [1, 2, 3, 4, 5, 6]);
    },
  },
  {
    law: 2,
    name: 'reads the elements of every rank in row-major order',
    check: async (bench) => {
      const shapes = [[2, 3], [3, 2], [2, 2, 2], [1, 5, 1], [2, 1, 3, 2], []];
      const specimens = createSpecimens(
        { name: 'ties', fill: (_, elements) => new Float32Array(elements).fill(7) },
        shapes,
      );
      await expectOrder(bench, specimens, [4, 10, 17, 28]);
    },
  },
  {
    law: 2,
    name: 'ranks what is kept only, in one update after another',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, [[33], [65]]));
      for (const count of [20, 1, 40]) {
        const items = subjects.map((subject) => itemOf(subject));
        const taken = rankKept(subjects, 'magnitude', bench.manifest).slice(0, count);
        const cut = await bench.backend.findCut(items, dropping(count));
        await bench.backend.dropBelow([{ items, cut }]);
        drop(subjects, taken);
        await expectMasks(bench, `${count} more`, subjects);
      }
    },
  },
];
