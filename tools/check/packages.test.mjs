// @ts-check
/* What is about to be published: well-formed, typed for ES modules, with all it needs and nothing else. */
import { describe, expect, test } from 'vitest';
import { judgeByPublint, judgeTypes } from './lint-tarball.mjs';
import { packAll } from './pack.mjs';
import { isInSource, judgeContents, judgeMetadata } from './tarball.mjs';

const packed = await packAll();

describe.each(packed)('$name as published', ({ tarball, files, workspace: { path, folder, manifest } }) => {
  test('has what publint wants', async () => {
    expect(await judgeByPublint(tarball)).toEqual([]);
  });

  test('has types that resolve, for ES modules', async () => {
    expect(await judgeTypes(tarball)).toEqual([]);
  });

  test('holds its sources and what is built of them, and nothing of its tests', () => {
    expect(judgeContents(files, (file) => isInSource(path, file))).toEqual([]);
  });

  test('tells npm what it is', () => {
    expect(judgeMetadata(manifest, folder)).toEqual([]);
  });
});

test('finds what a tarball lacks, what it has too much, and what is stale', () => {
  const made = [
    'package.json',
    'LICENSE',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/gone.js',
    'src/index.ts',
    'src/a.test.ts',
    'src/fixtures/a.json',
  ];
  expect(judgeContents(made, (path) => path !== 'dist/gone.js')).toEqual([
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
