// @ts-check
/* Where the packages live and what they bring along, and that each check can fail. */
import { expect, test } from 'vitest';
import { readPublicPackages } from '../check/workspace.mjs';
import { fieldsOf, findStrays, homeAt, isPlaceholder, readHome } from './home.mjs';
import { findForeignLicences, findShipped, readLocked } from './licences.mjs';
import { findOpen } from './publishable.mjs';
import { createRows } from './rows.mjs';

const home = homeAt('https://github.com/ada/synaprune/');
const placeholder = homeAt('https://example.invalid/synaprune');

test('every public package says where it lives as the root does', () => {
  expect(findStrays(readHome(), readPublicPackages())).toEqual([]);
});

test('what comes with the packages has licences that ask for no more than a notice', () => {
  const locked = readLocked();
  const folders = readPublicPackages().map(({ folder }) => folder);
  expect(findForeignLicences(locked, findShipped(locked, folders))).toEqual([]);
});

test('an address becomes the fields that npm and its provenance ask for', () => {
  expect(fieldsOf(home, 'packages/core')).toEqual({
    homepage: 'https://github.com/ada/synaprune',
    repository: {
      type: 'git',
      url: 'git+https://github.com/ada/synaprune.git',
      directory: 'packages/core',
    },
    bugs: { url: 'https://github.com/ada/synaprune/issues' },
  });
});

test('finds a package that lives elsewhere', () => {
  const manifest = { ...fieldsOf(home, 'packages/core'), homepage: 'https://elsewhere.test' };
  expect(findStrays(home, [{ folder: 'packages/core', manifest }])).toEqual([
    'packages/core/package.json needs homepage "https://github.com/ada/synaprune", got "https://elsewhere.test"; run: npm run release:home',
  ]);
});

test('refuses a placeholder and the version before the first', () => {
  expect([isPlaceholder(home), isPlaceholder(placeholder)]).toEqual([false, true]);
  expect(findOpen(home, [{ name: 'a', version: '0.1.0' }])).toEqual([]);
  expect(findOpen(placeholder, [{ name: 'a', version: '0.0.0' }])).toEqual([
    expect.stringContaining('is a placeholder, which must be set before publishing'),
    expect.stringContaining('the version of a is 0.0.0'),
  ]);
});

test('finds licences that ask for more, wherever npm put the package', () => {
  const locked = {
    'packages/a': { dependencies: { b: '1', own: '1' }, peerDependencies: { absent: '1' } },
    'packages/own': {},
    'node_modules/own': { link: true, resolved: 'packages/own' },
    'node_modules/b': { license: 'MIT OR GPL-3.0-only', optionalDependencies: { c: '2' } },
    'node_modules/b/node_modules/c': { license: '(MIT AND GPL-3.0-only)' },
    'node_modules/c': { license: 'UNLICENSED' },
    'node_modules/@img/sharp-linux-x64': { license: 'Apache-2.0 AND LGPL-3.0-or-later' },
  };
  const shipped = findShipped(locked, ['packages/a']);
  expect(shipped).toEqual(['node_modules/b', 'node_modules/b/node_modules/c']);
  expect(
    findForeignLicences(locked, [...shipped, 'node_modules/own', 'node_modules/@img/sharp-linux-x64']),
  ).toEqual(['c has (MIT AND GPL-3.0-only)', 'own has no licence']);
});

test('a check that complains or throws has failed, and one that cannot be made is skipped', async () => {
  /** @type {string[]} */
  const printed = [];
  const rows = createRows((line) => printed.push(line));
  await rows.check('sound', () => ({ note: 'seen' }));
  await rows.check('absent', () => ({ skipped: true }));
  expect(rows.failed()).toBe(false);
  await rows.check('broken', () => ({ complaints: ['needs 1\ngot 2'] }));
  await rows.check('thrown', () => {
    throw new Error('no such file');
  });
  expect([rows.closing(), rows.failed()]).toEqual(['1 passed, 2 failed, 1 skipped', true]);
  expect(printed.map((line) => line.replace(/\d+ s/, '').trim().replace(/ +/g, ' '))).toEqual([
    'passed sound seen',
    'skipped absent',
    'failed broken',
    'needs 1',
    'got 2',
    'failed thrown',
    'no such file',
  ]);
});
