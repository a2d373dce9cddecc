// @ts-check
/*
 * Brings the devices that tests run on: `npm run devices`, and `npm test` as its first step. Says what it will install,
 * asks nothing, and installs nothing with `--no-install`, SYNAPRUNE_NO_INSTALL=1, or where it may not; then it prints the
 * command that would help.
 */
import { fileURLToPath } from 'node:url';
import { run } from '../check/command.mjs';
import { thisMachine } from './machine.mjs';
import { prepareDevices } from './prepare.mjs';

/** @param {readonly string[]} flags @returns {Promise<readonly import('./prepare.mjs').Device[]>} those that are there, and those that are not */
export async function installDevices(flags) {
  const env = flags.includes('--no-install')
    ? { ...thisMachine.env, SYNAPRUNE_NO_INSTALL: '1' }
    : thisMachine.env;
  const devices = await prepareDevices({ run, machine: { ...thisMachine, env } });
  for (const { name, missing } of devices) console.log(missing ? `✗ ${name}: ${missing}` : `✓ ${name}`);
  return devices;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const devices = await installDevices(process.argv.slice(2));
  process.exitCode = devices.every(({ missing }) => missing === undefined) ? 0 : 1;
}
