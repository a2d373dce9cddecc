import { createHash } from 'node:crypto';
import { didYouMean, quote } from '@synaprune/core/checks';
import { badData } from '../bad-data.js';
import type { Column } from '../series/series.js';
import { namesText, nameText } from '../terminal/terminal.js';
import type { CsvRequest } from './csv-request.js';
import { findMissingCodes } from './missing-codes.js';
import { type NumberColumn, parseColumn, standsFor, styleOf } from './numbers.js';
import type { Sheet } from './sheet.js';

/** Columns of numbers that can be learned from, and what was found wrong with the rest. */
export interface CleanColumns {
  /** The target first. NaN where a value is missing. */
  readonly columns: readonly Column[];
  readonly remarks: readonly string[];
}

/** Inputs with more missing values than this are left out. */
const MOST_MISSING = 0.3;
/** Columns that a remark names. */
const LISTED = 12;

/**
 * Reads the columns of numbers of a sheet, rows in the order given.
 *
 * @param dates columns that hold dates
 * @throws PruneError `bad-data` when the target is not named, not there, text, empty or constant
 */
export function cleanColumns(
  path: string,
  sheet: Sheet,
  rows: Int32Array,
  dates: readonly string[],
  { target, targetHint, missing = [] }: Pick<CsvRequest, 'target' | 'targetHint' | 'missing'>,
): CleanColumns {
  const style = styleOf(sheet.columns, sheet.delimiter);
  const read = new Map<string, NumberColumn>();
  const texts: string[] = [];
  for (const [at, name] of sheet.header.entries()) {
    if (dates.includes(name)) continue;
    const cells = sheet.columns[at]!;
    const parsed = parseColumn(
      Array.from(rows, (row) => cells[row]!),
      style,
      (text) => standsFor(text, missing, style),
    );
    if (parsed === null) texts.push(name);
    else read.set(name, parsed);
  }
  const numeric = [...read.keys()];
  const list = numeric.length === 0 ? 'it has none' : `columns of numbers: ${namesText(numeric)}`;
  if (target === undefined) {
    const hint = targetHint === undefined ? '' : `, ${targetHint}`;
    throw badData(`${path} needs a target${hint}; ${list}`);
  }
  if (!read.has(target)) {
    const near = didYouMean(target, numeric);
    const problem = dates.includes(target)
      ? `column ${nameText(target)} holds dates; ${list}`
      : texts.includes(target)
        ? `column ${nameText(target)} holds text; ${list}`
        : `there is no column ${nameText(target)}${near === '' ? '; ' : `${near} There are `}${list}`;
    throw badData(`${path} needs a column of numbers as its target, got ${nameText(target)}: ${problem}`);
  }
  const findings: Finding[] = [];
  const remarks: string[] = [];
  if (texts.length > 0) remarks.push(`columns of text left out: ${namesText(texts)}`);
  const columns: Column[] = [];
  const taken = new Map<string, string>();
  for (const name of [target, ...numeric.filter((other) => other !== target)]) {
    const cleaned = cleanColumn(name, read.get(name)!);
    const reason = whyUseless(cleaned.column, taken);
    if (name === target && reason !== null && reason.fatal) {
      throw badData(
        `${path} needs a target that changes, got column ${nameText(target)}, which ${reason.text}`,
      );
    }
    if (name !== target && reason !== null)
      remarks.push(`column ${nameText(name)} left out: it ${reason.text}`);
    else {
      findings.push(...cleaned.findings);
      columns.push(cleaned.column);
    }
  }
  return { columns, remarks: [...remarks, ...listByKind(findings, rows.length)] };
}

/** Something odd in one column. */
interface Finding {
  readonly column: string;
  /** The same for all columns with the same oddity. */
  readonly kind: string;
  readonly detail: string;
}

/** One remark for each kind, with the columns it concerns. */
function listByKind(findings: readonly Finding[], rows: number): string[] {
  return [...new Set(findings.map(({ kind }) => kind))].map((kind) => {
    const found = findings.filter((finding) => finding.kind === kind);
    const columns = found.slice(0, LISTED).map(({ column, detail }) => `${nameText(column)} ${detail}`);
    const more = found.length > LISTED ? ` and ${found.length - LISTED} more` : '';
    return `${kind}: ${columns.join(', ')}${more}, of ${rows} rows`;
  });
}

function cleanColumn(
  name: string,
  { values, missing, texts }: NumberColumn,
): { column: Column; findings: Finding[] } {
  const findings: Finding[] = [];
  const add = (kind: string, detail: string | number) =>
    findings.push({ column: name, kind, detail: String(detail) });
  const found = findMissingCodes(values);
  if (texts.length > 0) {
    const kinds = [...new Set(texts)].slice(0, 3).map((text) => quote(text, 40));
    add('text among numbers, taken as missing', `${texts.length} (${kinds.join(', ')})`);
  }
  if (missing > 0) add('missing values', missing);
  for (const { code, count } of found.codes) {
    add(`${code} stands apart from all other values and is taken as missing`, count);
  }
  const zeros = zeroRuns(found.values);
  if (zeros !== null) {
    add(
      'zeros in runs, perhaps missing, kept as they are',
      `${zeros.count} (up to ${zeros.longest} in a row)`,
    );
  }
  return { column: { name, values: found.values }, findings };
}

/** @param taken the names of the columns that are used so far, by the digest of their values */
function whyUseless(
  { name, values }: Column,
  taken: Map<string, string>,
): { text: string; fatal: boolean } | null {
  let [known, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    known += 1;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (known === 0) return { text: 'has no values', fatal: true };
  if (least === most) return { text: `is ${least} in every row`, fatal: true };
  const missing = values.length - known;
  if (missing > MOST_MISSING * values.length) {
    return { text: `has no value in ${missing} of ${values.length} rows`, fatal: false };
  }
  const step = values[1]! - values[0]!;
  if (
    step !== 0 &&
    values.length > 3 &&
    values.every((value, row) => row === 0 || value - values[row - 1]! === step)
  ) {
    return { text: 'counts the rows', fatal: false };
  }
  const digest = digestOf(values);
  const twin = taken.get(digest);
  if (twin !== undefined) return { text: `is the same as ${nameText(twin)}`, fatal: false };
  taken.set(digest, name);
  return null;
}

/** Equal for equal values: −0 is not 0, and one NaN is like another. */
function digestOf(values: Float64Array): string {
  const canonical = values.map((value) => (Number.isNaN(value) ? Number.NaN : value));
  return createHash('sha256').update(canonical).digest('base64');
}

/** Rare zeros that come in runs: where a meter was off, files often hold zeros. */
function zeroRuns(values: Float64Array): { count: number; longest: number } | null {
  let [count, longest, run] = [0, 0, 0];
  for (const value of values) {
    run = value === 0 ? run + 1 : 0;
    if (value === 0) count += 1;
    longest = Math.max(longest, run);
  }
  return longest < 2 || count > 0.05 * values.length ? null : { count, longest };
}
