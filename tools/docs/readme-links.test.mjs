// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPublicPackages } from '../check/workspace.mjs';
import { repositoryFiles } from './home.mjs';
import { findStrayLinks } from './readme-links.mjs';

test('the READMEs of packages stand alone on npm, and know one address of the repository', () => {
  const strays = readPublicPackages().flatMap(({ folder, path }) =>
    findStrayLinks(
      { path: `${folder}/README.md`, text: readFileSync(join(path, 'README.md'), 'utf8') },
      repositoryFiles(),
    ),
  );
  expect(strays).toEqual([]);
});

test('finds relative links and addresses of another home, and nothing in code', () => {
  const text = [
    '[a](../core) `[b](../gone)` [c](#here) [d](https://a.test/)',
    '[e](https://www.npmjs.com/package/@synaprune/core)',
    '[f](https://host.test/x/blob/main/docs/a.md) [g](https://old.test/x/blob/main/docs/a.md)',
    '',
    '<img src="docs/a.png">',
  ];
  expect(
    findStrayLinks({ path: 'README.md', text: text.join('\n') }, 'https://host.test/x/blob/main/'),
  ).toEqual([
    'README.md:1 links to ../core, which npm does not have beside it',
    'README.md:3 links to https://old.test/x/blob/main/docs/a.md, which should begin with https://host.test/x/blob/main/; run: npm run release:home',
    'README.md:5 links to docs/a.png, which npm does not have beside it',
  ]);
});
