import { countKeptBelow, magnitudesOf, type ScoreKind } from '../../oracle/model.js';
import { createRandom } from '../../specimens/random.js';
import { createSpecimens, FILLINGS, mixed, SHAPES, UNEQUAL_SHAPES } from '../../specimens/specimens.js';
import { expectSame, expectSameNumbers } from '../../stand/expect.js';
import type { Stand } from '../../stand/stand.js';
import { createSubjects, itemOf, maskSubject, type Subject } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** Law 1, where it begins: `countBelow` counts exactly. */
export const countBelowCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 1,
      name: `counts what is below a magnitude exactly: ${filling.name}`,
      check: async (stand) => {
        const subjects = await createSubjects(stand, createSpecimens(filling));
        await maskAtRandom(stand, subjects);
        await expectCounts(stand, subjects, 'magnitude', probesOf(stand, subjects, 'magnitude'));
      },
    }),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 1,
      name: `counts by the score ${score}, kept elements only`,
      needs: { score },
      check: async (stand) => {
        const subjects = await createSubjects(stand, createSpecimens(mixed, SHAPES, 3), score);
        await maskAtRandom(stand, subjects);
        await expectCounts(stand, subjects, score, probesOf(stand, subjects, score));
      },
    }),
  ),
  {
    law: 1,
    name: 'counts nothing below 0 and everything kept below 0x80000000',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, UNEQUAL_SHAPES));
      await maskAtRandom(stand, subjects);
      await expectCounts(stand, subjects, 'magnitude', [0, 0x80000000]);
    },
  },
  {
    law: 1,
    name: 'counts below many magnitudes in one call as below each by itself',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [], [65]]));
      const magnitudes = Array.from({ length: 255 }, (_, i) => (i + 1) * 0x00800000);
      await expectCounts(stand, subjects, 'magnitude', magnitudes);
    },
  },
];

/** Magnitudes that occur, their neighbours, and the edges of the scale. */
function probesOf(stand: Stand, subjects: readonly Subject[], score: ScoreKind): number[] {
  const random = createRandom(11);
  const all = subjects.flatMap((subject) => [...magnitudesOf(subject, score, stand.manifest)]);
  const some = Array.from({ length: 4 }, () => all[random.integer(all.length)]!);
  const edges = [0, 1, 0x00800000, 0x7f800000, 0x7f800001, 0x7fffffff, 0x80000000];
  const around = some.flatMap((magnitude) => [Math.max(0, magnitude - 1), magnitude, magnitude + 1]);
  return [...new Set([...edges, ...around])].sort((a, b) => a - b);
}

async function expectCounts(
  stand: Stand,
  subjects: readonly Subject[],
  score: ScoreKind,
  magnitudes: readonly number[],
): Promise<void> {
  const items = subjects.map((subject) => itemOf(subject, score));
  const counts = await stand.backend.countBelow(items, magnitudes);
  expectSame('rows of countBelow, one a magnitude', counts.length, magnitudes.length);
  for (const [i, magnitude] of magnitudes.entries()) {
    const needed = subjects.map((subject) => countKeptBelow(subject, score, stand.manifest, magnitude));
    expectSameNumbers(`kept elements of each weight below 0x${magnitude.toString(16)}`, counts[i]!, needed);
  }
}

async function maskAtRandom(stand: Stand, subjects: readonly Subject[]): Promise<void> {
  const random = createRandom(17);
  for (const subject of subjects) {
    await maskSubject(
      stand,
      subject,
      subject.kept.map(() => Math.min(1, random.integer(4))),
    );
  }
}
