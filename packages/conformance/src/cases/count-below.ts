import type { Bench } from '../bench.js';
import { type CaseDefinition, SCORES } from '../case.js';
import { expectSame, expectSameNumbers } from '../expect.js';
import { countKeptBelow, magnitudesOf, type ScoreKind } from '../oracle.js';
import { createRandom } from '../random.js';
import { createSpecimens, DISTRIBUTIONS, mixed, SHAPES, UNEQUAL_SHAPES } from '../specimens.js';
import { createSubjects, itemOf, maskSubject, type Subject } from '../subject.js';

/** Law 1, where it begins: `countBelow` counts exactly. */
export const countBelowCases: readonly CaseDefinition[] = [
  ...DISTRIBUTIONS.map(
    (distribution): CaseDefinition => ({
      law: 1,
      name: `counts what is below a magnitude exactly: ${distribution.name}`,
      check: async (bench) => {
        const subjects = await createSubjects(bench, createSpecimens(distribution));
        await maskAtRandom(bench, subjects);
        await expectCounts(bench, subjects, 'magnitude', probesOf(bench, subjects, 'magnitude'));
      },
    }),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 1,
      name: `counts by the score ${score}, kept elements only`,
      needs: { score },
      check: async (bench) => {
        const subjects = await createSubjects(bench, createSpecimens(mixed, SHAPES, 3), score);
        await maskAtRandom(bench, subjects);
        await expectCounts(bench, subjects, score, probesOf(bench, subjects, score));
      },
    }),
  ),
  {
    law: 1,
    name: 'counts nothing below 0 and everything kept below 0x80000000',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, UNEQUAL_SHAPES));
      await maskAtRandom(bench, subjects);
      await expectCounts(bench, subjects, 'magnitude', [0, 0x80000000]);
    },
  },
  {
    law: 1,
    name: 'counts below many magnitudes in one call as below each by itself',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, [[33], [], [65]]));
      const magnitudes = Array.from({ length: 255 }, (_, i) => (i + 1) * 0x00800000);
      await expectCounts(bench, subjects, 'magnitude', magnitudes);
    },
  },
];

/** Magnitudes that occur, their neighbours, and the edges of the scale. */
function probesOf(bench: Bench, subjects: readonly Subject[], score: ScoreKind): number[] {
  const random = createRandom(11);
  const all = subjects.flatMap((subject) => [...magnitudesOf(subject, score, bench.manifest)]);
  const some = Array.from({ length: 4 }, () => all[random.integer(all.length)]!);
  const edges = [0, 1, 0x00800000, 0x7f800000, 0x7f800001, 0x7fffffff, 0x80000000];
  const around = some.flatMap((magnitude) => [Math.max(0, magnitude - 1), magnitude, magnitude + 1]);
  return [...new Set([...edges, ...around])].sort((a, b) => a - b);
}

async function expectCounts(
  bench: Bench,
  subjects: readonly Subject[],
  score: ScoreKind,
  magnitudes: readonly number[],
): Promise<void> {
  const items = subjects.map((subject) => itemOf(subject, score));
  const counts = await bench.backend.countBelow(items, magnitudes);
  expectSame('rows of countBelow, one a magnitude', counts.length, magnitudes.length);
  for (const [i, magnitude] of magnitudes.entries()) {
    const needed = subjects.map((subject) => countKeptBelow(subject, score, bench.manifest, magnitude));
    expectSameNumbers(`kept elements of each weight below 0x${magnitude.toString(16)}`, counts[i]!, needed);
  }
}

async function maskAtRandom(bench: Bench, subjects: readonly Subject[]): Promise<void> {
  const random = createRandom(17);
  for (const subject of subjects) {
    await maskSubject(
      bench,
      subject,
      subject.kept.map(() => Math.min(1, random.integer(4))),
    );
  }
}
