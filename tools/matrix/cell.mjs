// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../check/workspace.mjs';

/**
 * A program in an environment.
 *
 * @typedef {object} Cell
 * @property {string} environment `Node 22.23.5`
 * @property {string} program `tfjs.mjs`
 * @property {() => Promise<import('../release/rows.mjs').Found>} run
 */

/**
 * Cells of one kind, by the name that `--only` takes.
 *
 * @typedef {object} Group
 * @property {string} name
 * @property {string} about what is tried, in a line
 * @property {readonly string[]} tools that npm fetches for it
 * @property {(lab: import('./lab.mjs').Lab) => Cell[]} cells
 */

/** What a program that ran says: nothing wrong, or all it printed. @param {{ status: number, output: string }} result */
export function foundBy({ status, output }) {
  return { complaints: status === 0 ? [] : [`ended with ${status}\n${output}`] };
}

/** The programs of a folder of integrations/. @param {string} folder */
export function programsOf(folder) {
  return readdirSync(join(root, 'integrations', folder)).sort();
}
