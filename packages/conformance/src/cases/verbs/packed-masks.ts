import { createRandom } from '../../specimens/random.js';
import { createSpecimens, gaussian, SHAPES, SIZES, specimenOf } from '../../specimens/specimens.js';
import { expectSame, expectSameBytes, rejectionOf } from '../../stand/expect.js';
import { createSubjects, expectKept, expectMasks, maskSubject } from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';

/** Law 3, where masks become bytes: the packing is the same everywhere. */
export const packedMaskCases: readonly CaseDefinition[] = [
  {
    law: 3,
    name: 'starts a mask with every element kept and every unused bit 0, at every size',
    check: async (stand) => {
      const specimens = SIZES.map((size) => specimenOf(`${size}`, new Float32Array(size)));
      const subjects = await createSubjects(stand, [...specimens, ...createSpecimens(gaussian)]);
      await expectMasks(stand, 'a new mask', subjects);
      await expectKept(stand, 'a new mask', subjects);
    },
  },
  {
    law: 3,
    name: 'puts element i into bit i % 8 of byte i >> 3',
    check: async (stand) => {
      const [subject] = await createSubjects(stand, [
        specimenOf(
          'eleven',
          Float32Array.from({ length: 11 }, (_, i) => i + 1),
        ),
      ]);
      const written = Uint8Array.of(0b10010001, 0b00000110);
      await stand.backend.writeMask(subject!.mask, written.slice());
      expectSameBytes('the mask read back', await stand.backend.readMask(subject!.mask), written);
      if (stand.manifest.readOnly === true) return;
      await stand.backend.enforce([{ weight: subject!.weight, mask: subject!.mask }]);
      const left = await stand.harness.readWeight(subject!.weight);
      expectSame('elements that enforcing this mask leaves', [...left].join(' '), '1 0 0 0 5 0 0 8 0 10 11');
    },
  },
  {
    law: 3,
    name: 'reads back any mask that was written, at every size and shape',
    check: async (stand) => {
      const random = createRandom(31);
      const specimens = SIZES.map((size) => specimenOf(`${size}`, new Float32Array(size)));
      const subjects = await createSubjects(stand, [...specimens, ...createSpecimens(gaussian, SHAPES)]);
      for (const round of [1, 2]) {
        for (const subject of subjects) {
          await maskSubject(
            stand,
            subject,
            subject.kept.map(() => random.integer(2)),
          );
        }
        await expectMasks(stand, `round ${round}`, subjects);
        await expectKept(stand, `round ${round}`, subjects);
      }
    },
  },
  {
    law: 3,
    name: 'counts and reads no bits beyond the last element, also when written ones are set',
    check: async (stand) => {
      const [subject] = await createSubjects(stand, [specimenOf('nine', new Float32Array(9))]);
      try {
        await stand.backend.writeMask(subject!.mask, Uint8Array.of(0xff, 0xff));
      } catch {
        // Refusing such bytes is as good as not minding them.
      }
      await expectMasks(stand, 'nine elements of sixteen bits', [subject!]);
      await expectKept(stand, 'nine elements of sixteen bits', [subject!]);
    },
  },
  {
    law: 3,
    name: 'refuses a packed mask of the wrong length and leaves the mask alone',
    check: async (stand) => {
      const subjects = await createSubjects(stand, [specimenOf('nine', new Float32Array(9))]);
      const { mask } = subjects[0]!;
      for (const length of [0, 1, 3]) {
        await rejectionOf(`${length} bytes for 9 elements`, () =>
          stand.backend.writeMask(mask, new Uint8Array(length)),
        );
      }
      await expectMasks(stand, 'after three refusals', subjects);
    },
  },
];
