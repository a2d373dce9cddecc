// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readPublicPackages, root } from '../check/workspace.mjs';
import { lacking, there } from './finding.mjs';
import { isWithin } from './versions.mjs';

/** @typedef {import('./ground.mjs').Ungrouped} Ungrouped */

/** What adapters name beside their peers: the devices of tfjs, of which a user takes one or more. */
const backends = [
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
];

/**
 * Every runtime that a package prunes in, the version found here, and whether it is within what its adapter is tested
 * with. A native one is looked for down to its library: npm may have left it out.
 *
 * @param {{ tree?: string, platform?: string, arch?: string }} [here]
 * @returns {Ungrouped[]}
 */
export function runtimeFindings({ tree = root, platform = process.platform, arch = process.arch } = {}) {
  const ranges = peerRanges();
  const locked = lockedPackages(tree);
  for (const name of backends) ranges.set(name, new Set(['^4.3.0']));
  return [...ranges]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, wanted]) => {
      const id = `runtime/${name}`;
      const version = installedVersion(tree, name);
      const needed = [...wanted].join(' and ');
      if (version === undefined) {
        // What the lock file has, npm ci brings.
        if (locked.has(name)) return lacking(id, name, { lacks: 'not installed', fix: 'npm ci' });
        // Native ones download their library by a script, which the settings of this repository leave out.
        const flags = name.includes('-node') ? '--no-save --ignore-scripts=false' : '--no-save';
        return lacking(id, name, { lacks: 'not installed', fix: `npm install ${flags} ${name}` });
      }
      if (![...wanted].every((range) => isWithin(version, range))) {
        return lacking(id, name, { state: 'old', found: version, lacks: `needs ${needed}`, fix: 'npm ci' });
      }
      return nativeProblem(id, name, version, { tree, platform, arch }) ?? there(id, name, version);
    });
}

/** The foreign peers of all packages, each with every range that is asked of it. @returns {Map<string, Set<string>>} */
function peerRanges() {
  /** @type {Map<string, Set<string>>} */
  const ranges = new Map();
  for (const { manifest } of readPublicPackages()) {
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      if (name.startsWith('@synaprune/')) continue;
      ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
    }
  }
  return ranges;
}

/** @param {string} tree @returns {Set<string>} */
function lockedPackages(tree) {
  const path = join(tree, 'package-lock.json');
  const paths = existsSync(path) ? Object.keys(readJson(path).packages) : [];
  return new Set(paths.map((entry) => entry.replace(/^node_modules\//, '')));
}

/** @param {string} tree @param {string} name @returns {string | undefined} */
function installedVersion(tree, name) {
  const manifest = join(tree, 'node_modules', name, 'package.json');
  return existsSync(manifest) ? readJson(manifest).version : undefined;
}

/**
 * @param {string} id @param {string} name @param {string} version
 * @param {{ tree: string, platform: string, arch: string }} here
 * @returns {Ungrouped | undefined} what a native runtime lacks
 */
function nativeProblem(id, name, version, { tree, platform, arch }) {
  const folder = join(tree, 'node_modules', name);
  const state = /** @type {const} */ ('missing');
  if (name === 'onnxruntime-node') {
    const bindings = foldersIn(join(folder, 'bin')).map((api) => join(folder, 'bin', api, platform, arch));
    if (bindings.some((path) => existsSync(join(path, 'onnxruntime_binding.node')))) return undefined;
    const lacks = `its package has no library for ${platform} on ${arch}`;
    return lacking(id, name, {
      state,
      found: version,
      lacks,
      fix: 'use onnxruntime-web, which runs anywhere',
    });
  }
  if (name === '@tensorflow/tfjs-node' || name === '@tensorflow/tfjs-node-gpu') {
    const lib = join(folder, 'lib');
    if (foldersIn(lib).some((api) => existsSync(join(lib, api, 'tfjs_binding.node')))) return undefined;
    // Its install script, which npm ci leaves out here, downloads both.
    const fix = `npm rebuild ${name} --ignore-scripts=false`;
    return lacking(id, name, { state, found: version, lacks: 'its native library was not downloaded', fix });
  }
  return undefined;
}

/** @param {string} folder */
function foldersIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}
