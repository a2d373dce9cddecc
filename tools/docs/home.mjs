// @ts-check
/* Where the repository lives, from the one place that says it. */
import { join } from 'node:path';
import { readJson, root } from '../check/workspace.mjs';

/** What addresses of the repository's files begin with, or undefined as long as no address is known. @returns {string | undefined} */
export function repositoryFiles() {
  const { homepage } = readJson(join(root, 'package.json'));
  return typeof homepage === 'string'
    ? `${homepage.replace(/#.*$/, '').replace(/\/$/, '')}/blob/main/`
    : undefined;
}
