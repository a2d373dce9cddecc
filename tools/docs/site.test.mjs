// @ts-check
/* The site is built once, and all that it must keep is asked of that one. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../check/workspace.mjs';
import { buildSite } from './build-site.mjs';
import { judgeLinks, judgeNames } from './judge-site.mjs';
import { htmlIn } from './settle.mjs';

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

test('draws its icons from the page itself, as it has to where it is opened from a disk', () => {
  const pages = htmlIn(folder).map((page) => readFileSync(join(folder, page), 'utf8'));
  expect(pages.filter((html) => /<use href="[^"#]/.test(html))).toEqual([]);
  expect(pages.some((html) => /<use href="#icon-/.test(html))).toBe(true);
});

test('has no link that leads nowhere, and loads nothing from another host', () => {
  const { complaints, links } = judgeLinks(folder);
  expect(complaints).toEqual([]);
  expect(links).toBeGreaterThan(5000);
});
