import { cutAt, drop, rankKept, type ScoreKind } from '../oracle/model.js';
import type { Specimen } from '../specimens/specimens.js';
import { expectSame } from './expect.js';
import { prune } from './prune.js';
import type { Stand } from './stand.js';
import { createSubjects, expectMasks, expectWeights, groupOf, itemOf } from './subject.js';

/** Fresh weights for every count: the cut, the masks and the weights are what a full sort gives. */
export async function expectOrder(
  stand: Stand,
  specimens: readonly Specimen[],
  counts: readonly number[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  for (const count of counts) {
    const what = `the lowest ${count}`;
    const subjects = await createSubjects(stand, specimens, score);
    const ranked = rankKept(subjects, score, stand.manifest);
    const needed = cutAt(ranked, count);
    const cut = await stand.backend.findCut(
      subjects.map((subject) => itemOf(subject, score)),
      count,
    );
    expectSame(`magnitude of the cut for ${what}`, cut.magnitude, needed.magnitude);
    expectSame(`ties of the cut for ${what}`, cut.ties, needed.ties);
    await expectMasks(stand, 'findCut changes nothing', subjects);
    await prune(stand, [groupOf(subjects, needed, score)]);
    drop(subjects, ranked.slice(0, count));
    await expectMasks(stand, what, subjects);
    await expectWeights(stand, what, subjects);
  }
}
