import { loadBuiltIn } from '@synaprune/examples-kit/built-in/built-in';
import { readCsv } from '@synaprune/examples-kit/csv/read-csv';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { SeriesIdentity } from '../task.js';
import { identify } from './identity.js';

/** A series in memory. */
export interface LoadedSeries {
  readonly identity: SeriesIdentity;
  /** The target is the first column; NaN stands for a missing value. */
  readonly series: Series;
  /** `levels` and `changes` are settled; `by drift` leaves it to the training part. */
  readonly inputs: Series['inputs'] | 'by drift';
  /** What was put right, left out or is odd, for people. */
  readonly remarks: readonly string[];
}

/**
 * Loads a built-in series (`births`, `sp500`, `weather`, `sensors`) or a CSV file by its path.
 *
 * @param request.target column to forecast; a built-in series has one of its own, a file needs it
 * @param inside a folder that a file has to lie in
 * @throws PruneError `bad-data` when there is no such series or file, or its rows or the target cannot be used
 */
export function loadSeries(
  { source, target }: { source: string; target?: string | undefined },
  inside?: string,
): LoadedSeries {
  const builtIn = loadBuiltIn(source, target);
  if (builtIn !== undefined) {
    const remarks = builtIn.ignored.map(({ name, reason }) => `column ${name} left out: ${reason}`);
    return { identity: identify(source, builtIn), series: builtIn, inputs: builtIn.inputs, remarks };
  }
  const { series, remarks } = readCsv(source, {
    target,
    targetHint: `as in ${source}:COLUMN`,
    inside,
  });
  return { identity: identify(source, series), series, inputs: 'by drift', remarks };
}
