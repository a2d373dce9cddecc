import type { Arm } from '../arm.js';
import type { Evaluations, ModelName, RunSpec, StoppingSpec, TrainingSpec } from '../run.js';
import type { Study } from '../study.js';
import type { Protocol, SeriesIdentity } from '../task.js';

/**
 * Everything that decides which runs a study needs. It is kept beside the runs, so that a report can be made later,
 * also when series have moved or arms have other settings by then.
 */
export interface Plan {
  readonly protocol: Protocol;
  /** Name and version of what computes. */
  readonly runtime: string;
  readonly series: readonly SeriesIdentity[];
  readonly remarks: Study['remarks'];
  readonly persistence: Study['persistence'];
  readonly linear: Study['linear'];
  readonly impossible: Study['impossible'];
  readonly models: readonly ModelName[];
  readonly lengths: readonly number[];
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  readonly arms: readonly PlannedArm[];
  readonly machine: Study['machine'];
}

/** An arm with its settings written out. */
export interface PlannedArm {
  readonly name: string;
  readonly title: string;
  readonly explanation: string;
  readonly evaluation: keyof Evaluations;
  /** For each model of the plan; empty for arms that train nothing. */
  readonly candidates: readonly {
    readonly model: ModelName;
    readonly settings: readonly PlannedCandidate[];
  }[];
}

/** One setting of an arm, and how long it trains. */
export interface PlannedCandidate {
  readonly label: string;
  readonly training: TrainingSpec;
  readonly stopping: StoppingSpec;
}

/** How long a setting trains: `stoppingOf` of the arms. */
export type StoppingOf = (protocol: Protocol, model: ModelName, training: TrainingSpec) => StoppingSpec;

/** Writes the settings of arms out. */
export function planArms(
  arms: readonly Arm[],
  stoppingOf: StoppingOf,
  { protocol, models }: Pick<Plan, 'protocol' | 'models'>,
): PlannedArm[] {
  return arms.map((arm) => ({
    name: arm.name,
    title: arm.title,
    explanation: arm.explanation,
    evaluation: arm.evaluation,
    candidates: models.map((model) => ({
      model,
      settings: arm
        .candidates(protocol, model)
        .map(({ label, training }) => ({ label, training, stopping: stoppingOf(protocol, model, training) })),
    })),
  }));
}

/** An arm on one series with one model and one length, and the settings to choose among. */
export interface PlannedCell {
  readonly arm: PlannedArm;
  readonly model: ModelName;
  /** Index into the plan's series. */
  readonly series: number;
  readonly length: number;
  readonly settings: readonly PlannedCandidate[];
}

/** Runs of one study. */
export const MOST_RUNS = 1_000_000;

/** At most so many runs does a plan ask for, whatever turns out to be impossible or alike. */
export function mostRunsOf({
  series,
  lengths,
  arms,
  seeds,
  tuningSeeds,
}: Pick<Plan, 'series' | 'lengths' | 'arms' | 'seeds' | 'tuningSeeds'>): number {
  const settings = arms.reduce(
    (sum, { candidates }) =>
      sum +
      candidates.reduce(
        (all, { settings: { length } }) => all + length * tuningSeeds.length + seeds.length,
        0,
      ),
    0,
  );
  return series.length * lengths.length * settings;
}

/** The cells of a plan that can be had; those that train on the same windows are neighbours, so that a process loads these once. */
export function cellsOf({ series, lengths, models, arms, impossible }: Plan): PlannedCell[] {
  const isPossible = (index: number, length: number, model: ModelName) =>
    !impossible.some(
      (place) =>
        place.series === index && place.length === length && (place.model === null || place.model === model),
    );
  return series.flatMap((_, index) =>
    lengths.flatMap((length) =>
      models
        .filter((model) => isPossible(index, length, model))
        .flatMap((model) =>
          arms.map((arm) => ({
            arm,
            model,
            series: index,
            length,
            settings: arm.candidates.find((entry) => entry.model === model)?.settings ?? [],
          })),
        ),
    ),
  );
}

/** The run of a setting with a seed. */
export function specOf(
  { protocol, runtime, series }: Plan,
  cell: PlannedCell,
  { training, stopping }: PlannedCandidate,
  seed: number,
): RunSpec {
  const { source, target, sha256 } = series[cell.series]!;
  return {
    protocol,
    series: { source, target, sha256 },
    length: cell.length,
    model: cell.model,
    training,
    stopping,
    seed,
    runtime,
  };
}
