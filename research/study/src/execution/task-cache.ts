import { PruneError } from '@synaprune/core';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import type { LoadedSeries } from '../data/load-series.js';
import { makeTask } from '../protocols/make-task.js';
import type { RunSpec } from '../run.js';
import type { Task } from '../task.js';
import { ANYWHERE, type DataReach, loadWithin } from './data-reach.js';

/**
 * Finds the windows of a run. The last ones are kept, and every series: neighbouring runs need the same, and a study
 * with many lengths would fill the memory.
 *
 * @param reach which series may be read
 * @returns a function that throws PruneError `bad-data` when this machine's series is not the one of the plan
 */
export function createTaskCache(reach: DataReach = ANYWHERE): (spec: RunSpec) => Task {
  const loaded = new Map<string, LoadedSeries>();
  let last: { readonly name: string; readonly task: Task } | undefined;
  const seriesOf = ({ source, target, sha256 }: RunSpec['series']): LoadedSeries => {
    const name = JSON.stringify([source, target]);
    const series = loaded.get(name) ?? loadWithin(reach, { source, target });
    if (series.identity.sha256 !== sha256) {
      // Whoever may ask for any series is not told what this machine's hold.
      const got = reach.kind === 'anywhere' ? `, got ${series.identity.sha256.slice(0, 12)}…` : '';
      throw new PruneError(
        'bad-data',
        `${nameText(source)} holds other numbers here than where the study was started: needed SHA-256 ` +
          `${sha256.slice(0, 12)}…${got}; every machine needs the same file`,
      );
    }
    loaded.set(name, series);
    return series;
  };
  return ({ protocol, series, length, model }) => {
    // The windows of one model differ from those of the others.
    const name = JSON.stringify([protocol, series, length, model === 'patchtst']);
    if (last?.name !== name) {
      last = undefined;
      last = { name, task: makeTask(seriesOf(series), protocol, length, model) };
    }
    return last.task;
  };
}
