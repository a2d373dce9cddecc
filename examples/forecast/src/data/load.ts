import { badData } from './bad-data.js';
import { loadBirths } from './births.js';
import { readCsv } from './csv.js';
import type { MissingRule } from './csv-numbers.js';
import type { Series } from './series.js';
import { loadSp500 } from './sp500.js';

/** Which series to load, as the command line says it. */
export interface DataRequest {
  /** `births`, `sp500`, or the path of a CSV file. */
  readonly data: string;
  readonly target?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly missing: MissingRule;
  readonly inputs?: 'levels' | 'changes' | undefined;
}

const BUILT_IN: Readonly<Record<string, () => Series>> = { births: loadBirths, sp500: loadSp500 };

/**
 * Loads a series by name or by path.
 *
 * @throws PruneError `bad-data` when there is no such file, no such column, or its rows cannot be used
 */
export function loadSeries({ data, target, columns, missing, inputs }: DataRequest): Series {
  // Of its own: every object also has a `toString`.
  const builtIn = Object.hasOwn(BUILT_IN, data) ? BUILT_IN[data] : undefined;
  const series = builtIn?.() ?? fromFile({ data, target, columns, missing });
  if (target !== undefined && target !== series.columns[0]!.name) {
    throw badData(
      `--data ${data} forecasts ${series.columns[0]!.name}; --target is for CSV files, got ${target}`,
    );
  }
  return inputs === undefined ? series : { ...series, inputs };
}

function fromFile({ data, target, columns, missing }: DataRequest): Series {
  if (target === undefined) {
    throw badData(`--data ${data} is a file, so it needs --target with the name of the column to forecast`);
  }
  return readCsv(data, { target, columns, missing });
}
