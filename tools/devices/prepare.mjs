// @ts-check
import { fileURLToPath } from 'node:url';
import { adviseChromium, adviseDawn, isBookworm, whyNotInstall } from './advice.mjs';
import { aptInstall } from './apt.mjs';
import { findChromium } from './chromium.mjs';
import { unpackLavapipe } from './lavapipe.mjs';
import { thisMachine } from './machine.mjs';
import { vulkanLoader } from './vulkan.mjs';

/** @typedef {{ name: string, outcome: 'passed' | 'skipped', detail?: string }} Readiness */
/** @typedef {{ driver: string } | { missing: string }} Probe */

/**
 * Brings what Debian has and the tests can use, where it is missing and this process may: Chromium, and a Vulkan
 * driver for Dawn. Says what it does before it does it.
 *
 * @param {object} io
 * @param {import('./apt.mjs').Run} io.run
 * @param {import('./machine.mjs').Machine} [io.machine]
 * @param {() => Promise<Probe>} [io.probe] asks Dawn
 * @param {(line: string) => void} [io.say]
 * @param {string} [io.folder] for lavapipe
 * @returns {Promise<Readiness[]>} one a device, skipped with the command that would help
 */
export async function prepareDevices({
  run,
  machine = thisMachine,
  probe = () => askDawn(run),
  say = (line) => console.log(`  ${line}`),
  folder,
}) {
  const io = { run, machine, say };
  return [await prepareChromium(io), await prepareDawn(io, probe, folder)];
}

/** @typedef {{ run: import('./apt.mjs').Run, machine: import('./machine.mjs').Machine, say: (line: string) => void }} Io */

/** @param {Io} io @returns {Promise<Readiness>} */
async function prepareChromium({ run, machine, say }) {
  const name = 'Chromium for the tests in a browser';
  const reason = machine.env.CHROMIUM ? '' : whyNotInstall(machine);
  let complaint = reason;
  if (findChromium(machine) === undefined && reason === undefined) {
    complaint = await aptInstall(['chromium'], { run, say });
  }
  const path = findChromium(machine);
  if (path === undefined) return skipped(name, complaint, adviseChromium(machine));
  // Ubuntu's stand-in for the snap is there and does not start.
  if (machine.ask(path, ['--version']) === undefined) {
    return skipped(name, `${path} does not start`, adviseChromium(machine));
  }
  return { name, outcome: 'passed' };
}

/** @param {Io} io @param {() => Promise<Probe>} probe @param {string} [folder] @returns {Promise<Readiness>} */
async function prepareDawn(io, probe, folder) {
  const name = 'WebGPU in Node, by Dawn';
  const { machine } = io;
  const before = await probe();
  const told = machine.env.VK_DRIVER_FILES || machine.env.VK_ICD_FILENAMES;
  const reason = told ? undefined : whyNotInstall(machine);
  // SwiftShader will do, but atomics and barriers take it many times as long as lavapipe.
  const good = 'driver' in before && (told || !before.driver.includes('SwiftShader'));
  if (good || told || reason !== undefined) return report(before, reason);
  const complaint = await installDriver(io, folder);
  return report(await probe(), complaint);

  /** @param {Probe} open @param {string | undefined} why @returns {Readiness} */
  function report(open, why) {
    if ('missing' in open) return skipped(name, why, open.missing || adviseDawn(machine));
    io.say(`WebGPU in Node runs on ${open.driver}`);
    return { name, outcome: 'passed' };
  }
}

/** @param {Io} io @param {string} [folder] */
async function installDriver(io, folder) {
  const { machine } = io;
  if (!isBookworm(machine)) return aptInstall(['libvulkan1', 'mesa-vulkan-drivers'], io);
  const complaint = machine.loads(vulkanLoader) ? '' : await aptInstall(['libvulkan1'], io);
  return complaint || unpackLavapipe(io, folder);
}

/** @param {import('./apt.mjs').Run} run @returns {Promise<Probe>} */
async function askDawn(run) {
  const program = fileURLToPath(new URL('probe.mjs', import.meta.url));
  const { status, output } = await run(process.execPath, [program]);
  const answer = /^\{.*\}$/m.exec(output)?.[0];
  if (status === 0 && answer !== undefined) return JSON.parse(answer);
  return { missing: `Dawn ended with ${status}: ${output.trim().split('\n').at(-1)}; ${adviseDawn()}` };
}

/** @param {string} name @param {string | undefined} why @param {string} advice @returns {Readiness} */
function skipped(name, why, advice) {
  return { name, outcome: 'skipped', detail: why ? `${why}; ${advice}` : advice };
}
