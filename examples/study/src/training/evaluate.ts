import type { Evaluations, Score } from '../run.js';
import type { Part, Task } from '../task.js';
import type { Learner } from './learner.js';
import { createNoise } from './noise.js';
import { inOriginalUnits, type Output, scoreOf } from './score.js';

/** Passes that a Monte-Carlo forecast is the mean of. */
const PASSES = 20;

/**
 * Scores of a learner's weights on one part: with dropout off, and where it was trained with dropout also with it on,
 * once and averaged over 20 passes, the first of which is the one.
 *
 * @param label of the masks' stream, so that scores depend on nothing that was evaluated before
 */
export async function evaluate(
  learner: Learner,
  task: Task,
  part: Part,
  { output, dropout, seed, label }: EvaluationOptions,
): Promise<Evaluations> {
  const score = (values: ArrayLike<number>): Score =>
    scoreOf(inOriginalUnits(task, part, output, values), part.truth, task.errorUnit);
  const off = score(await learner.outputs(part, null));
  if (dropout === 0) return { off, onePass: null, twentyPasses: null };
  const noise = createNoise(seed, `dropout of ${label}`, dropout);
  const sum = new Float64Array(part.count);
  let onePass: Score | null = null;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const values = await learner.outputs(part, noise);
    onePass ??= score(values);
    for (let i = 0; i < sum.length; i += 1) sum[i]! += values[i]!;
  }
  return { off, onePass, twentyPasses: score(sum.map((value) => value / PASSES)) };
}

/** What an evaluation depends on beside weights and windows. */
export interface EvaluationOptions {
  readonly output: Output;
  readonly dropout: number;
  readonly seed: number;
  readonly label: string;
}
