import type { Bench } from './bench.js';
import { expectSame } from './expect.js';
import { cutAt, drop, rankKept, type ScoreKind } from './oracle.js';
import type { Specimen } from './specimens.js';
import { createSubjects, dropping, expectMasks, expectWeights, groupOf, itemOf } from './subject.js';

/** Fresh weights for every count: the cut, the masks and the weights are what a full sort gives. */
export async function expectOrder(
  bench: Bench,
  specimens: readonly Specimen[],
  counts: readonly number[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  for (const count of counts) {
    const what = `the lowest ${count}`;
    const subjects = await createSubjects(bench, specimens, score);
    const ranked = rankKept(subjects, score, bench.manifest);
    const needed = cutAt(ranked, count);
    const cut = await bench.backend.findCut(
      subjects.map((subject) => itemOf(subject, score)),
      dropping(count),
    );
    expectSame(`magnitude of the cut for ${what}`, cut.magnitude, needed.magnitude);
    expectSame(`ties of the cut for ${what}`, cut.ties, needed.ties);
    expectSame(`direction of the cut for ${what}`, cut.direction, 'drop');
    expectSame(`pattern of the cut for ${what}`, cut.pattern.kind, 'element');
    await expectMasks(bench, 'findCut changes nothing', subjects);
    await bench.backend.dropBelow([groupOf(subjects, needed, score)]);
    drop(subjects, ranked.slice(0, count));
    await expectMasks(bench, what, subjects);
    await expectWeights(bench, what, subjects);
  }
}
