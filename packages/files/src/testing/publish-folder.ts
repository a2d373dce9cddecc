import {
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
import { afterEach, beforeEach } from 'vitest';
import { temporaryNames } from '../publish/names.js';
import type { Draft } from '../publish/publish.js';
import { type System, system } from '../publish/system.js';

/* A folder to publish into for each test of a file that asks for it, in one of its own. */

export let root: string;
export let folder: string;

/** Called by each file itself: one process loads this once for many of them. */
export function usePublishFolder(): void {
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-publish-')));
    folder = join(root, 'out');
  });
  afterEach(() => rmSync(root, { recursive: true }));
}

// A name that looks like a drive and a folder elsewhere is one like any other here.
const odd = process.platform === 'win32' ? 'c.onnx' : 'c:\\model.onnx';
export const before = {
  'data/weights.bin': 'old weights',
  'link.bin': '-> elsewhere',
  'model.onnx': 'old model',
};
export const after = {
  'data/weights.bin': 'new weights',
  'link.bin': 'new behind link',
  'model.onnx': 'new model',
  'more.bin': 'new more',
  [odd]: 'new odd',
};

/** A folder with old files, one of them a link, and drafts of new ones, of which one has no old. */
export function prepare(): Draft[] {
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
export function contents(): Record<string, string> {
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
export function stopping(last: number, how: 'killed' | 'failing', files: System = system) {
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
export const quick: System = {
  ...system,
  write: (path, text) => writeFileSync(path, text, { flag: 'wx' }),
  sync: () => undefined,
};

export const withoutLinks: System = {
  ...quick,
  link: () => {
    throw Object.assign(new Error('no hard links'), { code: 'EPERM' });
  },
};
