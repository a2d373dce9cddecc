import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf } from './key.js';
import { openStore } from './store.js';
import { madeUpResult, madeUpSpec } from './testing/made-up-run.js';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(dir, 'runs.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true }));

const HEADER = '{"format":"synaprune-study-runs","version":2}\n';
const spec = (seed: number) => madeUpSpec({ seed });
const lineOf = (seed: number, error = seed) =>
  `${JSON.stringify({ key: keyOf(spec(seed)), spec: spec(seed), result: madeUpResult(error) })}\n`;
const text = () => readFileSync(path, 'utf8');
const seeds = () => {
  const store = openStore(dir);
  const found = [...store.all()].map((run) => run.spec.seed);
  store.close();
  return found;
};

/** The error of a call, which has to be one that a user can act on. */
function complaintOf(call: () => unknown): PruneError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(PruneError);
    return error as PruneError;
  }
  throw new Error('nothing was thrown');
}

it('keeps what was appended, a line each, for the next to open it', () => {
  const store = openStore(dir);
  expect(store.append(spec(1), madeUpResult(0.5))).toBe(keyOf(spec(1)));
  store.append(spec(2), madeUpResult(0.25));
  expect(store.get(keyOf(spec(2)))?.result).toEqual(madeUpResult(0.25));
  store.close();
  expect(text()).toBe(HEADER + lineOf(1, 0.5) + lineOf(2, 0.25));

  const again = openStore(dir);
  expect(again.size).toBe(2);
  expect(again.has(keyOf(spec(1)))).toBe(true);
  expect(again.has(keyOf(spec(3)))).toBe(false);
  expect(again.get(keyOf(spec(3)))).toBeUndefined();
  again.append(spec(3), madeUpResult(3));
  expect([...again.all()].map((run) => run.result.test.off.scaledMae)).toEqual([0.5, 0.25, 3]);
  again.close();
});

it('stores a run once', () => {
  const store = openStore(dir);
  store.append(spec(1), madeUpResult(1));
  store.append(spec(1), { ...madeUpResult(1), seconds: 99 });
  store.close();
  expect(text()).toBe(HEADER + lineOf(1));
});

it('reads names beyond ASCII where they lie', () => {
  const named = madeUpSpec({ series: { source: '/Größe/日.csv', target: '°C', sha256: 'f'.repeat(64) } });
  const store = openStore(dir);
  store.append(named, madeUpResult(1));
  store.append(spec(2), madeUpResult(2));
  expect(store.get(keyOf(named))?.spec).toEqual(named);
  store.close();
  const again = openStore(dir);
  expect(again.get(keyOf(named))?.spec).toEqual(named);
  expect(again.get(keyOf(spec(2)))?.spec).toEqual(spec(2));
  again.close();
});

it('reads files of many megabytes', () => {
  const many = Array.from({ length: 2500 }, (_, i) => lineOf(i));
  writeFileSync(path, HEADER + many.join(''));
  const store = openStore(dir);
  expect(store.size).toBe(2500);
  for (const seed of [0, 1234, 2499]) expect(store.get(keyOf(spec(seed)))?.spec.seed).toBe(seed);
  store.close();
});

it('refuses a result that is not finite', () => {
  const store = openStore(dir);
  expect(() => store.append(spec(1), madeUpResult(Number.NaN))).toThrow(RangeError);
  store.close();
  expect(text()).toBe('');
});

describe('a process killed in mid-write', () => {
  it.each([1, 40, lineOf(2).length - 2])('leaves a line of %i bytes, which is told and cut off', (bytes) => {
    writeFileSync(path, HEADER + lineOf(1) + lineOf(2).slice(0, bytes));
    const store = openStore(dir);
    expect(store.tornBytes).toBe(bytes);
    expect([...store.all()].map((run) => run.spec.seed)).toEqual([1]);
    store.append(spec(3), madeUpResult(3));
    expect(store.tornBytes).toBe(0);
    store.close();
    expect(text()).toBe(HEADER + lineOf(1) + lineOf(3));
  });

  it('changes nothing for those who only read', () => {
    const before = HEADER + lineOf(1) + lineOf(2).slice(0, 70);
    writeFileSync(path, before);
    const store = openStore(dir, { writes: false });
    expect(store.tornBytes).toBe(70);
    store.close();
    expect(text()).toBe(before);
  });

  it.each(['', HEADER.slice(0, 10), HEADER.slice(0, -1)])('may leave no more than %j', (begun) => {
    writeFileSync(path, begun);
    const store = openStore(dir);
    expect(store.size).toBe(0);
    store.append(spec(1), madeUpResult(1));
    store.close();
    expect(text()).toBe(HEADER + lineOf(1));
  });

  it('loses nothing where only the newline is missing', () => {
    writeFileSync(path, HEADER + lineOf(1).trimEnd());
    const store = openStore(dir);
    expect(store.tornBytes).toBe(0);
    store.append(spec(2), madeUpResult(2));
    expect(store.get(keyOf(spec(2)))?.spec).toEqual(spec(2));
    store.close();
    expect(text()).toBe(HEADER + lineOf(1) + lineOf(2));
    expect(seeds()).toEqual([1, 2]);
  });
});

describe('a file that cannot be trusted', () => {
  it.each([
    ['a line that is no JSON', `${HEADER + lineOf(1)}oops\n${lineOf(2)}`, 3, /not JSON/],
    ['a line without a run', `${HEADER}{"key":"x"}\n`, 2, /key: needs 64 hexadecimal digits/],
    [
      'a spec that was edited',
      HEADER + lineOf(1).replace('"seed":1', '"seed":9'),
      2,
      /the key of its spec is/,
    ],
    [
      'a result without scores',
      HEADER + lineOf(1).replace('"scaledMae":1', '"scaledMae":null'),
      2,
      /result\.test\.off\.scaledMae: /,
    ],
    ['null', `${HEADER}null\n`, 2, /expected object, received null/],
    [
      'lists in lists',
      `${
        HEADER +
        lineOf(1)
          .replace('"curve"', '"x"')
          .replace('"pruning":null', `"pruning":${'['.repeat(50_000)}${']'.repeat(50_000)}`)
      }`,
      2,
      /spec\.training\.pruning: /,
    ],
    [
      'a protocol that every object has',
      HEADER + lineOf(1).replace('"honest"', '"toString"'),
      2,
      /spec\.protocol: Invalid option/,
    ],
    ['a line that never ends', HEADER + 'x'.repeat(9 * 2 ** 20), 2, /more than 8388608 bytes without an end/],
    [
      'two results of one run',
      HEADER + lineOf(1) + lineOf(2) + lineOf(1, 0.5),
      4,
      /other numbers than line 2/,
    ],
    ['a first line that is no header', lineOf(1), 1, /needed \{"format"/],
    ['another file', 'date,value\n1,2\n', 1, /needed \{"format"/],
  ])('is refused, with the line: %s', (_, content, line, what) => {
    writeFileSync(path, content);
    const error = complaintOf(() => openStore(dir));
    expect(error.code).toBe('state-corrupt');
    expect(error.message).toContain(`runs.jsonl, line ${line}: `);
    expect(error.message).toMatch(what);
    expect(text()).toBe(content);
    expect(existsSync(join(dir, 'runs.lock'))).toBe(false);
  });

  it('is refused when another version wrote it', () => {
    writeFileSync(path, '{"format":"synaprune-study-runs","version":1}\n{"old":true}\n');
    const error = complaintOf(() => openStore(dir));
    expect(error.code).toBe('state-version');
    expect(error.message).toMatch(/version 1 of the store, this program reads version 2/);
    expect(text()).toContain('"version":1}\n{"old"');
  });

  it('may hold a run twice, if the numbers are the same', () => {
    writeFileSync(
      path,
      HEADER + lineOf(1) + lineOf(1).replace('"seconds":0.5', '"seconds":0.75') + lineOf(2),
    );
    expect(seeds()).toEqual([1, 2]);
  });
});

describe('a disk that refuses', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  it('is told, and the finished runs are kept', () => {
    let room = 5000;
    const store = openStore(dir, {
      // As a disk that fills up does: some bytes go, then none.
      write: (file, bytes, offset, length, position) => {
        if (room === 0) throw full;
        const count = Math.min(room, length);
        room -= count;
        return writeSync(file, bytes, offset, count, position);
      },
    });
    const stored: number[] = [];
    const error = complaintOf(() => {
      for (let seed = 1; seed < 100; seed += 1) {
        store.append(spec(seed), madeUpResult(seed));
        stored.push(seed);
      }
    });
    expect(error.code).toBe('file-failed');
    expect(error.message).toMatch(/the disk is full \(ENOSPC\).*finished runs are kept/);
    expect(stored).not.toEqual([]);
    expect(text()).toBe(HEADER + stored.map((seed) => lineOf(seed)).join(''));
    // Room was made.
    room = 1e6;
    store.append(spec(500), madeUpResult(500));
    store.close();
    expect(seeds()).toEqual([...stored, 500]);
  });

  it('is told where the folder cannot be made', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(complaintOf(() => openStore(join(dir, 'file', 'out'))).code).toBe('file-failed');
  });
});

it('reads a folder without a store as an empty one, and makes nothing', () => {
  const store = openStore(join(dir, 'none'), { writes: false });
  expect(store.size).toBe(0);
  store.close();
  expect(existsSync(join(dir, 'none'))).toBe(false);
});

it('can be read while another process writes it', () => {
  const writer = openStore(dir);
  writer.append(spec(1), madeUpResult(1));
  const reader = openStore(dir, { writes: false });
  appendFileSync(path, lineOf(2).slice(0, 30));
  expect([...reader.all()].map((run) => run.spec.seed)).toEqual([1]);
  reader.close();
  writer.close();
});
