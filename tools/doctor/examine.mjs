// @ts-check
import { cpus, totalmem } from 'node:os';
import { ask } from './ask.mjs';
import { deviceFindings } from './devices.mjs';
import { isWell } from './finding.mjs';
import { groundFindings } from './ground.mjs';
import { runtimeFindings } from './runtimes.mjs';

/** @typedef {import('./finding.mjs').Finding} Finding */

/**
 * What `--json` prints. Fields and ids are added, never changed, within a version.
 *
 * @typedef {object} Examination
 * @property {'synaprune-doctor'} format
 * @property {1} version
 * @property {boolean} ok whether all that is required is there
 * @property {{ platform: string, arch: string, cpu: string, cores: number, memoryBytes: number }} machine
 * @property {readonly Finding[]} findings
 */

/** Looks at this machine and this checkout. Changes nothing, and asks nothing of a network. @returns {Promise<Examination>} */
export async function examine() {
  const npm = await npmVersion();
  const grouped = (/** @type {string} */ group, /** @type {readonly Omit<Finding, 'group'>[]} */ items) =>
    items.map(({ id, ...rest }) => ({ id, group, ...rest }));
  const findings = [
    ...grouped('This repository', groundFindings({ npm })),
    ...grouped('Runtimes', runtimeFindings()),
    ...grouped('Devices', await deviceFindings({ ask })),
  ];
  return {
    format: 'synaprune-doctor',
    version: 1,
    ok: isWell(findings),
    machine: {
      platform: process.platform,
      arch: process.arch,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
    findings,
  };
}

/** npm tells the programs that it starts; else it is asked. @returns {Promise<string | undefined>} */
async function npmVersion() {
  const [, told] = /\bnpm\/(\S+)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
  if (told !== undefined) return told;
  const answer = await ask(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['--version']);
  return 'text' in answer ? answer.text : undefined;
}
