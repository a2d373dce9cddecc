import { randomBytes } from 'node:crypto';
import { constants, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hasEnded, ownIdentity } from './process-identity.js';

/** A file that is being written, and takes its name when it is whole. */
export interface Draft {
  readonly path: string;
  /** Open for writing. */
  readonly file: number;
}

const NAME = /^\..{1,200}\.draft-([0-9a-f]{8})-(\d{1,10})-(\d{1,20}|x)-[0-9a-f]{16}\.tmp$/;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Opens a draft beside the file that it is for. Its name is new and cannot be guessed, and where somebody laid a
 * link in its place nevertheless, opening it fails.
 */
export function openDraft(target: string): Draft {
  const path = draftPath(target);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return { path, file: openSync(path, flags, 0o666) };
}

/** A new name for a draft of a file. */
export function draftPath(target: string): string {
  const { host, process: id, born } = ownIdentity();
  const by = `${host}-${id}-${born ?? 'x'}`;
  const random = randomBytes(8).toString('hex');
  return join(dirname(target), `.${basename(target).slice(0, 100)}.draft-${by}-${random}.tmp`);
}

/**
 * Removes drafts that processes left which were killed: those of this machine whose process has ended, and those of
 * other machines when they are a day old, for a draft lives seconds.
 */
export function removeStaleDrafts(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const [, host, id, born] = match;
    const path = join(folder, name);
    const ended = hasEnded({ host: host!, process: Number(id), born: born === 'x' ? null : born! });
    if (ended || isOld(path)) rmSync(path, { force: true });
  }
}

function isOld(path: string): boolean {
  try {
    return Date.now() - lstatSync(path).mtimeMs > DAY_MS;
  } catch {
    return false;
  }
}
