// @ts-check
import { expect, test } from 'vitest';
import { importsIn } from './arrows/edges.mjs';
import { checkArrows } from './arrows.mjs';
import { withTree } from './check/made-up-tree.mjs';

const core = { name: '@synaprune/core' };
const dependsOnCore = { '@synaprune/core': '^1.0.0' };
const tfjs = {
  name: '@synaprune/tfjs',
  dependencies: dependsOnCore,
  peerDependencies: { '@tensorflow/tfjs': '^4.0.0' },
  devDependencies: { '@synaprune/conformance': '^1.0.0', '@tensorflow/tfjs': '4.22.0' },
};
const sound = {
  'packages/core/package.json': core,
  'packages/core/tsconfig.build.json': { compilerOptions: { lib: ['ES2023'], types: [] }, files: [] },
  'packages/core/src/index.ts': `export { cut } from './cut.js';`,
  'packages/core/src/cut.test.ts': `import { test } from 'vitest'; import fs from 'node:fs';`,
  'packages/conformance/package.json': { name: '@synaprune/conformance', dependencies: dependsOnCore },
  'packages/host/package.json': {
    name: '@synaprune/host',
    dependencies: dependsOnCore,
    devDependencies: { '@synaprune/conformance': '^1.0.0' },
  },
  'packages/host/src/index.ts': `import type { Cut } from '@synaprune/core';`,
  'packages/host/src/laws.test.ts': `import { runConformance } from '@synaprune/conformance';`,
  'packages/tfjs/package.json': tfjs,
  'packages/tfjs/src/index.ts': `import * as tf from '@tensorflow/tfjs'; import '@synaprune/core';`,
  'packages/onnxruntime/package.json': { name: '@synaprune/onnxruntime', dependencies: dependsOnCore },
  'examples/forecast/package.json': {
    name: 'forecast',
    dependencies: { '@synaprune/tfjs': '^1.0.0', '@tensorflow/tfjs': '4.22.0' },
  },
  'examples/forecast/src/main.ts': `import '@synaprune/tfjs'; import '@tensorflow/tfjs'; import 'node:fs';`,
};

/** What the checker says of the sound tree with some files changed. @param {Record<string, string | object>} changes */
function complaintsAbout(changes) {
  return withTree({ ...sound, ...changes }, (folder) =>
    checkArrows(folder)
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ name, detail }) => `${name}: ${detail}`),
  );
}

test('finds nothing wrong with a sound tree', async () => {
  expect(await complaintsAbout({})).toEqual([]);
});

test('lets the configuration of a package’s tests take what all of them share', async () => {
  const config = {
    'packages/host/vitest.config.ts': `import { unitTests } from '../../tools/unit-tests.mjs';`,
  };
  expect(await complaintsAbout(config)).toEqual([]);
});

test('counts every edge of a sound tree', async () => {
  const names = await withTree(sound, (folder) => checkArrows(folder).map(({ name }) => name));
  expect(names).toContain('@synaprune/tfjs → @tensorflow/tfjs');
  expect(names).toContain('@synaprune/host → @synaprune/conformance');
  expect(names).toContain('forecast → @synaprune/tfjs');
});

test('lets a package be used by every entry that it exports', async () => {
  const exported = {
    name: '@synaprune/tfjs',
    exports: { '.': './a.js', './node': './node.js', './parts/*': './parts/*.js' },
  };
  const using = (/** @type {string} */ specifier) =>
    complaintsAbout({
      'packages/tfjs/package.json': { ...tfjs, ...exported },
      'examples/forecast/src/main.ts': `import '${specifier}';`,
    });
  expect(await using('@synaprune/tfjs/node')).toEqual([]);
  expect(await using('@synaprune/tfjs/parts/one')).toEqual([]);
  expect(await using('@synaprune/tfjs/dist/node')).toEqual([
    "forecast → @synaprune/tfjs: examples/forecast/src/main.ts:1 imports @synaprune/tfjs/dist/node: not a package's entry point",
  ]);
});

/** @type {[string, Record<string, string | object>, string][]} */
const badEdges = [
  [
    'core with a dependency',
    { 'packages/core/package.json': { ...core, dependencies: { lodash: '4' } } },
    '@synaprune/core → lodash: package.json dependencies names lodash, but this package depends on nothing',
  ],
  [
    'core importing a package',
    { 'packages/core/src/index.ts': `\nimport x from 'lodash';` },
    '@synaprune/core → lodash: packages/core/src/index.ts:2 imports lodash, but this package imports nothing outside itself',
  ],
  [
    'core importing a module of Node',
    { 'packages/core/src/index.ts': `import { readFileSync } from 'fs';` },
    '@synaprune/core → node:fs: packages/core/src/index.ts:1 imports fs, which only Node has',
  ],
  [
    'core asking for the types of Node',
    { 'packages/core/src/index.ts': `/// <reference types="node" />` },
    '@synaprune/core → node: packages/core/src/index.ts:1 imports node, which only Node has',
  ],
  [
    'core asking for the DOM in a comment',
    { 'packages/core/src/index.ts': `/// <reference lib="dom" />` },
    '@synaprune/core: own rules: packages/core/src/index.ts:1 asks for lib:dom, beyond lib ES2023',
  ],
  [
    'core compiled with the DOM',
    {
      'packages/core/tsconfig.build.json': {
        compilerOptions: { lib: ['ES2023', 'DOM'], types: [] },
        files: [],
      },
    },
    'tsconfig.build.json needs lib ["ES2023"], got ["lib.es2023.d.ts","lib.dom.d.ts"]',
  ],
  [
    'core compiled with the types of Node',
    {
      'packages/core/tsconfig.build.json': {
        compilerOptions: { lib: ['ES2023'], types: ['node'] },
        files: [],
      },
    },
    'tsconfig.build.json needs types [], got ["node"]',
  ],
  [
    'core importing host, upwards',
    { 'packages/core/src/index.ts': `export * from '@synaprune/host';` },
    'packages/core/src/index.ts:1 imports @synaprune/host, but this package imports nothing outside itself',
  ],
  [
    'host naming an adapter',
    {
      'packages/host/package.json': {
        name: '@synaprune/host',
        dependencies: { ...dependsOnCore, '@synaprune/tfjs': '^1.0.0' },
      },
      'packages/host/src/laws.test.ts': '',
    },
    'package.json dependencies names @synaprune/tfjs; allowed are @synaprune/core',
  ],
  [
    'host importing a runtime as a type',
    { 'packages/host/src/index.ts': `export type T = import('@tensorflow/tfjs-core').Tensor;` },
    'packages/host/src/index.ts:1 imports @tensorflow/tfjs-core, a runtime that is not this package',
  ],
  [
    'host importing the conformance kit outside its tests',
    { 'packages/host/src/index.ts': `import { runConformance } from '@synaprune/conformance';` },
    'packages/host/src/index.ts:1 imports @synaprune/conformance, which is for test files only',
  ],
  [
    'host importing its own test tools',
    { 'packages/host/src/index.ts': `import { oracle } from './testing/oracle.js';` },
    'packages/host/src/index.ts:1 imports ./testing/oracle.js, which is not built or published',
  ],
  [
    'an adapter with the conformance kit as a dependency',
    {
      'packages/tfjs/package.json': {
        ...tfjs,
        dependencies: { ...dependsOnCore, '@synaprune/conformance': '1' },
      },
    },
    'package.json dependencies names @synaprune/conformance; it is for tests: a devDependency',
  ],
  [
    'an adapter with its runtime as a dependency',
    {
      'packages/tfjs/package.json': {
        ...tfjs,
        dependencies: { ...dependsOnCore, '@tensorflow/tfjs': '4.22.0' },
      },
    },
    'package.json dependencies names @tensorflow/tfjs; a runtime is the user',
  ],
  [
    'an adapter naming another runtime',
    {
      'packages/tfjs/package.json': {
        ...tfjs,
        peerDependencies: { ...tfjs.peerDependencies, 'onnxruntime-web': '1' },
      },
    },
    'package.json peerDependencies names onnxruntime-web, a runtime that is not this package',
  ],
  [
    'an adapter importing another adapter',
    { 'packages/onnxruntime/src/index.ts': `await import('@synaprune/tfjs');` },
    'packages/onnxruntime/src/index.ts:1 imports @synaprune/tfjs; allowed are',
  ],
  [
    'an adapter naming another adapter for its tests',
    {
      'packages/onnxruntime/package.json': {
        name: '@synaprune/onnxruntime',
        devDependencies: { '@synaprune/tfjs': '^1.0.0' },
      },
    },
    'package.json devDependencies names @synaprune/tfjs; allowed are',
  ],
  [
    'an import of what only its tests declare',
    {
      'packages/tfjs/package.json': { ...tfjs, devDependencies: { '@synaprune/host': '^1.0.0' } },
      'packages/tfjs/src/index.ts': `import { hostBackend } from '@synaprune/host';`,
    },
    'packages/tfjs/src/index.ts:1 imports @synaprune/host, which package.json does not declare',
  ],
  [
    'a deep import',
    { 'packages/host/src/index.ts': `import '@synaprune/core/dist/plan.js';` },
    "imports @synaprune/core/dist/plan.js: not a package's entry point",
  ],
  [
    'a deep import in a test',
    { 'packages/host/src/laws.test.ts': `vi.importActual('@synaprune/core/src/plan.ts');` },
    "imports @synaprune/core/src/plan.ts: not a package's entry point",
  ],
  [
    "a path into another package's folder",
    { 'packages/host/src/index.ts': `import '../../core/src/plan.js';` },
    'imports ../../core/src/plan.js, which lies outside its package',
  ],
  [
    'what configurations share, in a test',
    { 'packages/host/src/laws.test.ts': `import '../../../tools/unit-tests.mjs';` },
    'imports ../../../tools/unit-tests.mjs, which lies outside its package',
  ],
  [
    'an import nobody can check',
    { 'packages/host/src/index.ts': `await import(name);` },
    'packages/host/src/index.ts:1 imports a computed name',
  ],
  [
    'a package that is not in the table',
    { 'packages/surprise/package.json': { name: '@synaprune/surprise' } },
    'packages/surprise is not in the table of tools/arrows.mjs',
  ],
  [
    'an integration with a deep import',
    { 'integrations/node/main.mjs': `import '@synaprune/core/dist/index.js';` },
    "imports @synaprune/core/dist/index.js: not a package's entry point",
  ],
];

test.each(badEdges)('refuses %s', async (_, changes, complaint) => {
  expect(await complaintsAbout(changes)).toEqual([expect.stringContaining(complaint)]);
});

test('does not mistake text for an import', () => {
  expect(importsIn('const text = "import x from \'lodash\'"; // import "a"', 'a.ts')).toEqual([]);
});

test('sees every way to name a module', () => {
  const text = [
    `import a from 'a';`,
    `import type { B } from 'b';`,
    `export * from 'c';`,
    `await import('d');`,
    `type E = import('e').E;`,
    `import f = require('f');`,
    `require('g');`,
    `import.meta.resolve('h');`,
    `declare module 'i' {}`,
    'await import(`j`);',
  ].join('\n');
  expect(importsIn(text, 'a.ts').map(({ specifier }) => specifier)).toEqual([...'abcdefghij']);
});
