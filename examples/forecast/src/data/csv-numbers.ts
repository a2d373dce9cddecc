import { quote } from '@synaprune/core/checks';
import { nameText } from '../terminal.js';
import { badData } from './bad-data.js';

/** How missing values are told from numbers, and what happens to rows that hold one. */
export interface MissingRule {
  /** Codes that stand for "missing" in this file: `-200`. Empty cells and NaN always do. */
  readonly codes: readonly string[];
  /** `reject` fails on the first; `skip` leaves out every window that would touch one. */
  readonly rows: 'reject' | 'skip';
}

const EMPTY = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', '?', '-']);
// Each digit can be matched in one way only, so that a long cell takes no longer than it has characters.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** No number that means something is longer: a double has 17 digits, or some 1,100 where all of them are written. */
const LONGEST = 1200;

/** Whether a text is written as a number. */
export function looksNumeric(text: string): boolean {
  return text.length <= LONGEST && NUMBER.test(text);
}

/** Whether a text stands for a missing value. */
export function isMissing(text: string, { codes }: MissingRule): boolean {
  if (text.length > LONGEST) return false;
  if (EMPTY.has(text.toLowerCase()) || codes.includes(text)) return true;
  return looksNumeric(text) && codes.some((code) => looksNumeric(code) && Number(code) === Number(text));
}

/**
 * The numbers of one column; NaN where a value is missing and that is allowed.
 *
 * @param rowOf the line of the file that a row stands on, for messages
 * @throws PruneError `bad-data` for text among the numbers, and for missing values unless they are skipped
 */
export function parseNumbers(
  column: string,
  texts: readonly string[],
  rule: MissingRule,
  rowOf: (row: number) => number,
): Float64Array {
  const missing: number[] = [];
  const values = Float64Array.from(texts, (text, row) => {
    if (isMissing(text, rule)) {
      missing.push(row);
      return Number.NaN;
    }
    const value = looksNumeric(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) {
      throw badData(`column ${nameText(column)} needs numbers, got ${quote(text, 60)} on line ${rowOf(row)}`);
    }
    return value;
  });
  if (missing.length > 0 && rule.rows === 'reject') {
    const first = missing.slice(0, 3).map(rowOf).join(', ');
    throw badData(
      `column ${nameText(column)} needs a value in every row, got ${missing.length} missing of ${texts.length}, ` +
        `the first on line ${first}; choose other columns with --columns, or leave out the windows ` +
        'that touch such rows with --missing-rows skip',
    );
  }
  return values;
}
