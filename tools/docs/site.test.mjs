// @ts-check
/* The site is built once, and all that it must keep is asked of that one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../check/workspace.mjs';
import { toSiteLinks } from './addresses.mjs';
import { buildSite } from './build-site.mjs';
import { judgeLinks, judgeNames } from './judge-site.mjs';

mkdirSync(join(root, '.results'), { recursive: true });
const folder = mkdtempSync(join(root, '.results', 'site-'));
afterAll(() => rmSync(folder, { recursive: true }));
const site = await buildSite(folder);

test('builds without a warning', () => {
  expect(site.complaints).toEqual([]);
});

test('has a page for every public name', () => {
  const { names, complaints } = judgeNames(site);
  expect(complaints).toEqual([]);
  expect(names).toBeGreaterThan(500);
});

test('has no link that leads nowhere, and loads nothing from another host', () => {
  const { complaints, links } = judgeLinks(folder);
  expect(complaints).toEqual([]);
  expect(links).toBeGreaterThan(5000);
});

test('finds dead links, headings that are not there, and foreign hosts', () => {
  const made = mkdtempSync(join(root, '.results', 'site-'));
  try {
    const write = (/** @type {string} */ path, /** @type {string} */ text) => {
      mkdirSync(dirname(join(made, path)), { recursive: true });
      writeFileSync(join(made, path), text);
    };
    write(
      'index.html',
      '<a href="docs/a.html#one">a</a><a href="docs/a.html#two">a</a><a href="gone.html">b</a>',
    );
    write(
      'docs/a.html',
      '<h1 id="one">A</h1><a href="../index.html">up</a><a href="https://a.test/">elsewhere</a>',
    );
    write(
      'b.html',
      '<img src="https://a.test/b.png"><link rel="stylesheet" href="//a.test/b.css"><a href="site:x">c</a>',
    );
    write('c.css', '@import "https://a.test/c.css";');
    expect(judgeLinks(made)).toEqual({
      pages: 3,
      links: 4,
      complaints: [
        'b.html loads https://a.test/b.png from another host',
        'b.html loads //a.test/b.css from another host',
        'b.html has site:x, which was not settled',
        'index.html links to docs/a.html#two, and docs/a.html has no such heading',
        'index.html links to gone.html, which is not there',
        'c.css loads https://a.test/c.css from another host',
      ],
    });
    const pages = new Map([
      [
        'a',
        new Map([
          ['one', 'docs/a.html'],
          ['two', 'docs/a.html'],
          ['three', undefined],
        ]),
      ],
    ]);
    expect(judgeNames({ folder: made, pages, complaints: [] }).complaints).toEqual([
      'two of a is not on its page, docs/a.html',
      'three of a has no page',
    ]);
  } finally {
    rmSync(made, { recursive: true });
  }
});

test('links of texts are led to the site: relative ones, npm’s pages of packages, and the repository’s own', () => {
  const home = 'https://host.test/blob/main/';
  const lines = [
    '[a](../core) and [b](../../docs/numerics.md#sparse-products), [c](#here), [d](https://a.test/)',
    '[e](https://www.npmjs.com/package/@synaprune/tfjs#smaller-models) [f](https://host.test/blob/main/docs/errors.md)',
    '`[g](../gone.md)`',
  ];
  expect(toSiteLinks(lines.join('\n'), 'packages/host/README.md', home).split('\n')).toEqual([
    '[a](site:packages/core) and [b](site:docs/numerics.md#sparse-products), [c](#here), [d](https://a.test/)',
    '[e](site:packages/tfjs#smaller-models) [f](site:docs/errors.md)',
    '`[g](../gone.md)`',
  ]);
  expect(() => toSiteLinks('[g](../gone.md)', 'docs/a.md', home)).toThrow(
    'docs/a.md links to ../gone.md, which is not there',
  );
});
