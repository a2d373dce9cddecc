import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import { z } from 'zod';
import { checkJson } from '../check-shape.js';
import { corrupt, fileFailed } from './errors.js';
import { type Line, readLines } from './lines.js';
import type { RunKind } from './run-kind.js';

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
    if (!writes) return existsSync(path) ? requirePlain(openSync(path, READ), path) : undefined;
    mkdirSync(dirname(path), { recursive: true });
    return requirePlain(openSync(path, existsSync(path) ? READ_AND_WRITE : 'wx+'), path);
  } catch (error) {
    if (error instanceof PruneError) throw error;
    throw fileFailed(`could not open ${path}`, error);
  }
}

// A pipe is not waited for, and refused below.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const READ_AND_WRITE = constants.O_RDWR | (constants.O_NONBLOCK ?? 0);

function requirePlain(file: number, path: string): number {
  if (fstatSync(file).isFile()) return file;
  closeFile(file);
  throw new PruneError('file-failed', `${path} is no plain file, and a store has to be one`);
}

/**
 * The lines of a store after its first, which has to say that it is one. Answers, as a generator does at its end,
 * how many bytes that first line has: none in a new file, or one whose maker was killed at once.
 *
 * @throws PruneError `state-version`, `state-corrupt`
 */
export function* readBody(file: number, path: string, kind: Heading): Generator<Line, number> {
  const lines = readLines(file, path);
  const { value: first } = lines.next();
  if (first === undefined || (!first.ended && kind.header.startsWith(first.text))) return 0;
  checkHeader(first.text, path, kind);
  yield* lines;
  return first.size + 1;
}

/** What the first line of a store says. */
type Heading = Pick<RunKind<never, never>, 'format' | 'version' | 'header'>;

function checkHeader(text: string, path: string, { format, version }: Heading): void {
  const headerSchema = z.object({ format: z.literal(format), version: z.unknown() });
  const checked = checkJson(headerSchema, text, 1000);
  if (checked.kind === 'bad') {
    throw corrupt(path, 1, `needed {"format":"${format}",…}, got ${quote(text, 60)}`);
  }
  const header = checked.value;
  if (header.version !== version) {
    throw new PruneError(
      'state-version',
      `${path} was written by version ${describe(header.version)} of the store, this program reads version ${version}; ` +
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
