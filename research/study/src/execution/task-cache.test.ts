import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSeries } from '../data/load-series.js';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { createTaskCache } from './task-cache.js';

const { source, target, sha256 } = loadSeries({ source: 'births' }).identity;
const spec = madeUpSpec({ series: { source, target, sha256 }, length: 7 });

it('the windows of a run are made once for its neighbours', () => {
  const taskOf = createTaskCache();
  const task = taskOf(spec);
  expect(task.series.sha256).toBe(sha256);
  expect(taskOf({ ...spec, seed: 99 })).toBe(task);
  expect(taskOf({ ...spec, length: 8 }).length).toBe(8);
});

it('a machine whose file holds other numbers refuses the run, and says which file', () => {
  const other = { ...spec, series: { ...spec.series, sha256: 'f'.repeat(64) } };
  expect(() => createTaskCache()(other)).toThrowError(
    expect.objectContaining({
      code: 'bad-data',
      message: `births holds other numbers here than where the study was started: needed SHA-256 ffffffffffff…, got ${sha256.slice(0, 12)}…; every machine needs the same file`,
    }),
  );
});

describe('a worker', () => {
  let dir: string;
  let folder: string;
  const rows = Array.from({ length: 200 }, (_, row) => `${(row * 7) % 23},${(row * 5) % 11}`).join('\n');
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'reach-'));
    folder = join(dir, 'data');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.csv'), `value,other\n${rows}\n`);
    writeFileSync(join(dir, 'secret.csv'), 'hunter2,x\n1,2\n');
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const asking = (source: string, sha256 = 'f'.repeat(64)) =>
    madeUpSpec({ series: { source, target: 'value', sha256 } });
  /** What goes back to whoever wrote the job. */
  const answerTo = (spec: ReturnType<typeof asking>, given: string | null = folder) => {
    try {
      createTaskCache({ kind: 'folder', folder: given })(spec);
      return 'done';
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-data' });
      return (error as Error).message;
    }
  };

  it('reads built-in series, and files of its folder under the last part of their paths', () => {
    expect(answerTo(madeUpSpec({ series: { source, target, sha256 } }), null)).toBe('done');
    const { identity } = loadSeries({ source: join(folder, 'mine.csv'), target: 'value' });
    for (const path of ['mine.csv', '/elsewhere/mine.csv', 'C:\\data\\mine.csv', '../../mine.csv']) {
      expect(answerTo(asking(path, identity.sha256))).toBe('done');
    }
  });

  it('reads no file without a folder', () => {
    expect(answerTo(asking(join(folder, 'mine.csv')), null)).toMatch(
      /reads built-in series only, got mine\.csv/,
    );
  });

  it('goes nowhere else, waits for no pipe, and tells nothing of what a file holds', () => {
    symlinkSync(join(dir, 'secret.csv'), join(folder, 'link.csv'));
    writeFileSync(join(folder, 'private.csv'), 'hunter2,x\n1,2\n');
    const paths = [
      join(dir, 'secret.csv'),
      '/etc/passwd',
      '/dev/zero',
      'link.csv',
      'private.csv',
      'toString',
    ];
    if (process.platform === 'linux') {
      spawnSync('mkfifo', [join(folder, 'pipe.csv')]);
      paths.push('pipe.csv');
    }
    for (const path of paths) {
      const name = path.split('/').at(-1);
      expect(answerTo(asking(path))).toBe(
        `this worker cannot read ${name} of its --data-folder as the series of the study; its own terminal says why`,
      );
    }
    for (const path of ['/', '..', 'data/..', 'x/.']) {
      expect(answerTo(asking(path))).toMatch(/a series needs the name of a file/);
    }
  });

  it('does not tell by its digest what a file holds', () => {
    expect(answerTo(asking('mine.csv'))).toMatch(/needed SHA-256 ffffffffffff…; every machine/);
  });

  it('tells its own terminal', () => {
    try {
      createTaskCache({ kind: 'folder', folder })(asking('none.csv'));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).cause).toMatchObject({
        message: expect.stringMatching(/there is no such file/),
      });
    }
  });
});
