import { didYouMean, quote } from '@synaprune/core/checks';
import { badData } from '@synaprune/examples-kit/bad-data';
import { loadBuiltIn } from '@synaprune/examples-kit/built-in/built-in';
import { type ReadSeries, readCsv } from '@synaprune/examples-kit/csv/read-csv';
import type { Series } from '@synaprune/examples-kit/series/series';
import { namesText, nameText } from '@synaprune/examples-kit/terminal/terminal';

/** Which series to load, as the command line says it. */
export interface DataRequest {
  /** A built-in series, or the path of a CSV file. */
  readonly data: string;
  readonly target?: string | undefined;
  /** Other columns to look at; all of numbers unless told. */
  readonly columns?: readonly string[] | undefined;
  readonly missing: {
    /** Texts and numbers that stand for "missing" in a file: `-200`. */
    readonly codes: readonly string[];
    /** `reject` fails where a value is missing; `skip` leaves out every window that would touch one. */
    readonly rows: 'reject' | 'skip';
  };
  readonly inputs?: 'levels' | 'changes' | undefined;
}

/**
 * Loads a series by name or by path.
 *
 * @throws PruneError `bad-data` when there is no such file, no such column, or its rows cannot be used
 */
export function loadSeries({ data, target, columns, missing, inputs }: DataRequest): ReadSeries {
  const builtIn = loadBuiltIn(data, target);
  const { series, remarks } =
    builtIn === undefined
      ? readCsv(data, { target, targetHint: 'as --target says it', missing: missing.codes })
      : { series: builtIn, remarks: [] };
  const chosen = columns === undefined ? series : withColumns(data, series, columns);
  if (missing.rows === 'reject') requireValues(chosen);
  return {
    series: {
      ...chosen,
      unit: chosen.unit || chosen.columns[0]!.name,
      inputs: inputs ?? chosen.inputs,
    },
    remarks,
  };
}

/** The target, and of the other columns those that were asked for. */
function withColumns(data: string, series: Series, names: readonly string[]): Series {
  const known = series.columns.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = didYouMean(unknown, known);
    throw badData(
      `--columns needs columns of ${nameText(data)} that can be learned from, got ${quote(unknown)}` +
        `${near === '' ? '; it' : `${near} It`} has ${namesText(known)}`,
    );
  }
  const [target, ...others] = series.columns;
  const left = others.filter(({ name }) => !names.includes(name));
  return {
    ...series,
    columns: [target!, ...others.filter(({ name }) => names.includes(name))],
    ignored: [...series.ignored, ...left.map(({ name }) => ({ name, reason: 'not asked for' }))],
  };
}

function requireValues({ columns }: Series): void {
  for (const { name, values } of columns) {
    const missing = values.filter((value) => Number.isNaN(value)).length;
    if (missing === 0) continue;
    const first = values.findIndex((value) => Number.isNaN(value));
    throw badData(
      `column ${nameText(name)} needs a value in every row, got ${missing} missing of ${values.length}, the first ` +
        `in row ${first + 1} in the order of time; choose other columns with --columns, or leave out the windows ` +
        'that touch such rows with --missing-rows skip',
    );
  }
}
