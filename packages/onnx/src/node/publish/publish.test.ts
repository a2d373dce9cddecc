import { spawnSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JOURNAL, temporaryNames } from './names.js';
import { owner, stateOf } from './owner.js';
import { type Draft, publish, TAKEN } from './publish.js';
import { recover, settleFolder } from './recover.js';
import { type System, system } from './system.js';

let root: string;
let folder: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-publish-')));
  folder = join(root, 'out');
});
afterEach(() => rmSync(root, { recursive: true }));

// A name that looks like a drive and a folder elsewhere is one like any other here.
const odd = process.platform === 'win32' ? 'c.onnx' : 'c:\\model.onnx';
const before = { 'data/weights.bin': 'old weights', 'link.bin': '-> elsewhere', 'model.onnx': 'old model' };
const after = {
  'data/weights.bin': 'new weights',
  'link.bin': 'new behind link',
  'model.onnx': 'new model',
  'more.bin': 'new more',
  [odd]: 'new odd',
};

/** A folder with old files, one of them a link, and drafts of new ones, of which one has no old. */
function prepare(): Draft[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'data/weights.bin'), before['data/weights.bin']);
  writeFileSync(join(folder, 'model.onnx'), before['model.onnx']);
  symlinkSync('elsewhere', join(folder, 'link.bin'));
  return Object.entries(after).map(([target, content], i) => {
    const { draft, old } = temporaryNames(i);
    const place = target.slice(0, target.lastIndexOf('/') + 1);
    writeFileSync(join(folder, place, draft), content);
    return { target, draft: place + draft, old: place + old };
  });
}

/** What a folder holds, by path. */
function contents(): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(
    names.sort().flatMap((name) => {
      const path = join(folder, name);
      const found = lstatSync(path);
      if (found.isDirectory()) return [];
      return [[name, found.isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, 'utf8')]];
    }),
  );
}

const MUTATING = ['link', 'rename', 'unlink', 'write', 'sync'] as const;

/** A file system that stops for good before its `last`th change, as a kill does, or only fails there. */
function stopping(last: number, how: 'killed' | 'failing', files: System = system) {
  let count = 0;
  let dead = false;
  const stop = () => {
    if (dead) throw new Error('killed');
    count += 1;
    if (count !== last) return;
    dead = how === 'killed';
    throw Object.assign(new Error(how), { code: 'EIO' });
  };
  const wrapped = Object.fromEntries(
    MUTATING.map((name) => [
      name,
      (...given: [string, string]) => {
        stop();
        files[name](...given);
      },
    ]),
  );
  return {
    files: {
      identify: (path: string) => {
        if (dead) throw new Error('killed');
        return files.identify(path);
      },
      ...wrapped,
    } as System,
    count: () => count,
  };
}

/** Without waiting for the disk, which a kill of a process does not ask for. */
const quick: System = {
  ...system,
  write: (path, text) => writeFileSync(path, text, { flag: 'wx' }),
  sync: () => undefined,
};

const withoutLinks: System = {
  ...quick,
  link: () => {
    throw Object.assign(new Error('no hard links'), { code: 'EPERM' });
  },
};

it('publishes all files, and leaves nothing else', () => {
  expect(publish(folder, prepare(), system)).toBeUndefined();
  expect(contents()).toEqual(after);
});

it('does so where there are no hard links', () => {
  publish(folder, prepare(), withoutLinks);
  expect(contents()).toEqual(after);
});

describe.each([
  ['with hard links', quick],
  ['without hard links', withoutLinks],
])('%s', (_, files) => {
  const changes = () => {
    const counted = stopping(-1, 'killed', files);
    publish(folder, prepare(), counted.files);
    return counted.count();
  };

  it('a kill before any change leaves, after recovery, all old or all new', () => {
    const total = changes();
    expect(total).toBeGreaterThan(12);
    const ends = { old: 0, new: 0 };
    for (let last = 1; last <= total; last += 1) {
      const drafts = prepare();
      try {
        publish(folder, drafts, stopping(last, 'killed', files).files);
      } catch {
        // Killed.
      }
      expect(recover(folder, quick)).toBe('clear');
      // Before there is a journal, drafts are removed by the owner's end: this process has not ended.
      for (const { draft } of drafts) rmSync(join(folder, draft), { force: true });
      const found = contents();
      const left = Object.keys(found).filter((name) => name.includes('.synaprune-'));
      expect(left.filter((name) => !name.endsWith('.draft'))).toEqual([]);
      for (const name of left) delete found[name];
      const isNew = found['model.onnx'] === after['model.onnx'];
      expect(found).toEqual(isNew ? after : before);
      ends[isNew ? 'new' : 'old'] += 1;
    }
    expect(ends.old).toBeGreaterThan(5);
    expect(ends.new).toBeGreaterThan(1);
  });

  it('so does a second kill, of the recovery', () => {
    const total = changes();
    for (let last = 1; last <= total; last += 1) {
      for (let second = 1; second < 30; second += 1) {
        const drafts = prepare();
        try {
          publish(folder, drafts, stopping(last, 'killed', files).files);
        } catch {
          // Killed.
        }
        const again = stopping(second, 'killed', quick);
        try {
          recover(folder, again.files);
        } catch {
          // Killed.
        }
        recover(folder, quick);
        const found = contents();
        for (const name of Object.keys(found)) if (name.endsWith('.draft')) delete found[name];
        expect(found).toEqual(found['model.onnx'] === after['model.onnx'] ? after : before);
        if (again.count() < second) break;
      }
    }
  });

  it('a failure of any one change puts everything back, or comes after all is published', () => {
    const total = changes();
    for (let last = 1; last <= total; last += 1) {
      const drafts = prepare();
      let failed: unknown;
      try {
        publish(folder, drafts, stopping(last, 'failing', files).files);
      } catch (error) {
        failed = error;
      }
      const ended = contents();
      recover(folder, system);
      const found = contents();
      for (const name of Object.keys(found)) if (name.endsWith('.draft')) delete found[name];
      expect(found).toEqual(failed === undefined ? after : before);
      if (failed !== undefined) {
        expect(failed).toMatchObject({
          code: 'file-failed',
          message: expect.stringMatching(/cannot be written \(EIO\)/),
        });
        expect(ended).toMatchObject(before);
      }
    }
  });
});

describe('nothing is touched', () => {
  it('when a target is a folder', () => {
    const drafts = prepare();
    rmSync(join(folder, 'more.bin'), { force: true });
    mkdirSync(join(folder, 'more.bin/full'), { recursive: true });
    expect(() => publish(folder, drafts, system)).toThrow(
      /more\.bin" cannot be written: there is something by this name that is no file/,
    );
    expect(contents()).toMatchObject(before);
    expect(contents()).not.toHaveProperty(JOURNAL);
  });

  it('when a target was changed after a kill: that is told, and what was there is kept', () => {
    const drafts = prepare();
    // Killed before the last file gets its name.
    const total = 4;
    for (let last = total; ; last += 1) {
      const fresh = last === total ? drafts : prepare();
      try {
        publish(folder, fresh, stopping(last, 'killed').files);
      } catch {
        // Killed.
      }
      if (contents()['model.onnx'] === after['model.onnx']) break;
    }
    rmSync(join(folder, 'model.onnx'));
    writeFileSync(join(folder, 'model.onnx'), 'by somebody else');
    const kept = contents();
    expect(() => recover(folder, system)).toThrow(
      /"model\.onnx" has been changed since; what was there before/,
    );
    expect(contents()).toEqual(kept);
    expect(Object.values(kept)).toContain('old model');
  });
});

describe('runs side by side', () => {
  const journal = (who: string) => JSON.stringify({ version: 1, owner: who, entries: [] });
  /** The first process of the machine, which does not end. */
  const alive = [...owner.split('-').slice(0, 2), '1', '0', '0'].join('-');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const dead = [...owner.split('-').slice(0, 2), gone, '1', '0'].join('-');
  const elsewhere = ['00000000', ...owner.split('-').slice(1)].join('-');

  it('know each other by process, start and machine', () => {
    expect([owner, alive, dead, elsewhere].map(stateOf)).toEqual(['self', 'alive', 'dead', 'unknown']);
    const [machine, boot, pid, start, thread] = owner.split('-');
    const otherStart = [machine, boot, pid, Number(start) + 1, thread].join('-');
    if (process.platform === 'linux') expect(stateOf(otherStart)).toBe('dead');
    expect(stateOf([machine, '00000000', pid, start, thread].join('-'))).toBe('dead');
  });

  it('wait for each other: one that goes on keeps its journal', () => {
    const drafts = prepare();
    writeFileSync(join(folder, JOURNAL), journal(alive));
    expect(publish(folder, drafts, system)).toBe(TAKEN);
    expect(recover(folder, system)).toBe('busy');
    expect(contents()).toMatchObject({ ...before, [JOURNAL]: journal(alive) });
  });

  it('say so when nobody can tell whether the other goes on', () => {
    prepare();
    writeFileSync(join(folder, JOURNAL), journal(elsewhere));
    expect(() => recover(folder, system)).toThrow(/on another machine or in another container/);
    expect(contents()).toMatchObject({ ...before, [JOURNAL]: journal(elsewhere) });
  });

  it('clean up after one that was killed, and after no other', async () => {
    mkdirSync(folder);
    const drafts = [dead, alive, owner, elsewhere].map((who) => `.synaprune-${who}-0123abcd-0.draft`);
    const others = [
      `.synaprune-${dead}-0123abcd-0.old`,
      `.synaprune-${dead}-0123abcd-0.draft.bak`,
      `.synaprune-notes.draft`,
      'mine.draft',
      '.tmp',
    ];
    for (const name of [...drafts, ...others]) writeFileSync(join(folder, name), '');
    await settleFolder(folder, [folder, join(folder, 'none')], system);
    expect(readdirSync(folder).sort()).toEqual([...drafts.slice(1), ...others].sort());
  });
});

describe('a journal that somebody laid', () => {
  const entry = (target: string) => {
    const { draft, old } = temporaryNames(1);
    const place = target.slice(0, target.lastIndexOf('/') + 1);
    return { target, draft: place + draft, old: place + old, was: null, is: '1/1/1' };
  };
  it.each([
    ['is no JSON', 'not json'],
    ['is of another version', JSON.stringify({ version: 2, owner, entries: [] })],
    ['names a file outside', JSON.stringify({ version: 1, owner, entries: [entry('../victim')] })],
    ['names an absolute path', JSON.stringify({ version: 1, owner, entries: [entry('/etc/victim')] })],
    [
      'names drafts that are none',
      JSON.stringify({ version: 1, owner, entries: [{ ...entry('a'), draft: 'model.onnx' }] }),
    ],
    [
      'names old files that are none',
      JSON.stringify({ version: 1, owner, entries: [{ ...entry('a'), old: 'model.onnx' }] }),
    ],
  ])('that %s is an error, and changes nothing', (_, text) => {
    prepare();
    writeFileSync(join(root, 'victim'), 'whole');
    writeFileSync(join(folder, JOURNAL), text);
    const kept = contents();
    expect(() => recover(folder, system)).toThrow(
      expect.objectContaining({ code: 'file-failed', message: expect.stringMatching(/cannot be read/) }),
    );
    expect(contents()).toEqual(kept);
    expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('whole');
  });

  it('that is a link or leads through one is an error, and changes nothing', () => {
    prepare();
    mkdirSync(join(root, 'victims'));
    const laid = entry('linked/victim');
    writeFileSync(join(root, 'victims/victim'), 'whole');
    linkSync(join(root, 'victims/victim'), join(root, 'victims', laid.old.slice('linked/'.length)));
    symlinkSync('../victims', join(folder, 'linked'));
    writeFileSync(join(folder, JOURNAL), JSON.stringify({ version: 1, owner, entries: [laid] }));
    expect(() => recover(folder, system)).toThrow(/a symbolic link leads to/);
    expect(readdirSync(join(root, 'victims'))).toHaveLength(2);
    rmSync(join(folder, JOURNAL));
    symlinkSync('../victims/victim', join(folder, JOURNAL));
    expect(() => recover(folder, system)).toThrow(/cannot be read/);
  });
});
