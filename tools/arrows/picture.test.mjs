// @ts-check
/* The pictures of docs/architecture.md show what is imported, and a picture that does not is found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../check/workspace.mjs';
import { PAGE, readImports, withoutShortcuts, withPictures } from './picture.mjs';

const imports = await readImports();

test('the rooms of a package use each other one way', () => {
  expect(imports.circles).toEqual([]);
});

test('docs/architecture.md shows the imports there are; npm run architecture draws them anew', () => {
  const page = readFileSync(join(root, PAGE), 'utf8');
  expect(page.match(/<!-- picture: /g)).toHaveLength(3);
  expect(page).toBe(withPictures(page, imports.modules));
});

const modules = [
  {
    source: 'packages/a/src/top/x.ts',
    dependencies: [
      { resolved: 'packages/b/dist/index.js' },
      { resolved: 'packages/a/src/floor/y.ts' },
      { resolved: 'packages/a/src/index.ts' },
      { resolved: 'node_modules/@tensorflow/tfjs-core/dist/index.js' },
      { resolved: 'node_modules/other/index.js' },
    ],
  },
  { source: 'packages/b/src/index.ts', dependencies: [{ resolved: 'packages/b/src/c.ts' }] },
];
const page = (/** @type {string} */ one, /** @type {string} */ other) =>
  `# Page\n<!-- picture: packages -->\n${one}\n<!-- end of picture -->\nText.\n` +
  `<!-- picture: a -->\n${other}\n<!-- end of picture -->\n`;

test('draws packages with their runtimes, and rooms, between the marks alone', () => {
  expect(withPictures(page('old', 'older'), modules)).toBe(
    page(
      '```mermaid\ngraph TD\n  a -.-> runtime-tensorflow(["@tensorflow/*"])\n  a --> b\n```',
      '```mermaid\ngraph TD\n  top --> floor\n```',
    ),
  );
});

test('leaves out arrows that a longer way says too', () => {
  expect(
    withoutShortcuts([
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'd'],
      ['b', 'c'],
      ['c', 'd'],
    ]),
  ).toEqual([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
  ]);
});
