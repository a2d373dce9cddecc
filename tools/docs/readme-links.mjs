// @ts-check
/*
 * What a README of a package links to: npm shows it by itself, so that relative links lead nowhere there, and the
 * repository's address has one place that says it.
 */
import { remark } from 'remark';

const parser = remark();

/**
 * Links of a package's README that npm could not follow, or that name the repository by another address than its own.
 *
 * @param {{ path: string, text: string }} readme
 * @param {string} home what addresses of the repository's files begin with
 * @returns {string[]}
 */
export function findStrayLinks({ path, text }, home) {
  /** @type {string[]} */
  const complaints = [];
  const visit = (/** @type {any} */ node) => {
    const urls =
      node.type === 'html'
        ? [...node.value.matchAll(/\b(?:href|src)="([^"]*)"/g)].map((one) => one[1])
        : [node.url];
    for (const url of urls) {
      if (url === undefined || url.startsWith('#') || url.startsWith(home)) continue;
      const line = `${path}:${node.position.start.line}`;
      if (!/^[a-z]+:/i.test(url))
        complaints.push(`${line} links to ${url}, which npm does not have beside it`);
      else if (/\/(?:blob|tree|raw)\/main\/|\.invalid\//.test(url)) {
        complaints.push(
          `${line} links to ${url}, which should begin with ${home}; run: npm run release:home`,
        );
      }
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(parser.parse(text));
  return complaints;
}
