// @ts-check
/*
 * Fails on any dependency edge that the house does not allow. `node tools/arrows.mjs` prints the edges it
 * looked at; the checks call `checkArrows`.
 */
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEdges } from './arrows/edges.mjs';
import { judge } from './arrows/judge.mjs';
import { verdict } from './check/tally.mjs';

/**
 * What one folder may depend on. Adding a package is adding a line.
 *
 * @typedef {object} House
 * @property {readonly string[]} mayUse workspace packages; `*` is all of them
 * @property {readonly string[]} [runtimes] runtimes it may name, as peer dependencies; `@scope/*` and `name-*` match
 * @property {readonly string[]} [testRuntimes] runtimes that only its tests run on, as devDependencies
 * @property {boolean | string} [node] may import Node's own modules, which no browser has; a folder of the package
 *   is where it may, behind an entry point of its own
 * @property {boolean} [pure] depends on nothing at all, and compiles with lib ES2023 and no types
 * @property {boolean} [application] run, never imported: its dependencies, runtimes included, are its own
 */

const memory = ['@synaprune/core', '@synaprune/host', '@synaprune/webgpu'];
const formats = ['@synaprune/onnx', '@synaprune/onnx-train'];
const tensorflow = ['@tensorflow/*'];
const onnxruntime = ['onnxruntime-*'];
const kit = '@synaprune/examples-kit';
/** What an example may use: what its copy can install, and the kit, which is copied with it. */
const packages = [
  ...memory,
  ...formats,
  '@synaprune/tfjs',
  '@synaprune/tfjs-webgpu',
  '@synaprune/tfjs-node-gpu',
  '@synaprune/onnxruntime',
];

/** @type {Readonly<Record<string, House>>} */
export const houses = {
  'packages/core': { mayUse: [], pure: true },
  'packages/conformance': { mayUse: ['@synaprune/core'] },
  'packages/host': { mayUse: ['@synaprune/core'] },
  'packages/webgpu': { mayUse: ['@synaprune/core'] },
  'packages/onnx': {
    mayUse: ['@synaprune/core', '@synaprune/host'],
    testRuntimes: onnxruntime,
    node: 'src/node/',
  },
  'packages/onnx-train': {
    mayUse: ['@synaprune/core', '@synaprune/onnx'],
    testRuntimes: [...onnxruntime, ...tensorflow],
  },
  'packages/tfjs': { mayUse: [...memory, ...formats], runtimes: tensorflow },
  'packages/tfjs-node-gpu': {
    mayUse: [...memory, ...formats, '@synaprune/tfjs'],
    runtimes: tensorflow,
    node: true,
  },
  'packages/tfjs-webgpu': { mayUse: [...memory, ...formats, '@synaprune/tfjs'], runtimes: tensorflow },
  'packages/onnxruntime': {
    mayUse: [...memory, ...formats],
    runtimes: onnxruntime,
    testRuntimes: tensorflow,
  },
  'examples/kit': { mayUse: ['@synaprune/core', '@synaprune/onnx'], testRuntimes: onnxruntime, node: true },
  'examples/*': { mayUse: [...packages, kit], node: true, application: true },
  'research/*': { mayUse: [...packages, kit], node: true, application: true },
  bench: { mayUse: ['*'], node: true, application: true },
  'tools/devices': { mayUse: [], node: true, application: true },
  integrations: { mayUse: ['*'], node: true, application: true },
};

/** The one package that is for tests only: a devDependency, imported from test files. */
export const testKit = '@synaprune/conformance';

/** What belongs to a runtime, whichever package asks for it. */
export const runtimes = [...tensorflow, ...onnxruntime];

/**
 * Checks every edge of a tree, and that every package is in the table.
 *
 * @param {string} tree the repository's folder
 * @param {Readonly<Record<string, House>>} [table]
 * @returns {import('./check/tally.mjs').Finding[]} one an edge, and one a package for its own rules
 */
export function checkArrows(tree, table = houses) {
  const members = readEdges(tree);
  const houseOf = (/** @type {string} */ folder) => table[folder] ?? table[folder.replace(/\/[^/]+$/, '/*')];
  const names = new Set(members.map(({ name }) => name));
  const entries = new Map(members.map(({ name, manifest }) => [name, Object.keys(manifest.exports ?? {})]));
  const adapters = new Set(
    members.filter(({ folder }) => houseOf(folder)?.runtimes !== undefined).map(({ name }) => name),
  );
  return members.flatMap((member) => {
    const house = houseOf(member.folder);
    if (house === undefined) {
      return [
        verdict(member.folder, `${member.folder} is not in the table of tools/arrows.mjs; add a line for it`),
      ];
    }
    const { edges, own } = judge(member, house, { names, entries, adapters, runtimes, testKit });
    return [
      verdict(`${member.name}: own rules`, own),
      ...edges.map(({ target, complaints }) => verdict(`${member.name} → ${target}`, complaints)),
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tree = join(dirname(fileURLToPath(import.meta.url)), '..');
  const findings = checkArrows(tree);
  for (const { name, outcome, detail = '' } of findings) {
    console.log(outcome === 'passed' ? `✓ ${name}` : `✗ ${name}\n    ${detail.replaceAll('\n', '\n    ')}`);
  }
  const broken = findings.filter((finding) => finding.outcome === 'failed').length;
  console.log(`${findings.length - broken} of ${findings.length} hold in ${relative('.', tree) || '.'}`);
  process.exitCode = broken > 0 ? 1 : 0;
}
