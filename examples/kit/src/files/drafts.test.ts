import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDraft, removeStaleDrafts } from './drafts.js';
import { bornOf, hasEnded, hostTag } from './process-identity.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drafts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A draft as a process left it. */
function leave(host: string, id: number, born: string | null): string {
  const name = `.report.html.draft-${host}-${id}-${born ?? 'x'}-0123456789abcdef.tmp`;
  writeFileSync(join(folder, name), 'half');
  return name;
}
const dead = () => spawnSync(process.execPath, ['-e', '']).pid;

it('takes a name that nobody else has, and follows no link', () => {
  const [one, two] = [openDraft(join(folder, 'a')), openDraft(join(folder, 'a'))];
  expect(one.path).not.toBe(two.path);
  for (const { file } of [one, two]) closeSync(file);
  // The old names could be guessed: a link laid there had its target overwritten.
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'mine');
  symlinkSync(victim, join(folder, `a.${process.pid}.tmp`));
  closeSync(openDraft(join(folder, 'a')).file);
  expect(readFileSync(victim, 'utf8')).toBe('mine');
});

it('that a dead process left are removed, and those of living ones stay', () => {
  leave(hostTag(), dead(), '5');
  const own = openDraft(join(folder, 'a'));
  closeSync(own.file);
  removeStaleDrafts(folder);
  expect(readdirSync(folder)).toEqual([basename(own.path)]);
});

it.runIf(bornOf(process.pid) !== null)(
  'are removed when the number of their process was given out again',
  () => {
    leave(hostTag(), process.pid, '1');
    removeStaleDrafts(folder);
    expect(readdirSync(folder)).toEqual([]);
  },
);

it('of another machine stay for a day, for nobody can tell', () => {
  const name = leave('ffffffff', dead(), null);
  removeStaleDrafts(folder);
  expect(readdirSync(folder)).toEqual([name]);
  const longAgo = new Date(Date.now() - 25 * 3600 * 1000);
  utimesSync(join(folder, name), longAgo, longAgo);
  removeStaleDrafts(folder);
  expect(readdirSync(folder)).toEqual([]);
});

it('are told from the files of others by their names', () => {
  for (const name of ['report.html', 'notes.tmp', '.x.draft-1-2.tmp', 'a.4711.tmp']) {
    writeFileSync(join(folder, name), '');
  }
  const before = readdirSync(folder);
  removeStaleDrafts(folder);
  expect(readdirSync(folder)).toEqual(before);
});

it('no process of another machine is known to have ended', () => {
  expect(hasEnded({ host: 'ffffffff', process: dead(), born: null })).toBe(false);
});
