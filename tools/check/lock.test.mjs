// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAddresses, findUnhashed, findUnheld } from './lock.mjs';
import { root } from './workspace.mjs';

const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');

test('package-lock.json names no address', () => {
  expect(findAddresses(lock)).toEqual([]);
});

test('package-lock.json holds a hash of every package', () => {
  expect(findUnhashed(lock)).toEqual([]);
});

test('package-lock.json holds the binaries of every system', () => {
  expect(findUnheld(lock)).toEqual([]);
});

test('tools are pinned to exact versions', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const loose = Object.entries(devDependencies).filter(
    ([, version]) => !/^(?:npm:[\w@/.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('finds addresses in a lock file, but not links inside the workspace', () => {
  const made = '"resolved": "packages/core",\n"resolved": "https://registry.test/a.tgz"';
  expect(findAddresses(made)).toEqual(['"resolved": "https://registry.test/a.tgz"']);
});

test('finds packages without a hash in a lock file', () => {
  const packages = {
    '': {},
    'packages/core': {},
    'node_modules/a': { integrity: 'sha512-x' },
    'node_modules/b': {},
    'node_modules/c': { link: true },
    'node_modules/d': { optional: true, os: ['darwin'] },
  };
  expect(findUnhashed(JSON.stringify({ packages }))).toEqual(['node_modules/b has no integrity']);
});

test('finds optional packages that a lock file names but does not hold', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { b: '1', c: '1', d: '1' } },
    'node_modules/b': {},
    'node_modules/a/node_modules/c': {},
  };
  expect(findUnheld(JSON.stringify({ packages }))).toEqual([
    'node_modules/a names d, which the lock file does not hold',
  ]);
});
