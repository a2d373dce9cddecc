import { join } from 'node:path';
import type { RunResult, RunSpec } from '../run.js';
import { corrupt } from './errors.js';
import { type Line, readText } from './lines.js';
import { takeLock } from './lock.js';
import { appendText, closeFile, openFile, readBody, type Write } from './open-file.js';
import type { RunKind, Stored } from './run-kind.js';
import { STUDY_RUNS } from './stored-run.js';

/** Finished runs, a line of JSON each, found by the hash of what decides their numbers. */
export interface Store<Spec = RunSpec, Result = RunResult> {
  /** The file. */
  readonly path: string;
  /** Runs that it holds. */
  readonly size: number;
  /** Bytes of a last line that a killed process left half written; the next append cuts them off. */
  readonly tornBytes: number;
  has(key: string): boolean;
  /** Read from the disk each time, so that thousands of runs take no memory. */
  get(key: string): Stored<Spec, Result> | undefined;
  /** In the order in which they were stored. */
  all(): Generator<Stored<Spec, Result>>;
  /**
   * Stores a run, on the disk when this returns, and answers its key. A run that is there already stays as it is.
   *
   * @throws PruneError `file-failed` when the disk is full or refuses; the store is then as it was
   * @throws RangeError when a score is not finite
   */
  append(spec: Spec, result: Result): string;
  close(): void;
}

type Place = Pick<Line, 'offset' | 'size' | 'number'>;

/** How a store is opened. `writes: false` takes no lock and changes nothing; `write` stands in for `fs.writeSync` in tests. */
export interface StoreOptions {
  readonly writes?: boolean;
  readonly write?: Write;
}

/** {@link openStoreOf} the runs of a study. */
export function openStore(dir: string, options: StoreOptions = {}): Store {
  return openStoreOf(STUDY_RUNS, dir, options);
}

/**
 * Opens `runs.jsonl` of a folder, made on the first append, and checks every line of it. One process writes at a
 * time; any number may read.
 *
 * @throws PruneError `state-corrupt` or `state-version` for a file that cannot be trusted, `file-failed` for one
 *   that cannot be read or is held by another process
 */
export function openStoreOf<Spec, Result>(
  kind: RunKind<Spec, Result>,
  dir: string,
  { writes = true, write }: StoreOptions = {},
): Store<Spec, Result> {
  const path = join(dir, 'runs.jsonl');
  const file = openFile(path, writes);
  let unlock = () => {};
  try {
    if (writes) unlock = takeLock(join(dir, 'runs.lock'));
    const contents = file === undefined ? nothingOf(kind) : index(file, path, kind);
    return createStore(kind, path, file, contents, unlock, write);
  } catch (error) {
    unlock();
    if (file !== undefined) closeFile(file);
    throw error;
  }
}

/** What a file holds. */
interface Contents {
  readonly places: Map<string, Place>;
  /** Bytes that count. */
  readonly end: number;
  /** What has to go between them and the next line. */
  readonly gap: string;
  readonly lines: number;
  readonly tornBytes: number;
}

function nothingOf({ header }: Pick<RunKind<never, never>, 'header'>): Contents {
  return { places: new Map(), end: 0, gap: header, lines: 1, tornBytes: 0 };
}

/** Where each run lies. */
function index<Spec, Result>(file: number, path: string, kind: RunKind<Spec, Result>): Contents {
  const places = new Map<string, Place>();
  let [end, gap, lines, tornBytes] = [0, '', 1, 0];
  const body = readBody(file, path, kind);
  for (let next = body.next(); ; next = body.next()) {
    if (next.done) {
      if (next.value === 0) return nothingOf(kind);
      return { places, end: Math.max(end, next.value), gap, lines, tornBytes };
    }
    const line = next.value;
    const run = kind.read(line.text);
    if (typeof run === 'string') {
      if (line.ended) throw corrupt(path, line.number, run);
      tornBytes = line.size;
      continue;
    }
    const first = places.get(run.key);
    if (first === undefined)
      places.set(run.key, { offset: line.offset, size: line.size, number: line.number });
    else if (!kind.same(parse<Spec, Result>(readText(file, first)).result, run.result)) {
      throw corrupt(path, line.number, `other numbers than line ${first.number} for the same run`);
    }
    end = line.offset + line.size + (line.ended ? 1 : 0);
    if (!line.ended) gap = '\n';
    lines = line.number;
  }
}

function createStore<Spec, Result>(
  kind: RunKind<Spec, Result>,
  path: string,
  file: number | undefined,
  contents: Contents,
  unlock: () => void,
  write: Write | undefined,
): Store<Spec, Result> {
  const { places } = contents;
  let { end, gap, lines, tornBytes } = contents;
  let closed = false;
  const get = (key: string) => {
    const place = places.get(key);
    return place === undefined || file === undefined ? undefined : parse<Spec, Result>(readText(file, place));
  };
  return {
    path,
    get size() {
      return places.size;
    },
    get tornBytes() {
      return tornBytes;
    },
    has: (key) => places.has(key),
    get,
    *all() {
      for (const key of places.keys()) yield get(key)!;
    },
    append(spec, result) {
      const { key, line } = kind.lineOf(spec, result);
      if (places.has(key)) return key;
      if (file === undefined || closed) throw new TypeError(`${path} is not open for writing`);
      const problem = kind.problemOf(result);
      if (problem !== null) throw new RangeError(`a result that can be stored is needed: ${problem}`);
      const offset = end + gap.length;
      end = appendText(file, path, end, gap + line, write);
      [gap, tornBytes, lines] = ['', 0, lines + 1];
      places.set(key, { offset, size: end - offset - 1, number: lines });
      return key;
    },
    close() {
      if (closed) return;
      closed = true;
      if (file !== undefined) closeFile(file);
      unlock();
    },
  };
}

function parse<Spec, Result>(text: string): Stored<Spec, Result> {
  return JSON.parse(text) as Stored<Spec, Result>;
}
