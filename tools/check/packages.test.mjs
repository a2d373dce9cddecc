// @ts-check
/* What is about to be published: well-formed, typed for ES modules, with all it needs and nothing else. */
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, test } from 'vitest';
import { packAll } from './pack.mjs';
import { isInSource, judgeContents, judgeMetadata } from './tarball.mjs';

const packed = await packAll();

describe.each(packed)('$name as published', ({ tarball, files, workspace: { path, folder, manifest } }) => {
  test('has what publint wants', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: Uint8Array.from(readFileSync(tarball)).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('has types that resolve, for ES modules', async () => {
    const found = await checkPackage(createPackageFromTarballData(Uint8Array.from(readFileSync(tarball))));
    // Without CommonJS there is nothing for those who still resolve by it.
    const problems = (found.types ? found.problems : [{ kind: 'no types' }]).filter(
      (problem) =>
        !('resolutionKind' in problem && /^(?:node10|node16-cjs)$/.test(String(problem.resolutionKind))),
    );
    expect(problems).toEqual([]);
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
