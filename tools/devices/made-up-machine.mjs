// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** @typedef {import('./machine.mjs').Machine} Machine */

export const bookworm = 'ID=debian\nVERSION_CODENAME=bookworm\n';
export const trixie = 'ID=debian\nVERSION_CODENAME=trixie\n';
export const ubuntu = 'ID=ubuntu\nVERSION_CODENAME=noble\n';

/**
 * A machine for tests: Linux with apt, not root, with these files and programs and nothing else.
 *
 * @param {object} [has]
 * @param {Readonly<Record<string, string>>} [has.files] texts by path
 * @param {readonly string[]} [has.programs] in /usr/bin
 * @param {readonly string[]} [has.libraries]
 * @param {Partial<Machine>} [has.more]
 * @returns {Machine}
 */
export function madeUpMachine({ files = {}, programs = ['apt-get'], libraries = [], more = {} } = {}) {
  return {
    platform: 'linux',
    env: {},
    root: false,
    exists: (path) => path in files || programs.some((name) => path === `/usr/bin/${name}`),
    read: (path) => files[path],
    list: (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    resolve: (path) => path,
    which: (name) => (programs.includes(name) ? `/usr/bin/${name}` : undefined),
    loads: (library) => libraries.includes(library),
    ask: () => 'Chromium 156',
    ...more,
  };
}

/** A fresh folder, gone after the test. */
export function madeUpFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-devices-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
