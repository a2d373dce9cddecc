// @ts-check
/*
 * The arrows of the house, for `npm run arrows`: which package may import which, who may name a runtime, and no circles
 * between files. What each package may use is in tools/arrows/houses.mjs.
 */
import { houses, testKit } from './tools/arrows/houses.mjs';

const tests = '(\\.test|\\.test-d|\\.bench)\\.[cm]?[jt]s$|/(testing|fixtures)/|\\.config\\.[cm]?[jt]s$';
const runtimes = 'node_modules/(@tensorflow/|onnxruntime-)';
const known = Object.keys(houses).join('|');
const programs = Object.keys(houses).filter((name) => houses[name]?.program);

/** @param {string} patterns `onnxruntime-|@tensorflow/` */
const installed = (patterns) => `node_modules/(${patterns})`;
/** @param {string | undefined} patterns */
const orNone = (patterns) => (patterns === undefined ? '^$' : installed(patterns));

const adapters = Object.entries(houses)
  .filter(([, { runtimes }]) => runtimes !== undefined)
  .map(([name]) => name);

/** @param {[string, import('./tools/arrows/houses.mjs').House]} entry */
function rulesOf([name, { mayUse, runtimes: own, testRuntimes, node }]) {
  const folder = `^packages/${name}/`;
  const allowed = [name, ...mayUse].join('|');
  const sources = { path: `${folder}(src|[^/]+$)`, pathNot: tests };
  return [
    {
      name: `${name} may use ${mayUse.join(', ') || 'no package'}`,
      severity: 'error',
      from: sources,
      to: { path: '^packages/', pathNot: `^packages/(${allowed})/` },
    },
    {
      name: `tests of ${name} may use no adapter but its own`,
      severity: 'error',
      from: { path: folder },
      to: { path: `^packages/(${adapters.join('|')})/`, pathNot: `^packages/(${allowed})/` },
    },
    {
      name: `${name} names ${own === undefined ? 'no runtime' : `no runtime but ${own}, as a peer`}`,
      severity: 'error',
      from: sources,
      to: { path: runtimes, pathNot: orNone(own) },
    },
    {
      name: `tests of ${name} name no other runtime`,
      severity: 'error',
      from: { path: folder },
      to: { path: runtimes, pathNot: orNone([own, testRuntimes].filter(Boolean).join('|') || undefined) },
    },
    ...(node === ''
      ? []
      : [
          {
            name: `${name} runs in browsers: no module of Node`,
            severity: 'error',
            from: { path: folder, pathNot: node === undefined ? tests : `${tests}|${folder}${node}` },
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ];
}

export default {
  forbidden: [
    ...Object.entries(houses).flatMap(rulesOf),
    {
      name: 'every package has its line in tools/arrows/houses.mjs',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${known})/` },
      to: {},
    },
    {
      name: 'a runtime is the user’s own: a peerDependency',
      severity: 'error',
      from: { path: '^packages/', pathNot: `${tests}|^packages/(${programs.join('|')})/` },
      to: { path: runtimes, dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'core imports nothing outside itself',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: tests },
      to: { pathNot: '^packages/core/' },
    },
    {
      name: 'the test kit is for tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: `${tests}|^packages/${testKit}/` },
      to: { path: `^packages/${testKit}/` },
    },
    {
      name: 'nothing is imported by a path into another package',
      severity: 'error',
      from: { path: '^((packages|examples|research)/[^/]+|bench)/', pathNot: '\\.config\\.ts$' },
      to: { dependencyTypes: ['local'], pathNot: '^$1/' },
    },
    {
      name: 'what is built imports nothing that is not',
      severity: 'error',
      from: { path: '^(packages|examples|research)/[^/]+/src/', pathNot: tests },
      to: { path: tests, dependencyTypes: ['local'] },
    },
    {
      name: 'what is published imports nothing that only tests have',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer', 'npm'],
      },
    },
    {
      name: 'every import leads somewhere, by an entry point',
      severity: 'error',
      from: {},
      // A bundler's own question mark.
      to: { couldNotResolve: true, pathNot: '[?]url$' },
    },
    { name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist|generated)/' },
    exclude: { path: '(^|/)(\\.results|\\.turbo|out)/' },
    // Imports of types are arrows too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
