// @ts-check
/*
 * A run whose tests all passed holds as long as nothing has changed that it looked at: every file of the tree, the devices
 * that tests ran on, and the Node that ran them. The next run then takes its counts from here.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './command.mjs';

/**
 * A run that passed.
 *
 * @typedef {object} Kept
 * @property {string} key of what it looked at
 * @property {string} ended when, as ISO 8601
 * @property {readonly import('./results.mjs').Result[]} results
 */

/** Relative to the root; outside of node_modules, which `npm ci` empties. */
const file = join('.results', 'last-passed.json');

/**
 * Names what a run of all tests looks at. Git writes the tree, files that are not committed included and ignored ones
 * left out, through an index of its own: the user's stays as it is.
 *
 * @param {string} root
 * @param {readonly string[]} devices what was found, a line each
 * @returns {Promise<string | undefined>} undefined where there is no git, or no repository
 */
export async function keyOf(root, devices) {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-index-'));
  try {
    const git = (/** @type {readonly string[]} */ args) =>
      run('git', args, { cwd: root, env: { GIT_INDEX_FILE: join(folder, 'index') } });
    if ((await git(['add', '--all', '.'])).status !== 0) return undefined;
    const tree = await git(['write-tree']);
    if (tree.status !== 0) return undefined;
    const machine = [process.version, process.platform, process.arch, ...devices];
    return createHash('sha256')
      .update([tree.stdout.trim(), ...machine].join('\n'))
      .digest('hex');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Keeps a run, unless something in it failed.
 *
 * @param {string} root
 * @param {string} key
 * @param {readonly import('./results.mjs').Result[]} results
 * @param {Date} ended
 */
export function keep(root, key, results, ended) {
  if (results.some(({ outcome }) => outcome === 'failed')) return;
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ key, ended: ended.toISOString(), results }));
}

/**
 * The last run that passed, if it looked at the same.
 *
 * @param {string} root
 * @param {string} key
 * @returns {Kept | undefined}
 */
export function recall(root, key) {
  try {
    /** @type {Kept} */
    const kept = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return kept.key === key ? kept : undefined;
  } catch {
    return undefined;
  }
}
