import type { ModelName, Score } from '../run.js';
import type { Study } from '../study.js';

/** One scored run as one arm evaluates it. Arms that share a training share its key. */
export interface Observation {
  readonly arm: string;
  readonly model: ModelName;
  /** Index into the study's series. */
  readonly series: number;
  readonly length: number;
  readonly seed: number;
  readonly key: string;
  /** On the test part, of the weights that the protocol scores. */
  readonly score: Score;
  /** On the test part, of the best epoch's weights and of the last one's, whichever is scored. */
  readonly atBest: Score;
  readonly atLast: Score;
  /** Of repeating the last value, on the same rows. */
  readonly persistence: Score;
  /** Fraction of prunable weights that is zero in the scored weights. */
  readonly sparsity: number;
  /** Epochs that ran, and the one that is scored, counted from 0. */
  readonly epochs: number;
  readonly scoredEpoch: number;
}

/**
 * Every scored run of a study, once an arm, in the order of the design. An arm that evaluates with dropout on
 * but was tuned to a rate of 0 has no noisy evaluation; with nothing to switch on, it is the plain one.
 */
export function observationsOf(study: Study): Observation[] {
  const evaluation = new Map(study.arms.map((arm) => [arm.name, arm.evaluation]));
  return study.cells.flatMap((cell) =>
    cell.runs.flatMap(({ seed, key }) => {
      const run = study.runs.get(key);
      const which = evaluation.get(cell.arm);
      if (run === undefined || which === undefined) return [];
      const { result } = run;
      return {
        arm: cell.arm,
        model: cell.model,
        series: cell.series,
        length: cell.length,
        seed,
        key,
        score: result.test[which] ?? result.test.off,
        atBest: result.testAtBest[which] ?? result.testAtBest.off,
        atLast: result.testAtLast[which] ?? result.testAtLast.off,
        persistence: result.persistence.test,
        sparsity: result.sparsity,
        epochs: result.epochs.length,
        scoredEpoch: result.scoredEpoch,
      };
    }),
  );
}

/** The share of the full model's prunable weights that a run does without: zeros, or what a narrower one never had. */
export function weightsGone({ runs }: Study, { key, sparsity }: Observation): number {
  return Math.max(sparsity, runs.get(key)!.spec.training.narrowed);
}

/** The least and the greatest share that an arm's runs do without; `null` where it has no run. */
export function weightsGoneOf(
  study: Study,
  observations: readonly Observation[],
  arm: string | null,
): readonly [number, number] | null {
  const shares = observations.filter((run) => run.arm === arm).map((run) => weightsGone(study, run));
  return shares.length === 0 ? null : [Math.min(...shares), Math.max(...shares)];
}

/** What repeating the last value scores on the test part of one series with one input length. */
export interface PersistenceScore {
  readonly series: number;
  readonly length: number;
  readonly score: Score;
}

/** Persistence for every series and length: as the study has it, else as any run measured it, which is the same. */
export function persistenceOf(study: Study, observations: readonly Observation[]): PersistenceScore[] {
  return study.series.flatMap((_, series) =>
    study.lengths.flatMap((length) => {
      const isHere = (one: { readonly series: number; readonly length: number }) =>
        one.series === series && one.length === length;
      const score = study.persistence.find(isHere)?.score ?? observations.find(isHere)?.persistence;
      return score === undefined ? [] : { series, length, score };
    }),
  );
}
