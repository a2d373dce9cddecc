import { basename } from 'node:path';
import { didYouMean, quote } from '@synaprune/core/checks';
import Papa from 'papaparse';
import { LARGEST_TABLE, readPlainFile } from '../read-plain-file.js';
import { namesText, nameText } from '../terminal.js';
import { badData } from './bad-data.js';
import { isMissing, looksNumeric, type MissingRule, parseNumbers } from './csv-numbers.js';
import { DAY_MS, looksLikeClock, looksLikeDate, parseDates } from './dates.js';
import type { Column, Season, Series } from './series.js';
import { checkCells, checkColumns, checkSize } from './table-limits.js';

/** What to take from a CSV file. */
export interface CsvRequest {
  readonly target: string;
  /** Input columns beside the target; every numeric column unless told. */
  readonly columns?: readonly string[] | undefined;
  readonly missing: MissingRule;
}

/** A CSV file as text: a header and as many cells in every row. */
export interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a file of comma-, semicolon- or tab-separated values with one header line.
 *
 * @throws PruneError `bad-data` when the file is not there, is no plain file or too large, is empty, or its rows are
 *   ragged
 */
export function readSheet(path: string): Sheet {
  const file = readPlainFile(path, { most: LARGEST_TABLE });
  if (file.kind === 'refused') {
    throw badData(`--data needs births, sp500 or a CSV file, got ${path}: ${file.reason}`);
  }
  checkSize(path, file.bytes);
  return parseSheet(path, file.bytes.toString('utf8'));
}

/** {@link readSheet} for a text at hand. */
export function parseSheet(path: string, text: string): Sheet {
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, '').trimEnd(), {
    skipEmptyLines: false,
    transform: (cell) => cell.trim(),
  });
  const [header, ...rows] = parsed.data;
  if (text.trim() === '' || header === undefined)
    throw badData(`${path} is empty; needed a header line and rows`);
  if (rows.length === 0) throw badData(`${path} has a header and no rows`);
  checkColumns(path, header.length);
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name)) throw badData(`${path} has two columns named ${quote(name)}`);
    seen.add(name);
  }
  const ragged = rows.findIndex((row) => row.length !== header.length);
  if (ragged >= 0) {
    throw badData(
      `${path} needs ${header.length} cells in every row, got ${rows[ragged]!.length} on line ${ragged + 2}`,
    );
  }
  checkCells(path, parsed.data);
  return { header, rows };
}

/**
 * A series from any CSV file. The target is forecast from its own past and from the past of the other numeric
 * columns. A column of dates (and one of clock times beside it) orders the rows and gives the calendar.
 *
 * @throws PruneError `bad-data`
 */
export function readCsv(path: string, request: CsvRequest): Series {
  return seriesOf(path, readSheet(path), request);
}

/** {@link readCsv} for a sheet at hand. */
export function seriesOf(path: string, sheet: Sheet, { target, columns, missing }: CsvRequest): Series {
  const { header, rows } = sheet;
  const line = (row: number) => row + 2;
  const places = new Map(header.map((name, at) => [name, at]));
  const texts = (name: string) => {
    const at = places.get(name)!;
    return rows.map((row) => row[at]!);
  };
  for (const name of [target, ...(columns ?? [])]) {
    if (!places.has(name)) {
      const near = didYouMean(name, header);
      throw badData(
        `${path} has no column ${quote(name)}${near === '' ? '; it' : `${near} It`} has ${namesText(header)}`,
      );
    }
  }
  const kinds = new Map(header.map((name) => [name, kindOf(texts(name), missing)]));
  if (kinds.get(target) === 'date')
    throw badData(`column ${nameText(target)} holds dates; the target needs numbers`);
  const day = header.find((name) => kinds.get(name) === 'date');
  const clock = header.find((name) => kinds.get(name) === 'clock');
  const clocks = clock === undefined || day === undefined ? null : texts(clock);
  const dates = day === undefined ? null : parseDates(day, texts(day), clocks, line);
  const numeric = header.filter((name) => kinds.get(name) === 'number');
  const inputs = [target, ...(columns ?? numeric).filter((name) => name !== target)];
  const used: Column[] = inputs.map((name) => ({
    name,
    values: parseNumbers(name, texts(name), missing, line),
  }));
  const ignored = header
    .filter((name) => !inputs.includes(name) && name !== day && name !== clock)
    .map((name) => ({ name, reason: kinds.get(name) === 'number' ? 'not asked for' : 'not numeric' }));
  return {
    name: basename(path),
    step: stepOf(dates),
    unit: target,
    provenance: `the file ${basename(path)}`,
    licence: 'as the file’s owner states',
    columns: used,
    dates,
    season: seasonOf(dates),
    inputs: 'levels',
    ignored,
  };
}

/** What the first value of a column says the column is. */
function kindOf(texts: readonly string[], missing: MissingRule): 'date' | 'clock' | 'number' | 'text' {
  const first = texts.find((text) => !isMissing(text, missing));
  // A column that is all missing counts as numeric, so that the complaint names the missing values.
  if (first === undefined || looksNumeric(first)) return 'number';
  if (looksLikeDate(first)) return 'date';
  return looksLikeClock(first) ? 'clock' : 'text';
}

/** The usual distance between rows, in words. */
function stepOf(dates: Float64Array | null): string {
  const gap = dates === null ? Number.NaN : usualGap(dates);
  if (gap === DAY_MS) return 'day';
  return gap === DAY_MS / 24 ? 'hour' : 'row';
}

/** A week for rows a day apart, a day for rows an hour apart, as long as no row is left out. */
function seasonOf(dates: Float64Array | null): Season | null {
  if (dates === null) return null;
  const gap = usualGap(dates);
  if (dates.some((date, row) => row > 0 && date - dates[row - 1]! !== gap)) return null;
  if (gap === DAY_MS) return { rows: 7, label: 'a week ago' };
  return gap === DAY_MS / 24 ? { rows: 24, label: 'a day ago' } : null;
}

function usualGap(dates: Float64Array): number {
  const gaps = dates
    .subarray(1)
    .map((date, row) => date - dates[row]!)
    .sort();
  return gaps[gaps.length >> 1] ?? Number.NaN;
}
