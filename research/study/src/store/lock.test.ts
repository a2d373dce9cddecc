import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTag } from '@synaprune/examples-kit/files/process-identity';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from './lock.js';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(dir, 'runs.lock');
});
afterEach(() => rmSync(dir, { recursive: true }));

const heldBy = (process: number, host = hostname(), born: string | null = null) =>
  writeFileSync(path, JSON.stringify({ host, process, born }));

it('is held until it is let go', () => {
  const unlock = takeLock(path);
  expect(() => takeLock(path)).toThrow(new RegExp(`held by process ${process.pid} on `));
  unlock();
  expect(existsSync(path)).toBe(false);
  takeLock(path)();
  expect(readdirSync(dir)).toEqual([]);
});

it('is respected while the process that holds it lives', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(other, 'spawn');
  heldBy(other.pid!);
  expect(() => takeLock(path)).toThrow(/one study writes into a folder at a time/);
  other.kill('SIGKILL');
  await once(other, 'close');
  const unlock = takeLock(path);
  expect(JSON.parse(readFileSync(path, 'utf8')).process).toBe(process.pid);
  unlock();
  expect(readdirSync(dir)).toEqual([]);
});

it.runIf(existsSync('/proc/self/stat'))('is taken over when another process got the number since', () => {
  heldBy(process.pid, hostname(), '1');
  takeLock(path)();
});

it('of another machine is respected, for nobody can tell', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  heldBy(pid, 'elsewhere');
  expect(() => takeLock(path)).toThrow(/on elsewhere/);
});

it.each([
  '',
  'null',
  '[]',
  '{"host":"x","process":"abc","born":null}',
  `{"host":"${hostname()}","process":-1,"born":null}`,
  'x'.repeat(5000),
])('that cannot be read is respected: %.20s', (text) => {
  writeFileSync(path, text);
  expect(() => takeLock(path)).toThrow(/held by an unknown process.*remove that file/);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('is written over no link that somebody laid', () => {
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'mine');
  symlinkSync(victim, `${path}.${process.pid}.tmp`);
  takeLock(path)();
  symlinkSync(victim, path);
  expect(() => takeLock(path)).toThrow(/held by an unknown process/);
  expect(readFileSync(victim, 'utf8')).toBe('mine');
});

it('clears the drafts away that a killed process left', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(dir, `.runs.lock.draft-${hostTag()}-${pid}-5-0123456789abcdef.tmp`), 'half');
  takeLock(path)();
  expect(readdirSync(dir)).toEqual([]);
});
