// @ts-check
import { expect, test } from 'vitest';
import { judgeReport, judgeResults } from './demo.mjs';
import { findUnlistedErrors } from './error-codes.mjs';
import { findAddresses, findDeadLinks, findHomePaths, findUnhashed, findUnheld } from './hygiene.mjs';
import { findUnlistedNotices } from './notices.mjs';
import { judgeContents, judgeMetadata } from './packages.mjs';

test('finds addresses in a lock file, but not links inside the workspace', () => {
  const lock = '"resolved": "packages/core",\n"resolved": "https://registry.test/a.tgz"';
  expect(findAddresses(lock)).toEqual(['"resolved": "https://registry.test/a.tgz"']);
});

test('finds notices that no list names, and rows that nothing gives', () => {
  const list = {
    path: 'docs/notices.md',
    text: '| code | where |\n|---|---|\n| `weight-emptied` | `update` |\n| `never-given` | – |',
  };
  const texts = [
    list,
    { path: 'packages/core/src/report.ts', text: "return { code: 'weight-emptied', message };" },
    { path: 'packages/onnx/src/notices.ts', text: "notice('fixed-basis', names)" },
    { path: 'packages/onnx/src/node/open.ts', text: "{ code: 'path-unproven', message }" },
    { path: 'packages/onnx/src/open.test.ts', text: "{ code: 'of-a-test' }" },
  ];
  expect(findUnlistedNotices(texts)).toEqual([
    'packages/onnx/src/notices.ts gives `fixed-basis`, which docs/notices.md does not list',
    'packages/onnx/src/node/open.ts gives `path-unproven`, which docs/notices.md does not list',
    'docs/notices.md lists `never-given`, which no package gives',
  ]);
  expect(findUnlistedNotices([])).toEqual(['docs/notices.md is missing']);
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

test('finds paths of one machine, and no others', () => {
  // Put together here, because this file is looked at too.
  const home = ['', 'home', 'ada', 'x'].join('/');
  const superuser = ['', 'root', 'x'].join('/');
  const lines = [
    `cd ${home}`,
    `see "${superuser}"`,
    'https://a.test/home/page',
    './root/x',
    '/srv/checkout/a',
  ];
  const found = findHomePaths([{ path: 'a.md', text: lines.join('\n') }], '/srv/checkout');
  expect(found.map((text) => text.split(' ')[0])).toEqual(['a.md:1', 'a.md:2', 'a.md:5']);
});

test('finds links that lead nowhere', () => {
  const text =
    '[a](b.md) [b](../README.md#x) [c](https://a.test) [d](#here) [e](gone.md)\n```md\n[f](gone.md)\n```';
  const texts = [{ path: 'docs/a.md', text }];
  expect(findDeadLinks(texts, ['docs/a.md', 'docs/b.md', 'README.md'])).toEqual([
    'docs/a.md links to gone.md, which is not there',
  ]);
});

test('finds what a tarball lacks, what it has too much, and what is stale', () => {
  const files = [
    'package.json',
    'LICENSE',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/gone.js',
    'src/index.ts',
    'src/a.test.ts',
    'src/fixtures/a.json',
  ];
  expect(judgeContents(files, (path) => path !== 'dist/gone.js')).toEqual([
    'needs README.md',
    'has src/a.test.ts, which serves tests only',
    'has src/fixtures/a.json, which serves tests only',
    'has dist/gone.js, left from a source that is gone; delete dist and build again',
  ]);
});

test('finds metadata that would mislead npm', () => {
  const sound = {
    name: '@synaprune/a',
    version: '1.0.0',
    description: '',
    license: 'MIT',
    engines: {},
    keywords: [],
    files: [],
    type: 'module',
    sideEffects: false,
    publishConfig: { access: 'public' },
  };
  expect(judgeMetadata(sound, 'packages/a')).toEqual([]);
  const { license: _, ...unlicensed } = sound;
  expect(judgeMetadata({ ...unlicensed, publishConfig: {} }, 'packages/a')).toEqual([
    'package.json needs license',
    'package.json needs publishConfig.access public, got undefined',
  ]);
});

test('finds an arm or a figure that the demo left out', () => {
  const arm = { mae: 1, rmse: 1, persistenceMae: 1, sparsity: 0, seconds: 1 };
  const arms = { none: arm, dropout: arm, 'mc-dropout': arm, 'synaptic-pruning': arm };
  expect(judgeResults(JSON.stringify({ arms }))).toEqual([]);
  expect(judgeResults(JSON.stringify({ arms: { ...arms, dropout: { ...arm, mae: null } } }))).toEqual([
    'arm dropout needs a finite mae, got null',
  ]);
  expect(judgeResults(JSON.stringify({ arms: [{ name: 'none', ...arm }] }))).toHaveLength(3);
  expect(judgeResults(undefined)).toEqual(['needed results.json, got no such file']);
});

test('finds what a report would load, and lets links and embedded data be', () => {
  const fine =
    '<html><a href="https://a.test">a</a><img src="data:image/png;base64,A"><use href="#b"/></html>';
  expect(judgeReport(fine)).toEqual([]);
  const loads = [
    '<script src="https://a.test/a.js">',
    "<link rel='stylesheet' href='a.css'>",
    '<img alt="" src=//a.test/a.png>',
    '<style>@import "a.css";</style>',
    '<p style="background: url(https://a.test/b.png)">',
    "<script>fetch('https://a.test')</script>",
  ];
  for (const load of loads) expect(judgeReport(`<html>${load}</html>`)).toHaveLength(1);
});

test('finds errors that no list names, and rows that nothing throws', () => {
  const list = {
    path: 'docs/errors.md',
    text: '| `busy` | core | … | … |\n| `never-thrown` | onnx | … | … |\n',
  };
  const own = {
    path: 'packages/core/src/checks/errors.ts',
    text: "export type PruneErrorCode = 'busy' | 'silent';",
  };
  const source = {
    path: 'packages/tfjs/src/model.ts',
    text: "throw new PruneError(\n  'busy',\n  '…');\nthrow new PruneError('unheard-of', '…');",
  };
  expect(findUnlistedErrors([list, own, source])).toEqual([
    'packages/tfjs/src/model.ts throws `unheard-of`, which no package lists as its own',
    'docs/errors.md does not list `silent` as one of core',
    'docs/errors.md lists `never-thrown`, which onnx does not throw',
  ]);
  expect(findUnlistedErrors([])).toEqual(['docs/errors.md is missing']);
});
