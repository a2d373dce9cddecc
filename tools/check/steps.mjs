// @ts-check
import { checkArrows } from '../arrows.mjs';
import { checkBrowsers } from './browsers.mjs';
import { checkBuild, checkTypes } from './compile.mjs';
import { checkDemo } from './demo.mjs';
import { checkDevices } from './devices.mjs';
import { checkExamples } from './examples.mjs';
import { checkHygiene } from './hygiene.mjs';
import { checkIntegrations } from './integrations.mjs';
import { checkPackages } from './packages.mjs';
import { checkStudy } from './study.mjs';
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
 * @property {readonly string[]} [needs] steps that go before it, also where only this one is asked for
 */

/** @type {readonly Step[]} in the order they run: cheap and telling ones first */
export const steps = [
  { id: 'style', title: 'format and lint', run: checkStyle },
  { id: 'hygiene', title: 'repository hygiene', run: checkHygiene },
  { id: 'build', title: 'build', run: checkBuild },
  { id: 'types', title: 'types', run: checkTypes },
  { id: 'arrows', title: 'dependency arrows', run: () => checkArrows(root) },
  { id: 'devices', title: 'devices', run: checkDevices },
  { id: 'tools', title: 'tests of the checks themselves', run: checkTools, needs: ['build'] },
  { id: 'unit', title: 'unit tests', run: () => checkUnits() },
  { id: 'browsers', title: 'tests in a browser', run: () => checkBrowsers(), needs: ['build', 'devices'] },
  { id: 'packages', title: 'packages as published', run: checkPackages, needs: ['build'] },
  { id: 'integrations', title: 'packages as installed', run: checkIntegrations, needs: ['build'] },
  { id: 'examples', title: 'documentation examples', run: () => checkExamples(), needs: ['build'] },
  { id: 'demo', title: 'demo', run: checkDemo, needs: ['build'] },
  { id: 'study', title: 'study', run: checkStudy, needs: ['build'] },
];
