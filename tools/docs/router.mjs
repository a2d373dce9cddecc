// @ts-check
/* Addresses a person can read and keep: `docs/guide.html`, `api/core/createPruner.html`. */
import { BaseRouter } from 'typedoc';
import { pageOfDocument } from './documents.mjs';

/** @typedef {import('typedoc').Reflection} Reflection */

/**
 * @param {readonly import('./documents.mjs').Document[]} documents
 * @param {readonly import('./public-names.mjs').Entry[]} entries
 * @returns {typeof BaseRouter & (new (app: import('typedoc').Application) => BaseRouter)}
 */
export function createRouter(documents, entries) {
  const pages = new Map(documents.map(({ title, path }) => [title, pageOfDocument(path)]));
  const folders = new Map(entries.map(({ name }) => [name, `api/${name.replace('@synaprune/', '')}`]));
  const router = class extends BaseRouter {
    /** @param {Reflection} reflection @returns {string} */
    getIdealBaseName(reflection) {
      if (reflection.isDocument()) return pages.get(reflection.name) ?? reflection.name;
      const folder = folders.get(reflection.name);
      if (folder !== undefined && reflection.parent?.isProject()) return `${folder}/index`;
      /** @type {string[]} */
      const names = [];
      let above = reflection;
      while (above.parent && !above.parent.isProject()) {
        names.unshift(above.name);
        above = above.parent;
      }
      return `${folders.get(above.name) ?? 'api'}/${names.join('.')}`;
    }
  };
  return /** @type {any} */ (router);
}
