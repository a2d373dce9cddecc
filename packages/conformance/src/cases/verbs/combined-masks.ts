import { createRandom } from '../../specimens/random.js';
import { createSpecimens, gaussian, SHAPES, SIZES, specimenOf } from '../../specimens/specimens.js';
import { createSubjects, expectKept, expectMasks, maskSubject } from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';

/** Law 3, where masks are combined: bit by bit, in one mask only. */
export const combinedMaskCases: readonly CaseDefinition[] = [
  ...(['or', 'andNot'] as const).map(
    (how): CaseDefinition => ({
      law: 3,
      name: `combines masks by ${how}, at every size and shape, and changes the first only`,
      needs: { verbs: ['combine'] },
      check: async (stand) => {
        const random = createRandom(37);
        const specimens = [
          ...SIZES.map((size) => specimenOf(`${size}`, new Float32Array(size))),
          ...createSpecimens(gaussian, SHAPES),
        ];
        const into = await createSubjects(stand, specimens);
        const from = into.map((subject) => {
          return { ...subject, mask: stand.createMask(subject.weight), kept: subject.kept.slice() };
        });
        for (const round of [1, 2, 3]) {
          for (const [i, subject] of into.entries()) {
            const draw = () => random.integer(2);
            if (round === 1) await maskSubject(stand, subject, subject.kept.map(draw));
            await maskSubject(stand, from[i]!, subject.kept.map(draw));
            await stand.backend.combine!(subject.mask, from[i]!.mask, how);
            const other = from[i]!.kept;
            subject.kept.set(
              subject.kept.map((flag, at) => {
                if (other[at] === 0) return flag;
                return how === 'or' ? 1 : 0;
              }),
            );
          }
          await expectMasks(stand, `round ${round}`, into);
          await expectMasks(stand, `round ${round}, the other mask`, from);
          await expectKept(stand, `round ${round}`, into);
        }
      },
    }),
  ),
  {
    law: 3,
    name: 'makes a complement of a mask by andNot, and a copy by the complement of that',
    needs: { verbs: ['combine'] },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(gaussian, [[33], [8], [3, 5], [1]]));
      for (const subject of subjects) {
        await maskSubject(
          stand,
          subject,
          subject.kept.map((_, i) => (i % 3 === 0 ? 0 : 1)),
        );
        const inverse = {
          ...subject,
          mask: stand.createMask(subject.weight),
          kept: subject.kept.map((flag) => 1 - flag),
        };
        await stand.backend.combine!(inverse.mask, subject.mask, 'andNot');
        const copy = { ...subject, mask: stand.createMask(subject.weight) };
        await stand.backend.combine!(copy.mask, inverse.mask, 'andNot');
        await expectMasks(stand, 'the complement', [inverse]);
        await expectKept(stand, 'the complement', [inverse]);
        await expectMasks(stand, 'the copy', [copy, subject]);
      }
    },
  },
];
