import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PruneError } from '@synaprune/core';
import { corrupt, fileFailed } from './errors.js';
import { type Line, readLines } from './lines.js';
import { FORMAT, HEADER, VERSION } from './stored-run.js';

/** Writes bytes at a position and answers how many it wrote: `fs.writeSync`. */
export type Write = (
  file: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => number;

/** Opens a file, for reading alone when nobody asks for more; `undefined` where there is none to read. */
export function openFile(path: string, writes: boolean): number | undefined {
  try {
    if (!writes) return existsSync(path) ? openSync(path, 'r') : undefined;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, existsSync(path) ? 'r+' : 'wx+');
  } catch (error) {
    throw fileFailed(`could not open ${path}`, error);
  }
}

/**
 * The lines of a store after its first, which has to say that it is one. Answers, as a generator does at its end,
 * how many bytes that first line has: none in a new file, or one whose maker was killed at once.
 *
 * @throws PruneError `state-version`, `state-corrupt`
 */
export function* readBody(file: number, path: string): Generator<Line, number> {
  const lines = readLines(file);
  const { value: first } = lines.next();
  if (first === undefined || (!first.ended && HEADER.startsWith(first.text))) return 0;
  checkHeader(first.text, path);
  yield* lines;
  return first.size + 1;
}

function checkHeader(text: string, path: string): void {
  let header: { readonly format?: unknown; readonly version?: unknown } | null;
  try {
    header = JSON.parse(text);
  } catch {
    throw corrupt(path, 1, `needed {"format":"${FORMAT}",…}, got ${JSON.stringify(text.slice(0, 60))}`);
  }
  if (header?.format !== FORMAT) {
    throw corrupt(path, 1, `needed {"format":"${FORMAT}",…}, got ${text.slice(0, 60)}`);
  }
  if (header.version !== VERSION) {
    throw new PruneError(
      'state-version',
      `${path} was written by version ${header.version} of the store, this program reads version ${VERSION}; ` +
        'choose another --out. Nothing was changed',
    );
  }
}

/**
 * Puts text at the end of what counts of a file, on the disk when this returns; whatever lies behind is cut off.
 * Where that fails, the file ends as it did before.
 *
 * @throws PruneError `file-failed`
 */
export function appendText(
  file: number,
  path: string,
  end: number,
  text: string,
  write: Write = writeSync,
): number {
  const bytes = Buffer.from(text, 'utf8');
  try {
    ftruncateSync(file, end);
    for (let done = 0; done < bytes.length; ) {
      done += write(file, bytes, done, bytes.length - done, end + done);
    }
    fsyncSync(file);
  } catch (error) {
    try {
      ftruncateSync(file, end);
    } catch {
      // The next start finds the torn line and cuts it off.
    }
    throw fileFailed(`could not write to ${path}`, error);
  }
  return end + bytes.length;
}

/** Closes a file; a failure to do so has no consequence left. */
export function closeFile(file: number): void {
  try {
    closeSync(file);
  } catch {
    // Everything was on the disk already.
  }
}
