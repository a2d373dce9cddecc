import { drop, rankKept } from '../../oracle/model.js';
import { createRandom } from '../../specimens/random.js';
import {
  createSpecimens,
  FILLINGS,
  fromBits,
  heavyTies,
  mixed,
  SHAPES,
  specimenOf,
  UNEQUAL_SHAPES,
} from '../../specimens/specimens.js';
import { expectOrder } from '../../stand/expect-order.js';
import { prune } from '../../stand/prune.js';
import { createSubjects, expectMasks, itemOf } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** Law 2: by magnitude as bit pattern, then weight order, then flat index. */
export const totalOrderCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 2,
      name: `drops the lowest in the total order: ${filling.name}`,
      check: (stand) => expectOrder(stand, createSpecimens(filling, SHAPES, 2), [1, 385, 1154]),
    }),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 2,
      name: `drops the lowest by the score ${score}, many tiny weights beside a large one`,
      needs: { score },
      check: (stand) => expectOrder(stand, createSpecimens(mixed, UNEQUAL_SHAPES, 5), [30, 700], score),
    }),
  ),
  {
    law: 2,
    name: 'takes ties from the first flat index on',
    check: (stand) => expectOrder(stand, [specimenOf('ones', new Float32Array(70).fill(-1))], [1, 9, 33, 69]),
  },
  {
    law: 2,
    name: 'takes ties weight by weight in the order of the items',
    check: async (stand) => {
      const specimens = createSpecimens(heavyTies, [[9], [3], [8], []]);
      await expectOrder(stand, specimens, [5, 12]);
      await expectOrder(stand, specimens.toReversed(), [5, 12]);
    },
  },
  {
    law: 2,
    name: 'tells neighbouring bit patterns apart at every exponent, whatever the sign',
    check: async (stand) => {
      const random = createRandom(23);
      const exponents = Array.from(
        { length: 254 },
        (_, i) => (i + 1) * 0x00800000 + random.integer(0x007ffffe),
      );
      const pairs = exponents.flatMap((bits) => [bits + 1, (bits | 0x80000000) >>> 0]);
      // Of each pair the second is lower, so the flat index must not decide.
      const values = fromBits(pairs.length, (i) => pairs[i]!);
      await expectOrder(stand, [specimenOf('pairs', values)], [1, 101, 255, 507]);
    },
  },
  {
    law: 2,
    name: 'ties -0 with +0',
    check: (stand) =>
      expectOrder(stand, [specimenOf('zeros', Float32Array.of(1, -0, 0, -0, 0, -1, 0))], [1, 2, 4]),
  },
  {
    law: 2,
    name: 'drops NaN last of all, after both infinities',
    check: async (stand) => {
      const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
      const values = Float32Array.of(nan, infinity, 3e38, nan, -infinity, 0, nan, -2);
      await expectOrder(stand, [specimenOf('specials', values)], [1, 3, 5, 6, 8]);
    },
  },
  {
    law: 2,
    name: 'ranks NaN by their payloads',
    needs: { nanPayloads: 'ordered' },
    check: async (stand) => {
      const bits = [0x7fffffff, 0x7fc00000, 0xffc00001, 0x7f800001, 0xff800000, 0x7fe00000, 0x7fc00000];
      const values = fromBits(bits.length, (i) => bits[i]!);
      await expectOrder(stand, [specimenOf('payloads', values)], [1, 2, 3, 4, 5, 6]);
    },
  },
  {
    law: 2,
    name: 'reads the elements of every rank in row-major order',
    check: async (stand) => {
      const shapes = [[2, 3], [3, 2], [2, 2, 2], [1, 5, 1], [2, 1, 3, 2], []];
      const specimens = createSpecimens(
        { name: 'ties', fill: (_, elements) => new Float32Array(elements).fill(7) },
        shapes,
      );
      await expectOrder(stand, specimens, [4, 10, 17, 28]);
    },
  },
  {
    law: 2,
    name: 'ranks what is kept only, in one update after another',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [65]]));
      for (const count of [20, 1, 40]) {
        const items = subjects.map((subject) => itemOf(subject));
        const taken = rankKept(subjects, 'magnitude', stand.manifest).slice(0, count);
        const cut = await stand.backend.findCut(items, count);
        await prune(stand, [{ items, cut }]);
        drop(subjects, taken);
        await expectMasks(stand, `${count} more`, subjects);
      }
    },
  },
];
