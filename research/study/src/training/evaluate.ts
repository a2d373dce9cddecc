import type { Evaluations, Score } from '../run.js';
import type { Part, Task } from '../task.js';
import type { Learner } from './learner.js';
import type { Noise } from './noise.js';
import { inOriginalUnits, type Output, scoreOf } from './score.js';

/** Passes that a Monte-Carlo forecast is the mean of. */
const PASSES = 20;

/**
 * Scores of a learner's weights on one part: with dropout off, and where it was trained with dropout also with it on,
 * once and averaged over 20 passes, the first of which is the one.
 */
export async function evaluate(
  learner: Learner,
  task: Task,
  part: Part,
  { output, noise, beforePass }: EvaluationOptions,
): Promise<Evaluations> {
  const score = (values: ArrayLike<number>): Score =>
    scoreOf(inOriginalUnits(task, part, output, values), part.truth, task.errorUnit);
  const off = score(await learner.outputs(part, null));
  if (noise === null) return { off, onePass: null, twentyPasses: null };
  const sum = new Float64Array(part.count);
  let onePass: Score | null = null;
  for (let pass = 0; pass < PASSES; pass += 1) {
    beforePass();
    const values = await learner.outputs(part, noise);
    onePass ??= score(values);
    for (let i = 0; i < sum.length; i += 1) sum[i]! += values[i]!;
  }
  return { off, onePass, twentyPasses: score(sum.map((value) => value / PASSES)) };
}

/** What an evaluation depends on beside weights and windows. */
export interface EvaluationOptions {
  readonly output: Output;
  /** Masks of the passes with dropout on; `null` where a model was trained without. */
  readonly noise: Noise | null;
  /** Is called before each of those passes. */
  beforePass(): void;
}
