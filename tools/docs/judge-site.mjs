// @ts-check
/* What a built site must keep: links that lead somewhere, a page for every name, nothing from another host. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { htmlIn } from './settle.mjs';

/**
 * Links and anchors of all pages that lead nowhere, and what a page would load from another host.
 *
 * @param {string} site folder
 * @returns {{ complaints: string[], pages: number, links: number }}
 */
export function judgeLinks(site) {
  const pages = htmlIn(site);
  /** @type {Map<string, Set<string>>} */
  const anchors = new Map();
  /** @type {Map<string, Set<string>>} links by page, with their anchors */
  const links = new Map();
  /** @type {string[]} */
  const complaints = [];
  for (const page of pages) {
    const html = withoutCode(readFileSync(join(site, page), 'utf8'));
    anchors.set(page, new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((found) => found[1] ?? '')));
    /** @type {Set<string>} */
    const own = new Set();
    links.set(page, own);
    for (const [tag, name] of html.matchAll(/<([a-z]+)\b[^>]*>/g)) {
      for (const [, attribute, value = ''] of tag.matchAll(/\s(href|src|srcset)="([^"]*)"/g)) {
        const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(value);
        if (!elsewhere) own.add(value);
        else if (/^site:/.test(value)) complaints.push(`${page} has ${value}, which was not settled`);
        else if ((attribute !== 'href' || name === 'link') && !/^data:/.test(value)) {
          complaints.push(`${page} loads ${value} from another host`);
        }
      }
    }
  }
  let count = 0;
  for (const [page, targets] of links) {
    for (const target of targets) {
      count += 1;
      const [file = '', anchor = ''] = target.split('#');
      const path = file === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURI(file)));
      if (path.startsWith('..') || !existsSync(join(site, path))) {
        complaints.push(`${page} links to ${target}, which is not there`);
      } else if (
        anchor !== '' &&
        path.endsWith('.html') &&
        !anchors.get(path)?.has(decodeURIComponent(anchor))
      ) {
        complaints.push(`${page} links to ${target}, and ${path} has no such heading`);
      }
    }
  }
  for (const path of filesIn(site, '.css')) {
    const foreign = /(?:url\(["']?|@import\s+["'])((?:https?:)?\/\/[^"')]+)/.exec(
      readFileSync(join(site, path), 'utf8'),
    );
    if (foreign) complaints.push(`${path} loads ${foreign[1]} from another host`);
  }
  return { complaints, pages: pages.length, links: count };
}

/**
 * Public names without a page that shows them.
 *
 * @param {import('./build-site.mjs').Site} site
 * @returns {{ complaints: string[], names: number }}
 */
export function judgeNames({ folder, pages }) {
  let names = 0;
  /** @type {string[]} */
  const complaints = [];
  for (const [entry, own] of pages) {
    for (const [name, page] of own) {
      names += 1;
      if (page === undefined || page.includes('#') || !existsSync(join(folder, page))) {
        complaints.push(`${name} of ${entry} has no page`);
      } else if (!readFileSync(join(folder, page), 'utf8').includes(name)) {
        complaints.push(`${name} of ${entry} is not on its page, ${page}`);
      }
    }
  }
  return { complaints, names };
}

/** Icons are drawn in the page, and what code shows is no link. @param {string} html */
function withoutCode(html) {
  return html.replace(/<svg\b.*?<\/svg>/gs, '').replace(/<script\b[^>]*>[^<]+<\/script>/g, '');
}

/** @param {string} folder @param {string} ending */
function filesIn(folder, ending) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
