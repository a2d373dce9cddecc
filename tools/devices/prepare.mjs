// @ts-check
import { fileURLToPath } from 'node:url';
import { adviseChromium, adviseDawn, adviseRedis, isBookworm, whyNotInstall } from './advice.mjs';
import { aptInstall, aptUpdate } from './apt.mjs';
import { findChromium } from './chromium.mjs';
import { unpackLavapipe } from './lavapipe.mjs';
import { thisMachine } from './machine.mjs';
import { vulkanLoader } from './vulkan.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */
/** @typedef {import('./apt.mjs').Run} Run */
/** @typedef {{ name: string, missing?: string }} Device with what is missing, and the command that would bring it */
/** @typedef {{ driver: string } | { missing: string }} Probe */
/** @typedef {{ what: string, install: () => Promise<string> }} Want what is to be installed, and how; gives a complaint */

/**
 * Brings what Debian has and the tests can use, where it is missing and this process may: Chromium, a Vulkan driver for
 * Dawn, and a Redis for the study's queue. Says all that it will install before it starts, and asks nothing.
 *
 * @param {object} io
 * @param {Run} io.run
 * @param {Machine} [io.machine]
 * @param {() => Promise<Probe>} [io.probe] asks Dawn
 * @param {(line: string) => void} [io.say]
 * @param {string} [io.folder] for lavapipe
 * @returns {Promise<Device[]>}
 */
export async function prepareDevices({
  run,
  machine = thisMachine,
  probe = () => askDawn(run),
  say = console.log,
  folder,
}) {
  const before = await probe();
  const wants = {
    chromium: wantChromium(machine, run),
    dawn: wantDriver(before, machine, run, folder),
    redis: wantRedis(machine, run),
  };
  const reason = whyNotInstall(machine);
  const wanted = Object.values(wants).filter((want) => want !== undefined);
  if (wanted.length > 0 && reason === undefined) {
    say(`Installing ${wanted.map(({ what }) => what).join('; ')} (--no-install leaves it)`);
    await aptUpdate(run);
  }
  const bring = async (/** @type {Want | undefined} */ want) => want && (reason ?? (await want.install()));
  const chromium = await bring(wants.chromium);
  const driver = await bring(wants.dawn);
  const redis = await bring(wants.redis);
  const open = driver === undefined || driver === reason ? before : await probe();
  if ('driver' in open) say(`WebGPU in Node runs on ${open.driver}`);
  return [
    device('Chromium, for tests in a browser', brokenChromium(machine), chromium, adviseChromium(machine)),
    'missing' in open
      ? device('Dawn, for WebGPU in Node', '', driver, open.missing || adviseDawn(machine))
      : { name: 'Dawn, for WebGPU in Node' },
    device('Redis, for tests of queues', hasRedis(machine) ? undefined : '', redis, adviseRedis(machine)),
  ];
}

/**
 * @param {string} name
 * @param {string | undefined} broken undefined where it is there and works
 * @param {string | undefined} complaint of its installation
 * @param {string} advice
 * @returns {Device}
 */
function device(name, broken, complaint, advice) {
  if (broken === undefined) return { name };
  return { name, missing: [broken, complaint, advice].filter(Boolean).join('; ') };
}

/** Ubuntu's stand-in for the snap is there and does not start. @param {Machine} machine */
function brokenChromium(machine) {
  const path = findChromium(machine);
  if (path === undefined) return '';
  return machine.ask(path, ['--version']) === undefined ? `${path} does not start` : undefined;
}

/** @param {Machine} machine @param {Run} run @returns {Want | undefined} */
function wantChromium(machine, run) {
  if (machine.env.CHROMIUM || findChromium(machine) !== undefined) return undefined;
  return { what: 'chromium with apt-get', install: () => aptInstall(['chromium'], run) };
}

/** @param {Machine} machine */
function hasRedis(machine) {
  return machine.which('redis-server') !== undefined;
}

/** @param {Machine} machine @param {Run} run @returns {Want | undefined} */
function wantRedis(machine, run) {
  if (hasRedis(machine)) return undefined;
  return { what: 'redis-server with apt-get', install: () => aptInstall(['redis-server'], run) };
}

/** @param {Probe} before @param {Machine} machine @param {Run} run @param {string} [folder] @returns {Want | undefined} */
function wantDriver(before, machine, run, folder) {
  if (machine.env.VK_DRIVER_FILES || machine.env.VK_ICD_FILENAMES) return undefined;
  // SwiftShader will do, but atomics and barriers take it many times as long as lavapipe.
  if ('driver' in before && !before.driver.includes('SwiftShader')) return undefined;
  if (!isBookworm(machine)) {
    const names = ['libvulkan1', 'mesa-vulkan-drivers'];
    return { what: `${names.join(' and ')} with apt-get`, install: () => aptInstall(names, run) };
  }
  return {
    what: 'libvulkan1 with apt-get, and lavapipe of bookworm-backports (11 MB) into tools/devices/.lavapipe',
    install: async () => {
      const complaint = machine.loads(vulkanLoader) ? '' : await aptInstall(['libvulkan1'], run);
      return complaint || unpackLavapipe({ machine, run }, folder);
    },
  };
}

/** @param {Run} run @returns {Promise<Probe>} */
async function askDawn(run) {
  const program = fileURLToPath(new URL('probe.mjs', import.meta.url));
  const { status, output } = await run(process.execPath, [program]);
  const answer = /^\{.*\}$/m.exec(output)?.[0];
  if (status === 0 && answer !== undefined) return JSON.parse(answer);
  return { missing: `Dawn ended with ${status}: ${output.trim().split('\n').at(-1)}; ${adviseDawn()}` };
}
