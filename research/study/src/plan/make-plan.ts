import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { badData } from '@synaprune/examples-kit/bad-data';
import { BUILT_IN_NAMES } from '@synaprune/examples-kit/built-in/built-in';
import type { Arm } from '../arm.js';
import { loadSeries } from '../data/load-series.js';
import type { SeriesRequest } from '../data-list.js';
import type { StudyOptions } from '../options.js';
import { refuseLeaks } from '../protocols/leaks.js';
import { MOST_RUNS, mostRunsOf, type Plan, planArms, type StoppingOf } from './plan.js';
import { surveyTask } from './survey.js';

/** What a plan is made from. */
export type Wishes = Pick<
  StudyOptions,
  'protocol' | 'models' | 'data' | 'lengths' | 'seeds' | 'tuningSeeds' | 'arms'
>;

/**
 * Loads every series and makes its windows of every length once, so that whatever is wrong with the data is told
 * before anything is trained, and writes the settings of the arms out. What cannot be had, such as a length that
 * leaves a part of a short series without windows, is noted with its reason, and the rest is planned.
 *
 * @throws PruneError `bad-data` for a series that cannot be read or gives its target away, and when nothing can be had
 */
export function makePlan(
  wishes: Wishes,
  surroundings: {
    readonly arms: readonly Arm[];
    readonly stoppingOf: StoppingOf;
    readonly runtime: string;
    readonly machine: Plan['machine'];
  },
): Plan {
  const { protocol, models, lengths, seeds, tuningSeeds } = wishes;
  const arms = surroundings.arms.filter(({ name }) => wishes.arms.includes(name));
  const remarks: Plan['remarks'][number][] = [];
  const persistence: Plan['persistence'][number][] = [];
  const linear: Plan['linear'][number][] = [];
  const impossible: Plan['impossible'][number][] = [];
  const series = wishes.data.map((request, index) => {
    const loaded = loadSeries(placeOf(request));
    // No length makes that good, and nobody wants the other series without this one.
    if (protocol === 'honest') refuseLeaks(loaded.series);
    for (const length of lengths) {
      const place = { series: index, length };
      const found = surveyTask(loaded, protocol, length, models);
      if (found.remarks.length > 0) remarks.push({ ...place, remarks: found.remarks });
      if (found.persistence !== null) persistence.push({ ...place, score: found.persistence });
      if (found.linear !== null) linear.push({ ...place, ...found.linear });
      impossible.push(...found.impossible.map((what) => ({ ...place, ...what })));
    }
    return loaded.identity;
  });
  const asked = series.length * lengths.length * models.length;
  const refused = impossible.reduce((sum, { model }) => sum + (model === null ? models.length : 1), 0);
  if (refused === asked) {
    throw badData([...new Set(impossible.map(({ reason }) => reason))].join('\n'));
  }
  const planned = planArms(arms, surroundings.stoppingOf, { protocol, models });
  const most = mostRunsOf({ series, lengths, arms: planned, seeds, tuningSeeds });
  if (most > MOST_RUNS) {
    throw badData(
      `a study needs at most ${MOST_RUNS.toLocaleString('en-US')} runs, got ${most.toLocaleString('en-US')}; take fewer ` +
        'lengths, seeds, arms or series',
    );
  }
  return {
    protocol,
    runtime: surroundings.runtime,
    series,
    remarks,
    persistence,
    linear,
    impossible,
    models,
    lengths,
    seeds,
    tuningSeeds,
    arms: planned,
    machine: surroundings.machine,
  };
}

/**
 * Paths are made absolute: processes and machines that train need not start in the same folder.
 *
 * @throws PruneError `bad-data` for what is neither a file nor a built-in series
 */
function placeOf({ source, target }: SeriesRequest): SeriesRequest {
  const builtIn = BUILT_IN_NAMES.includes(source);
  if (!builtIn && !existsSync(source)) {
    throw badData(
      `--data needs built-in series (${BUILT_IN_NAMES.join(', ')}) or paths of CSV files; ` +
        `${source} is neither: there is no file ${resolve(source)}`,
    );
  }
  const place = builtIn ? source : resolve(source);
  return target === undefined ? { source: place } : { source: place, target };
}
