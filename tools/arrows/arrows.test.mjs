// @ts-check
/* Each law of .dependency-cruiser.mjs and .dependency-cruiser.rooms.mjs, on a made-up tree that breaks it. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import laws from '../../.dependency-cruiser.mjs';
import lawsOfRooms from '../../.dependency-cruiser.rooms.mjs';
import { withTree } from '../check/made-up-tree.mjs';

const runtimes = { 'onnxruntime-web': '1', '@tensorflow/tfjs-core': '4' };

/** A package with an entry, and its runtimes where npm would put them. @param {string} name @param {object} [more] */
function packageOf(name, more = {}) {
  return {
    [`packages/${name}/package.json`]: {
      name: `@synaprune/${name}`,
      exports: { '.': './dist/index.js' },
      ...more,
    },
    [`packages/${name}/dist/index.js`]: 'export {};',
  };
}

const sound = {
  'package.json': { name: 'tree', devDependencies: { vitest: '4' } },
  'node_modules/vitest/package.json': { name: 'vitest', main: 'index.js' },
  'node_modules/vitest/index.js': '',
  ...Object.fromEntries(
    Object.keys(runtimes).flatMap((name) => [
      [`node_modules/${name}/package.json`, { name, main: 'index.js' }],
      [`node_modules/${name}/index.js`, ''],
    ]),
  ),
  ...packageOf('core'),
  ...packageOf('conformance', { dependencies: { '@synaprune/core': '1' } }),
  ...packageOf('host', {
    dependencies: { '@synaprune/core': '1' },
    devDependencies: { '@synaprune/conformance': '1' },
  }),
  ...packageOf('onnxruntime', {
    peerDependencies: { 'onnxruntime-web': '1' },
    dependencies: { '@synaprune/host': '1' },
  }),
  ...packageOf('tfjs', { peerDependencies: { '@tensorflow/tfjs-core': '4' } }),
  'packages/core/src/index.ts': "export type { A } from './a.js';",
  'packages/core/src/a.ts': 'export type A = 1;',
  'packages/core/src/a.test.ts': "import { readFileSync } from 'node:fs'; import { test } from 'vitest';",
  'packages/host/src/index.ts': "import type { A } from '@synaprune/core';",
  'packages/host/src/laws.test.ts': "import '@synaprune/conformance';",
  'packages/onnxruntime/src/index.ts': "import 'onnxruntime-web'; import '@synaprune/host';",
  'packages/tfjs/src/index.ts': "import '@tensorflow/tfjs-core';",
};

/** The laws that a tree breaks, each once. @param {Record<string, string | object>} changes */
function brokenBy(
  changes,
  { forbidden, options } = /** @type {Pick<typeof laws, 'options'> & { forbidden: object[] }} */ (laws),
) {
  return withTree({ ...sound, ...changes }, async (tree) => {
    const scope = join(tree, 'node_modules', '@synaprune');
    mkdirSync(scope);
    for (const name of ['core', 'conformance', 'host', 'onnxruntime', 'tfjs']) {
      symlinkSync(join(tree, 'packages', name), join(scope, name), 'junction');
    }
    const { enhancedResolveOptions, ...others } = options;
    const { output } = await cruise(
      ['packages'],
      /** @type {any} */ ({ ...others, baseDir: tree, validate: true, ruleSet: { forbidden } }),
      enhancedResolveOptions,
    );
    const { violations } = /** @type {import('dependency-cruiser').ICruiseResult} */ (output).summary;
    return [...new Set(violations.map(({ rule }) => rule.name))];
  });
}

test('a sound tree breaks no law', async () => {
  expect(await brokenBy({})).toEqual([]);
});

/** @type {[string, string, string, string][]} what, the file, its text, the law */
const bad = [
  [
    'core importing upwards',
    'core/src/index.ts',
    "export * from '@synaprune/host';",
    'core may use no package',
  ],
  ['core importing anything', 'core/src/index.ts', "import 'vitest';", 'core imports nothing outside itself'],
  ['core on Node', 'core/src/index.ts', "import 'node:fs';", 'core runs in browsers: no module of Node'],
  ['host importing an adapter', 'host/src/index.ts', "import '@synaprune/tfjs';", 'host may use core'],
  [
    'a test importing an adapter',
    'host/src/laws.test.ts',
    "import '@synaprune/tfjs';",
    'tests of host may use no adapter but its own',
  ],
  [
    'host naming a runtime in a type',
    'host/src/index.ts',
    "export type T = import('@tensorflow/tfjs-core').T;",
    'host names no runtime',
  ],
  [
    'an adapter importing another',
    'onnxruntime/src/index.ts',
    "await import('@synaprune/tfjs');",
    'onnxruntime may use core, host, webgpu, axes, onnx, onnx-train, onnx-shrink, tfjs-files, refit',
  ],
  [
    'an adapter naming another’s runtime',
    'tfjs/src/index.ts',
    "import 'onnxruntime-web';",
    'tfjs names no runtime but @tensorflow/, as a peer',
  ],
  [
    'the test kit in what is built',
    'host/src/index.ts',
    "import '@synaprune/conformance';",
    'the test kit is for tests',
  ],
  [
    'test tools in what is built',
    'core/src/index.ts',
    "export * from './testing/b.js';",
    'what is built imports nothing that is not',
  ],
  [
    'a deep import',
    'host/src/index.ts',
    "import '@synaprune/core/dist/a.js';",
    'every import leads somewhere, by an entry point',
  ],
  [
    'a path into another package',
    'host/src/index.ts',
    "import '../../core/src/a.js';",
    'nothing is imported by a path into another package',
  ],
  [
    'a circle, of types',
    'core/src/a.ts',
    "export type A = 1; export type { A as B } from './index.js';",
    'no circle',
  ],
  [
    'a package that has no line',
    'new/src/index.ts',
    "import '@synaprune/core';",
    'every package has its line in tools/arrows/houses.mjs',
  ],
];

test.each(bad)('refuses %s', async (_, file, text, law) => {
  const more = { 'packages/core/src/testing/b.ts': 'export {};' };
  expect(await brokenBy({ ...more, [`packages/${file}`]: text })).toContain(law);
});

test('refuses a runtime that is a dependency and no peer', async () => {
  const owned = packageOf('tfjs', { dependencies: { '@tensorflow/tfjs-core': '4' } });
  expect(await brokenBy(owned)).toEqual(['a runtime is the user’s own: a peerDependency']);
});

test('refuses a circle between rooms that is none between files', async () => {
  const there = {
    'packages/host/src/b/y.ts': "export * from '../a/w.js';",
    'packages/host/src/a/w.ts': 'export {};',
  };
  expect(await brokenBy(there, lawsOfRooms)).toEqual([]);
  const back = {
    'packages/host/src/a/x.ts': "export * from '../b/z.js';",
    'packages/host/src/b/z.ts': 'export {};',
  };
  expect(await brokenBy({ ...there, ...back })).toEqual([]);
  expect(await brokenBy({ ...there, ...back }, lawsOfRooms)).toEqual(['no circle between rooms']);
});
