// @ts-check
/*
 * Brings the devices that tests run on: `npm run devices`, and `npm test` as its first step. Says what it will install,
 * asks nothing, and installs nothing with `--no-install`, SYNAPRUNE_NO_INSTALL=1, or where it may not; then it prints the
 * command that would help.
 */
import { fileURLToPath } from 'node:url';
import { readArguments } from '../arguments.mjs';
import { run } from '../check/command.mjs';
import { thisMachine } from './machine.mjs';
import { prepareDevices } from './prepare.mjs';

const help = `Usage: npm run devices [-- --no-install]

Brings the devices that tests of WebGPU, browsers and queues run on, as root on Debian and Ubuntu. Says first what it will
install, and asks nothing.

  --no-install   only says what there is, and the command that brings the rest
  --help         prints this

Ends with 0 where all of them are there, and with 1 else.`;

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
  readArguments('npm run devices', help, { options: { 'no-install': { type: 'boolean' } } });
  const devices = await installDevices(process.argv.slice(2));
  process.exitCode = devices.every(({ missing }) => missing === undefined) ? 0 : 1;
}
