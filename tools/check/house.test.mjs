// @ts-check
/* What must hold of the repository as a whole and no tool knows, and that each check can fail. */
import { expect, test } from 'vitest';
import { findUncovered } from './changesets.mjs';
import { findUnlistedErrors } from './error-codes.mjs';
import { readTexts } from './files.mjs';
import { findHomePaths } from './home-paths.mjs';
import { findUnlistedNotices } from './notices.mjs';
import { findUnlistedPackages } from './package-lists.mjs';
import { findUntried } from './page-trials.mjs';
import { findTestLimits } from './test-limits.mjs';
import { root } from './workspace.mjs';

const texts = readTexts();

test('no file names a folder of someone’s machine', () => {
  expect(findHomePaths(texts, root)).toEqual([]);
});

test('no test asserts on time or sets a limit of its own', () => {
  expect(findTestLimits(texts)).toEqual([]);
});

test('docs/notices.md lists the notices there are', () => {
  expect(findUnlistedNotices(texts)).toEqual([]);
});

test('docs/errors.md lists the errors there are', () => {
  expect(findUnlistedErrors(texts)).toEqual([]);
});

test('the backends of docs/writing-a-backend.md are tried as they stand there', () => {
  expect(findUntried(texts)).toEqual([]);
});

test('the lists of packages in the documentation name all of them', () => {
  expect(findUnlistedPackages(texts)).toEqual([]);
});

test('changesets cover every public package', async () => {
  expect(await findUncovered()).toEqual([]);
});

test('core is compiled without the DOM and without Node', () => {
  const asked = texts
    .filter(({ path }) => path.startsWith('packages/core/src/') && !path.includes('.test'))
    .filter(({ text }) => /<reference (?:lib|types)=/.test(text));
  expect(asked.map(({ path }) => path)).toEqual([]);
  const config = (/** @type {string} */ name) =>
    JSON.parse(texts.find(({ path }) => path === name)?.text ?? '{}').compilerOptions;
  const options = { ...config('tsconfig.base.json'), ...config('packages/core/tsconfig.build.json') };
  expect(options).toMatchObject({ lib: ['ES2023'], types: [] });
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

test('finds notices that no list names, and rows that nothing gives', () => {
  const list = {
    path: 'docs/notices.md',
    text: '| code | where |\n|---|---|\n| `weight-emptied` | `update` |\n| `never-given` | – |',
  };
  const made = [
    list,
    { path: 'packages/core/src/report.ts', text: "return { code: 'weight-emptied', message };" },
    { path: 'packages/onnx/src/notices.ts', text: "notice('fixed-basis', names)" },
    { path: 'packages/onnx/src/node/open.ts', text: "{ code: 'path-unproven', message }" },
    { path: 'packages/onnx/src/open.test.ts', text: "{ code: 'of-a-test' }" },
  ];
  expect(findUnlistedNotices(made)).toEqual([
    'packages/onnx/src/notices.ts gives `fixed-basis`, which docs/notices.md does not list',
    'packages/onnx/src/node/open.ts gives `path-unproven`, which docs/notices.md does not list',
    'docs/notices.md lists `never-given`, which no package gives',
  ]);
  expect(findUnlistedNotices([])).toEqual(['docs/notices.md is missing']);
});

test('finds errors that no list names, and rows that nothing throws', () => {
  const list = { path: 'docs/errors.md', text: '| `busy` | core | … |\n| `never-thrown` | onnx | … |\n' };
  const own = { path: 'packages/core/src/checks/errors.ts', text: "export type Code = 'busy' | 'silent';" };
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

test('finds a backend of the page that is tried in another form', () => {
  const page = { path: 'docs/writing-a-backend.md', text: '' };
  const path = 'packages/host/src/strided.test.ts';
  const begin = '/** A view of a longer array */';
  const trial = { path, text: `import 'a';\n${begin}\nconst backend = 1;\n\nconst harness = 2;` };
  expect(findUntried([{ ...page, text: `x\n${begin}\nconst backend = 1;\ny` }, trial])).toEqual([
    'docs/writing-a-backend.md does not show the backend that packages/host/src/verb-by-verb.test.ts tries',
  ]);
  expect(findUntried([{ ...page, text: `x\n${begin}\nconst backend = 2;\ny` }, trial])).toHaveLength(2);
});

test('finds packages that a list leaves out', () => {
  const made = ['tfjs', 'tfjs-webgpu'].map((name) => ({ path: `packages/${name}/package.json`, text: '{}' }));
  const named = ['README.md', 'CONTRIBUTING.md', 'docs/guide.md'].map((path) => ({
    path,
    text: '[a](packages/tfjs) [b](../packages/tfjs-webgpu)',
  }));
  const picture = { path: 'docs/architecture.md', text: '  tfjs-webgpu --> core' };
  expect(findUnlistedPackages([...made, ...named, picture])).toEqual([
    'docs/architecture.md does not name packages/tfjs',
  ]);
});

test('finds what would fail on a slow machine, and nothing in what is no test', () => {
  const text = [
    'const limits = { testTimeout: 20_000 };',
    "it('trains', () => {",
    '}, 60_000);',
    "it('waits', { timeout: 5000 }, () => {",
    'await vi.waitFor(() => expect(done).toBe(true));',
    'const start = performance.now();',
    'setTimeout(() => {}, 0);',
    '  });',
  ].join('\n');
  const found = findTestLimits([
    { path: 'packages/a/src/a.test.ts', text },
    { path: 'packages/a/src/a.ts', text },
    { path: 'packages/a/vitest.browser.config.ts', text: 'testTimeout: 1,' },
  ]);
  expect(found.map((line) => line.split(' ')[0])).toEqual([
    'packages/a/src/a.test.ts:1',
    'packages/a/src/a.test.ts:3',
    'packages/a/src/a.test.ts:4',
    'packages/a/src/a.test.ts:5',
    'packages/a/src/a.test.ts:6',
    'packages/a/vitest.browser.config.ts:1',
  ]);
});
