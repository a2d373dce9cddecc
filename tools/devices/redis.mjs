// @ts-check
import { whyNotInstall } from './advice.mjs';
import { aptInstall } from './apt.mjs';
import { thisMachine } from './machine.mjs';

/**
 * Brings a Redis for the tests of the study's queue, where it is missing and this process may. The tests start one of
 * their own, on a free port.
 *
 * @param {object} io
 * @param {import('./apt.mjs').Run} io.run
 * @param {import('./machine.mjs').Machine} [io.machine]
 * @param {(line: string) => void} [io.say]
 * @returns {Promise<import('./prepare.mjs').Readiness>} skipped with the command that would help
 */
export async function prepareRedis({ run, machine = thisMachine, say = (line) => console.log(`  ${line}`) }) {
  const name = 'Redis for the tests of queues';
  const there = () => machine.which('redis-server') !== undefined;
  if (there()) return { name, outcome: 'passed' };
  const complaint = whyNotInstall(machine) ?? (await aptInstall(['redis-server'], { run, say }));
  if (there()) return { name, outcome: 'passed' };
  const apt = machine.platform === 'linux' && machine.which('apt-get') !== undefined;
  const sudo = machine.root ? '' : 'sudo ';
  const advice = apt
    ? `run: ${sudo}apt-get install -y --no-install-recommends redis-server`
    : 'install Redis, so that redis-server is on the path';
  return { name, outcome: 'skipped', detail: complaint ? `${complaint}; ${advice}` : advice };
}
