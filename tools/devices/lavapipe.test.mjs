// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backportsOf, namesIn, unpackLavapipe } from './lavapipe.mjs';
import { thisMachine } from './machine.mjs';
import { madeUpFolder } from './made-up-machine.mjs';

const library = 'root/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so';

/** Plays apt and dpkg. @param {string} folder @param {Readonly<Record<string, { status: number, output: string }>>} answers */
function unpack(folder, answers = {}) {
  /** @type {import('./apt.mjs').Run} */
  const run = async (program, args, { cwd = '' } = {}) => {
    const verb =
      [program, ...args].find((word) => /^(?:update|download|install|-f|-x|ldd)$/.test(word)) ?? '';
    if (answers[verb] !== undefined) return answers[verb];
    if (verb === 'download') writeFileSync(join(cwd, 'mesa-vulkan-drivers_25_amd64.deb'), '');
    if (verb === '-x') {
      mkdirSync(join(folder, 'work', library, '..'), { recursive: true });
      writeFileSync(join(folder, 'work', library), 'driver');
    }
    return { status: 0, output: verb === '-f' ? 'libvulkan1 (>= 1.2), libc6' : '' };
  };
  return unpackLavapipe({ machine: thisMachine, run }, folder);
}

test('keeps the library and a manifest that names it from beside, and nothing else', async () => {
  const folder = madeUpFolder();
  writeFileSync(join(folder, 'old'), '');
  expect(await unpack(folder)).toBe('');
  expect(thisMachine.list(folder)).toEqual(['libvulkan_lvp.so', 'lvp_icd.json']);
  expect(JSON.parse(readFileSync(join(folder, 'lvp_icd.json'), 'utf8')).ICD.library_path).toBe(
    './libvulkan_lvp.so',
  );
});

test.each([
  ['the backports cannot be reached', 'update', { status: 100, output: 'E: no route' }, 'E: no route'],
  ['a dependency cannot be had', 'install', { status: 100, output: 'E: broken' }, 'E: broken'],
  ['a library is missing', 'ldd', { status: 0, output: '\tlibLLVM-15.so.1 => not found\n' }, 'libLLVM-15'],
])('leaves no driver and says why where %s', async (_, verb, answer, expected) => {
  const folder = madeUpFolder();
  expect(await unpack(folder, { [verb]: answer })).toContain(expected);
  expect(existsSync(join(folder, 'lvp_icd.json'))).toBe(false);
  expect(existsSync(join(folder, 'work'))).toBe(false);
});

test('asks the machine’s own mirror for the backports, with its key', () => {
  const sources =
    'Types: deb\nURIs: http://mirror/debian\nSuites: bookworm\nSigned-By: /keys.gpg\n\nTypes: deb\nURIs: x';
  expect(backportsOf(sources)).toBe(
    'Types: deb\nURIs: http://mirror/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /keys.gpg\n',
  );
  expect(backportsOf(undefined)).toContain('URIs: http://deb.debian.org/debian\n');
});

test('reads the names of a list of dependencies', () => {
  expect(namesIn(' libc6 (>= 2.36), libllvm15 | libllvm16, libstdc++6 (>= 12)\n')).toEqual([
    'libc6',
    'libllvm15',
    'libstdc++6',
  ]);
});
