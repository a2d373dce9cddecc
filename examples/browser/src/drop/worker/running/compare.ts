import { type Answers, createAgreement, timeInTurn } from '@synaprune/refit';
import type { Answered, Timed } from '../../state';
import type { Turn } from '../turn';
import type { Loaded } from './bench';

/** The dense model's answers, as many as fit into a while. */
export async function answerAll(
  dense: Loaded,
  { samples, fewest }: { readonly samples: number; readonly fewest: number },
  budgetMs: number,
  turn: Turn,
): Promise<readonly Answers[]> {
  const started = performance.now();
  const answers: Answers[] = [];
  while (answers.length < samples) {
    if (answers.length >= fewest && performance.now() - started > budgetMs) break;
    await turn.breathe();
    answers.push(await dense.run(answers.length));
  }
  return answers;
}

/** How much a model answers as the dense one did. */
export async function compareAnswers(
  dense: readonly Answers[],
  other: Loaded,
  turn: Turn,
): Promise<Answered> {
  const tally = createAgreement({ shapes: 'disagree' });
  for (const [sample, before] of dense.entries()) {
    await turn.breathe();
    tally.add(before, await other.run(sample));
  }
  const { total, samples, count } = tally.finish();
  return { agreement: total, sameSamples: samples, samples: count };
}

/** How far apart the quarters of the rounds may lie. */
const SCATTERED = 1.5;

/** Milliseconds that are timed as one: the clock of a page ticks every tenth of one, or less often. */
const LEAST_MS = 4;

/** Milliseconds of what is long beyond doubt. */
const LONG_MS = 50;

/** Runs that are timed as one at most: by then a clock that shows nothing stands still. */
const MOST_RUNS = 1024;

/**
 * Milliseconds of a run of each, the two in turn. Both have answered before: what a runtime does once is not timed. What is
 * over between two ticks of the clock is run as often as it takes to be seen.
 */
export async function compareTimes(
  models: { readonly before: Loaded; readonly after: Loaded },
  samples: number,
  turn: Turn,
): Promise<Timed> {
  const runs = Math.max(await runsToSee(models.before, turn), await runsToSee(models.after, turn));
  const taken = { before: [] as number[], after: [] as number[] };
  const { speedup, ...times } = await timeInTurn(
    async (which, sample: number) => {
      await turn.breathe();
      const took = (await models[which].time(sample, runs)) / runs;
      taken[which].push(took);
      return took;
    },
    Array.from({ length: samples }, (_, i) => i),
    { most: 60, fewest: 5, budget: 1000, signal: turn.signal },
  );
  const ratios = taken.before.map((took, round) => took / taken.after[round]!).sort((a, b) => a - b);
  const quarter = Math.floor(ratios.length / 4);
  return {
    ...times,
    speedup: Number.isFinite(speedup) && speedup > 0 ? speedup : null,
    scattered: ratios[ratios.length - 1 - quarter]! / ratios[quarter]! > SCATTERED,
  };
}

/** How many runs of a model last long enough for the clock, a power of two. */
async function runsToSee(model: Loaded, turn: Turn): Promise<number> {
  let runs = 1;
  for (;;) {
    await turn.breathe();
    const took = await model.time(0, runs);
    if (took >= LONG_MS || runs >= MOST_RUNS) return runs;
    // Something else may have come between: what lasts long enough does so twice.
    if (took >= LEAST_MS && (await model.time(0, runs)) >= LEAST_MS) return runs;
    runs *= 2;
  }
}
