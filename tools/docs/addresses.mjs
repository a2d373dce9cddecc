// @ts-check
/*
 * Links are written for a reader of the repository or of npm. For the site each becomes `site:` and a path of the
 * repository, which is turned into the address of a page once all pages are known.
 */
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { remark } from 'remark';
import { readPublicPackages, root } from '../check/workspace.mjs';

const parser = remark();
const packages = readPublicPackages();

/**
 * A Markdown text with its links to the repository as `site:` links.
 *
 * @param {string} text
 * @param {string} path of the text, from the root
 * @param {string} home what absolute addresses of the repository's files begin with, as `https://host/tree/main/`
 * @returns {string}
 */
export function toSiteLinks(text, path, home) {
  /** @type {{ from: number, to: number, by: string }[]} */
  const changes = [];
  const change = (/** @type {number} */ at, /** @type {string} */ url) => {
    const by = siteLink(url, path, home);
    if (at >= 0 && by !== undefined) changes.push({ from: at, to: at + url.length, by });
  };
  const visit = (/** @type {any} */ node) => {
    const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    if (node.type === 'link' || node.type === 'image') change(text.lastIndexOf(node.url, end), node.url);
    if (node.type === 'definition') change(text.lastIndexOf(node.url, end), node.url);
    if (node.type === 'html') {
      for (const found of text.slice(start, end).matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)) {
        const url = found[1] ?? '';
        change(start + found.index + found[0].length - 1 - url.length, url);
      }
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(parser.parse(text));
  return changes
    .sort((a, b) => b.from - a.from)
    .reduce((whole, { from, to, by }) => whole.slice(0, from) + by + whole.slice(to), text);
}

/**
 * @param {string} url
 * @param {string} path of the text that holds it
 * @param {string} home
 * @returns {string | undefined} undefined for what leads elsewhere, or to a heading of the same text
 */
function siteLink(url, path, home) {
  if (url === '' || url.startsWith('#')) return undefined;
  const published = /^https:\/\/www\.npmjs\.com\/package\/([^#?]+)(#.*)?$/.exec(url);
  if (published) {
    const own = packages.find(({ manifest }) => manifest.name === published[1]);
    return own && `site:${own.folder}${published[2] ?? ''}`;
  }
  if (url.startsWith(home)) return linkTo(url.slice(home.length));
  if (/^[a-z]+:/i.test(url)) return undefined;
  return linkTo(posix.join(dirname(path), url));

  /** @param {string} to a path of the repository, with its heading */
  function linkTo(to) {
    const [file = '', anchor] = to.split('#');
    const target = posix.normalize(decodeURIComponent(file)).replace(/\/$/, '');
    if (!existsSync(join(root, target))) throw new Error(`${path} links to ${url}, which is not there`);
    return `site:${encodeURI(target)}${anchor === undefined ? '' : `#${anchor}`}`;
  }
}
