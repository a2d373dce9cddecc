// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The fields of a package.json that the checks look at.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/**
 * @typedef {object} Workspace
 * @property {string} folder relative to the root, with forward slashes: `packages/core`
 * @property {string} path absolute
 * @property {Manifest} manifest
 */

/**
 * Every workspace of a tree.
 *
 * @param {string} [tree]
 * @returns {Workspace[]} in the order of their folders
 */
export function readWorkspaces(tree = root) {
  const within = (/** @type {string} */ parent) =>
    foldersIn(join(tree, parent)).map((name) => `${parent}/${name}`);
  return [...within('packages'), ...within('examples'), ...within('research'), 'bench', 'tools/devices']
    .filter((folder) => existsSync(join(tree, folder, 'package.json')))
    .map((folder) => ({
      folder,
      path: join(tree, folder),
      manifest: readJson(join(tree, folder, 'package.json')),
    }));
}

/** The packages that are published. */
export function readPublicPackages() {
  return readWorkspaces().filter(({ manifest }) => manifest.private !== true);
}

/** @param {string} path */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} path */
function foldersIn(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
