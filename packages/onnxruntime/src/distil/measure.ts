import { type Agreement, createAgreement } from '@synaprune/refit';
import { answersOf } from '../compare/answers-of.js';
import type { Trainer } from '../trainer/trainer-api.js';
import type { Lesson, Lessons } from './lessons.js';
import type { LossScale, SoftTarget } from './loss-scale.js';
import type { DistilOptions } from './options.js';
import { mismatch } from './teacher.js';

/** How near a student is to its teacher, on samples that it does not learn from. */
export interface Standing {
  readonly agreement: Agreement;
  /** What of the teacher's answers is unexplained; Infinity where an answer is NaN. */
  readonly unexplained: number;
}

/** Losses of several outputs, in parts of what there is to explain. */
export interface Yardstick {
  /** The targets of a lesson, as a step takes them. */
  targetsOf(lesson: Lesson): Readonly<Record<string, SoftTarget>>;
  /** The loss that these targets have themselves. */
  floor(targets: Readonly<Record<string, SoftTarget>>): number;
  /** What lies between that and knowing nothing. */
  readonly range: number;
  measure(): Promise<Standing>;
}

/** Samples to learn from that the range is looked for in, beside those that are held back. */
const LOOKED_AT = 32;

/** A range below this, of targets that hardly vary, counts as this. */
const LEAST_RANGE = 1e-6;

export async function createYardstick(
  { trainer, classes, metric }: Pick<DistilOptions, 'classes' | 'metric'> & { readonly trainer: Trainer },
  scale: LossScale,
  heldBack: { readonly lessons: Lessons; readonly count: number },
  training: { readonly lessons: Lessons; readonly count: number },
): Promise<Yardstick> {
  const targetsOf = ({ answers }: Lesson) =>
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, scale.targetOf(answer)]));
  const floor = (targets: Readonly<Record<string, SoftTarget>>) =>
    Object.values(targets).reduce((sum, target) => sum + scale.floor(target), 0);
  const seen: Readonly<Record<string, SoftTarget>>[] = [];
  for (let at = 0; at < heldBack.count; at += 1) seen.push(targetsOf(await heldBack.lessons.of(at)));
  for (let at = 0; at < Math.min(LOOKED_AT, training.count); at += 1) {
    seen.push(targetsOf(await training.lessons.of(at)));
  }
  const ignorance = Object.keys(seen[0]!).reduce(
    (sum, name) => sum + scale.ignorance(seen.map((targets) => targets[name]!)),
    0,
  );
  const range = Math.max(
    LEAST_RANGE,
    ignorance - seen.reduce((sum, targets) => sum + floor(targets), 0) / seen.length,
  );

  return {
    targetsOf,
    floor,
    range,
    async measure() {
      const tally = createAgreement({ classes, metric });
      let missed = 0;
      for (let at = 0; at < heldBack.count; at += 1) {
        const lesson = await heldBack.lessons.of(at);
        const given = answersOf(await trainer.predict(lesson.inputs));
        const names = Object.keys(lesson.answers);
        const student = Object.fromEntries(names.map((name) => [name, given[name]!]));
        tally.add(lesson.answers, student);
        const targets = targetsOf(lesson);
        for (const name of names) missed += excess(name, student[name] as SoftTarget, targets[name]!);
      }
      const share = missed / heldBack.count / range;
      return {
        agreement: tally.finish(),
        unexplained: Number.isNaN(share) ? Number.POSITIVE_INFINITY : share,
      };
    },
  };

  function excess(name: string, answer: SoftTarget, target: SoftTarget): number {
    if (String(answer.dims) !== String(target.dims)) {
      throw mismatch(
        `output "${name}" of the shape [${answer.dims.join(', ')}]`,
        `[${target.dims.join(', ')}]`,
      );
    }
    return scale.loss(answer, target) - scale.floor(target);
  }
}
