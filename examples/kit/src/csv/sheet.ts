import Papa from 'papaparse';
import { badData } from '../bad-data.js';
import { LARGEST_TABLE, readPlainFile } from '../files/read-plain-file.js';
import { namesText } from '../terminal/terminal.js';
import { checkCells, checkColumns, checkSize } from './table-limits.js';

/** A CSV file as text, column by column. */
export interface Sheet {
  /** Unique names. */
  readonly header: readonly string[];
  /** Trimmed cells: `columns[j][row]` belongs to `header[j]`. */
  readonly columns: readonly (readonly string[])[];
  readonly rows: number;
  readonly delimiter: string;
  /** What was put right while reading, for people. */
  readonly remarks: readonly string[];
}

/**
 * Reads a file of values separated by comma, semicolon, tab or bar, with one header line.
 *
 * @param inside a folder that the file has to lie in
 * @throws PruneError `bad-data` when it is not there, is no plain file or too large, is empty, has no header line, or
 *   its rows are ragged
 */
export function readSheet(path: string, inside?: string): Sheet {
  const file = readPlainFile(path, { most: LARGEST_TABLE, ...(inside === undefined ? {} : { inside }) });
  if (file.kind === 'refused') {
    throw badData(
      `the data needs the name of a built-in series or the path of a CSV file, got ${path}: ${file.reason}`,
    );
  }
  checkSize(path, file.bytes);
  return parseSheet(path, decode(file.bytes));
}

/** {@link readSheet} for a text at hand. */
export function parseSheet(path: string, text: string): Sheet {
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') throw badData(`${path} is empty; needed a header line and rows`);
  const delimiter = delimiterOf(body);
  const parsed = Papa.parse<string[]>(body, { delimiter });
  checkCells(path, parsed.data);
  const lines = parsed.data.map((cells) => cells.map((cell) => cell.trim()));
  const first = lines.findIndex((cells) => cells.some((cell) => cell !== ''));
  const header = lines[first]!;
  checkColumns(path, header.length);
  const kept: number[] = [];
  for (let line = first + 1; line < lines.length; line += 1) {
    if (lines[line]!.some((cell) => cell !== '')) kept.push(line);
  }
  if (kept.length === 0) throw badData(`${path} has a header and no rows`);
  if (header.every((cell) => cell === '' || !Number.isNaN(Number(cell)))) {
    throw badData(`${path} needs a header line with the names of its columns, got ${namesText(header, 5)}`);
  }
  for (const line of kept) {
    const cells = lines[line]!;
    if (cells.length === header.length || cells.slice(header.length).every((cell) => cell === '')) {
      if (cells.length >= header.length) continue;
    }
    throw badData(
      `${path} needs ${header.length} cells in every row, got ${cells.length} on line ${line + 1}`,
    );
  }
  const last = kept[kept.length - 1]!;
  const blank = last - first - kept.length;
  const columns = header.map((_, at) => kept.map((line) => lines[line]![at]!));
  // Spreadsheets leave empty columns behind the last one.
  const used = header
    .map((_, at) => at)
    .filter((at) => header[at] !== '' || columns[at]!.some((cell) => cell !== ''));
  const names = uniqueNames(used.map((at) => (header[at] === '' ? `column ${at + 1}` : header[at]!)));
  return {
    header: names.names,
    columns: used.map((at) => columns[at]!),
    rows: kept.length,
    delimiter,
    remarks: [
      ...names.remarks,
      ...(blank > 0 ? [`${blank} empty ${blank === 1 ? 'line' : 'lines'} among the rows left out`] : []),
    ],
  };
}

/** Text of UTF-8, UTF-16 with a byte order mark, or else Windows-1252, in which no byte is wrong. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** What stands most often in the header, outside of quotes. Rows are no guide: they may have decimal commas. */
function delimiterOf(text: string): string {
  const header = (text.trimStart().split(/[\r\n]/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (mark: string) => header.split(mark).length - 1;
  return [';', '\t', ',', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function uniqueNames(names: readonly string[]): { names: string[]; remarks: string[] } {
  const taken = new Set(names);
  const seen = new Map<string, number>();
  const remarks: string[] = [];
  const unique = names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (times === 1) return name;
    let number = times;
    while (taken.has(`${name} (${number})`)) number += 1;
    const renamed = `${name} (${number})`;
    taken.add(renamed);
    remarks.push(`a further column named ${name} is called ${renamed}`);
    return renamed;
  });
  return { names: unique, remarks };
}
