// @ts-check
import { checkArrows } from '../arrows.mjs';
import { checkBuild, checkTypes } from './compile.mjs';
import { checkDemo } from './demo.mjs';
import { checkExamples } from './examples.mjs';
import { checkHygiene } from './hygiene.mjs';
import { checkIntegrations } from './integrations.mjs';
import { checkPackages } from './packages.mjs';
import { checkStyle } from './style.mjs';
import { checkTools, checkUnits } from './units.mjs';
import { root } from './workspace.mjs';

/**
 * A part of the whole check.
 *
 * @typedef {object} Step
 * @property {string} id for `--only`
 * @property {string} title
 * @property {() => import('./tally.mjs').Finding[] | Promise<import('./tally.mjs').Finding[]>} run
 * @property {boolean} [built] needs the packages built
 */

/** @type {readonly Step[]} in the order they run: cheap and telling ones first */
export const steps = [
  { id: 'style', title: 'format and lint', run: checkStyle },
  { id: 'hygiene', title: 'repository hygiene', run: checkHygiene },
  { id: 'build', title: 'build', run: checkBuild },
  { id: 'types', title: 'types', run: checkTypes },
  { id: 'arrows', title: 'dependency arrows', run: () => checkArrows(root) },
  { id: 'tools', title: 'tests of the checks themselves', run: checkTools, built: true },
  { id: 'unit', title: 'unit tests', run: checkUnits },
  { id: 'packages', title: 'packages as published', run: checkPackages, built: true },
  { id: 'integrations', title: 'packages as installed', run: checkIntegrations, built: true },
  { id: 'examples', title: 'documentation examples', run: () => checkExamples(), built: true },
  { id: 'demo', title: 'demo', run: checkDemo, built: true },
];
