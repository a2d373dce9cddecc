// @ts-check
/* The matrix's tables against the packages and the documentation, and its command line. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../check/command.mjs';
import { readPublicPackages, root } from '../check/workspace.mjs';
import { versionAtHand } from './bundlers.mjs';
import { documentedFile, readPage } from './documented.mjs';
import { bunVersion, denoVersion, nodeVersions, specOf } from './fetched.mjs';
import { groups } from './groups.mjs';
import { peers, peersOf, rangeOf, specsAt } from './peers.mjs';
import { tableOf } from './table.mjs';

const page = readPage();
const main = join(root, 'tools', 'matrix', 'main.mjs');

test.each(readPublicPackages().map(({ manifest }) => manifest))(
  '$name asks for the peers that are tested, and for no others',
  ({ name, peerDependencies = {} }) => {
    expect(Object.fromEntries(Object.entries(peerDependencies).sort())).toEqual(peersOf(name));
  },
);

test('the newest tested peer is the one that the packages themselves test with', () => {
  const own = readPublicPackages().flatMap(({ manifest }) => Object.entries(manifest.devDependencies ?? {}));
  const newest = Object.fromEntries(
    peers.flatMap((row) => row.packages.map((needed) => [needed, row.newest])),
  );
  const differing = own.filter(([name, version]) => newest[name] !== undefined && newest[name] !== version);
  expect(differing).toEqual([]);
});

test('a range goes from the oldest to before the next major', () => {
  const row = { runtime: '', packages: [], of: [], programs: [] };
  expect(rangeOf({ ...row, oldest: '4.3.0', newest: '4.22.0' })).toBe('^4.3.0');
  expect(rangeOf({ ...row, oldest: '1.17.3', newest: '2.4.0' })).toBe('^1.17.3 || ^2.0.0');
});

test('one project has every peer once', () => {
  for (const end of /** @type {const} */ (['oldest', 'newest'])) {
    const names = specsAt(end, end === 'oldest' ? ['tfjs on WebGPU'] : []).map((spec) =>
      spec.replace(/(?<=.)@[^@]+$/, ''),
    );
    expect(new Set(names).size).toBe(names.length);
  }
});

test('docs/environments.md tells the peers that are tested', () => {
  const told = page
    .split('\n## Runtimes that the adapters take\n')[1]
    ?.split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  expect(told).toEqual(
    peers.map(({ runtime, oldest, newest, of }) => {
      const takers = of.map((name) => `\`${name}\``).join(', ');
      return `| ${runtime} | ${oldest} | ${newest} | ${takers} |`;
    }),
  );
});

test('docs/environments.md tells the versions that are fetched', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ['));
  const row = (/** @type {string} */ name) => rows.find((line) => line.startsWith(`| [${name}`));
  const version = (/** @type {string} */ tool) => specOf(tool)?.replace(/.*@/, '');
  expect(row('Node')).toContain(`| ${nodeVersions.join(', ')} |`);
  expect(row('Bun')).toContain(`| ${bunVersion} |`);
  expect(row('Deno')).toContain(`| ${denoVersion} |`);
  expect(row('Vite,')).toContain(
    `| ${versionAtHand('vite')}, ${version('webpack')}, ${version('esbuild')} |`,
  );
  expect(row('Rollup')).toContain(`| ${version('rollup')} |`);
  expect(row('Jest')).toContain(`| ${version('jest')} |`);
  expect(row('Vitest')).toContain(`| ${version('vitest')},`);
});

test('docs/environments.md shows the files that Jest is tried with', () => {
  for (const name of ['jest.config.js', 'jest.config.cjs', 'onnxruntime-environment.cjs']) {
    expect(documentedFile(name, page)).toContain('module.exports');
  }
  expect(() => documentedFile('jest.config.ts', page)).toThrow('shows no jest.config.ts');
});

test('fetches the versions of its table, and nothing else', () => {
  const fetched = [...new Set(groups.flatMap(({ tools }) => tools))];
  for (const spec of fetched.map(specOf)) if (spec !== undefined) expect(spec).toMatch(/@\d+\.\d+\.\d+$/);
  expect(() => specOf('left-pad')).toThrow('the matrix fetches no left-pad');
});

test('a row says how many passed and which did not', () => {
  const cell = { note: '', seconds: 1 };
  const lines = tableOf([
    { ...cell, environment: 'Node 20', program: 'a', outcome: 'passed' },
    { ...cell, environment: 'Node 20', program: 'b', outcome: 'failed' },
    { ...cell, environment: 'Bun', program: 'a', outcome: 'skipped', note: 'no binary' },
    { ...cell, environment: 'Bun 1', program: 'a', outcome: 'passed' },
  ]);
  expect(lines).toEqual([
    '   environment  passed',
    '✗  Node 20      1 of 2  failed: b',
    '–  Bun          0 of 1  skipped: no binary',
    '✓  Bun 1        1 of 1',
  ]);
});

test.each([
  [['--help'], 0, /--only A,B .*groups\n {2}this-node/s],
  [['--list', '--only', 'csp'], 0, /^(csp {2}script-src .*\n){6}$/],
  [
    ['--only', 'nodes'],
    2,
    /--only takes this-node, .*, got nodes\nnpm run matrix -- --help says what it takes/,
  ],
  [['--onlly'], 2, /Unknown option '--onlly'/],
])('npm run matrix -- %j', async (args, status, said) => {
  const result = await runNode([main, ...args]);
  expect(result.output).toMatch(said);
  expect(result.status).toBe(status);
});
