// @ts-check
/* Turns `site:` links into addresses of pages, writes pages for the sources that are linked, and lets pages draw icons from a disk. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { relativeAddress, sourceAddress, writeSource } from './source-pages.mjs';

/**
 * @param {string} site folder
 * @param {ReadonlyMap<string, string>} addresses of pages, by the path of what they show
 */
export function settlePages(site, addresses) {
  /** @type {Set<string>} */
  const sources = new Set();
  for (const page of htmlIn(site)) {
    const html = readFileSync(join(site, page), 'utf8');
    const settled = html
      // A browser loads no part of another file from a disk; `icons.js` puts all icons into the page itself.
      .replace(/(<use href=")[^"]*icons\.svg#/g, '$1#')
      .replace(/(<a href="site:[^"]*") class="external" target="_blank"/g, '$1')
      .replace(/\b(href|src|srcset)="site:([^"#]*)(#[^"]*)?"/g, (_, attribute, encoded, anchor = '') => {
        const path = decodeURI(encoded).replace(/\/$/, '') || '.';
        const known = addresses.get(path);
        if (known === undefined) writeSource(path, site, sources);
        return `${attribute}="${encodeURI(relativeAddress(page, known ?? sourceAddress(path)))}${anchor}"`;
      });
    if (settled !== html) writeFileSync(join(site, page), settled);
  }
}

/** @param {string} site @returns {string[]} every page, relative to the site, with forward slashes */
export function htmlIn(site) {
  return readdirSync(site, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => relative(site, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
