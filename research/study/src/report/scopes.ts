import type { ModelName } from '../run.js';
import type { Study } from '../study.js';
import type { BlockUnit } from './blocks.js';
import type { Observation } from './observations.js';

/** A part of a study that is judged on its own, and what is a block in it. */
export interface Scope {
  readonly kind: 'overall' | 'model' | 'model-series';
  readonly model: ModelName | null;
  /** Index into the study's series. */
  readonly series: number | null;
  readonly unit: BlockUnit;
  /** What a block is, for people: `series × model`. */
  readonly blockName: string;
  /** What a result here speaks about, and what it does not. */
  readonly population: string;
}

const LENGTHS_ARE_ONE_SERIES =
  'Input lengths are its blocks, as in the published analysis, and that is wrong: they are forecasts of the same ' +
  'days of the same series, so the test takes six looks at one thing for six things, and its p is too small.';

/**
 * The parts that are judged: all of it, each model over all series, and each model on each series.
 *
 * Under the honest protocol a block is an independent repetition of what the part speaks about. One model on one
 * series: a seed. One model over several series: a series. All of it: a model on a series. With a single series
 * only the seeds repeat. Lengths are never blocks, they are averaged. Under the published protocol every length
 * is a block, as the published analysis has it.
 */
export function scopesOf(study: Study, observations: readonly Observation[]): Scope[] {
  const models = study.models.filter((model) => observations.some((run) => run.model === model));
  const series = study.series.flatMap((_, index) =>
    observations.some((run) => run.series === index) ? index : [],
  );
  if (models.length === 0) return [];
  const scopes: Scope[] = [overall(study, models.length, series.length)];
  for (const model of models) {
    if (series.length > 1) scopes.push({ ...acrossSeries(study), kind: 'model', model, series: null });
    for (const index of series) {
      if (!observations.some((run) => run.model === model && run.series === index)) continue;
      scopes.push({ ...onOneSeries(study), kind: 'model-series', model, series: index });
    }
  }
  return scopes;
}

/** The runs that belong to a part. */
export function runsIn(scope: Scope, observations: readonly Observation[]): Observation[] {
  return observations.filter(
    (run) =>
      (scope.model === null || run.model === scope.model) &&
      (scope.series === null || run.series === scope.series),
  );
}

type Blocks = Pick<Scope, 'unit' | 'blockName' | 'population'>;

function overall({ protocol }: Study, models: number, series: number): Scope {
  const scope = { kind: 'overall', model: null, series: null } as const;
  if (protocol === 'published') {
    return {
      ...scope,
      unit: ['series', 'model', 'length'],
      blockName: [series > 1 ? 'series × ' : '', models > 1 ? 'model × ' : '', 'length'].join(''),
      population: LENGTHS_ARE_ONE_SERIES,
    };
  }
  if (series < 2) {
    return {
      ...scope,
      unit: ['model', 'seed'],
      blockName: models < 2 ? 'seed' : 'model × seed',
      population:
        'There is one series, so only the seeds repeat: this says what other seeds would give on this series, ' +
        'and nothing about any other series.',
    };
  }
  return {
    ...scope,
    unit: ['series', 'model'],
    blockName: models < 2 ? 'series' : 'series × model',
    population:
      models < 2
        ? 'Series are the blocks: this speaks about series like these, if these were a fair draw.'
        : 'Models on the same series are counted as blocks of their own although they share its days; with few ' +
          'series the intervals are rather too narrow than too wide.',
  };
}

function acrossSeries({ protocol }: Study): Blocks {
  return protocol === 'published'
    ? { unit: ['series', 'length'], blockName: 'series × length', population: LENGTHS_ARE_ONE_SERIES }
    : {
        unit: ['series'],
        blockName: 'series',
        population: 'Series are the blocks: this speaks about series like these, if these were a fair draw.',
      };
}

function onOneSeries({ protocol }: Study): Blocks {
  return protocol === 'published'
    ? { unit: ['length'], blockName: 'length', population: LENGTHS_ARE_ONE_SERIES }
    : {
        unit: ['seed'],
        blockName: 'seed',
        population:
          'Seeds are the blocks: this says what other seeds would give on this series, and nothing about other series.',
      };
}
