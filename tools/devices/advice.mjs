// @ts-check
import { thisMachine } from './machine.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

/** What brings Dawn a Vulkan driver. @param {Machine} [machine] */
export function adviseDawn(machine = thisMachine) {
  const { platform, env } = machine;
  if (platform !== 'linux') return 'it needs a GPU and its driver';
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES) return 'unset VK_DRIVER_FILES and VK_ICD_FILENAMES';
  if (machine.which('apt-get') === undefined) {
    return 'install the Vulkan loader and the lavapipe driver of Mesa 25 or newer';
  }
  // Debian 12's own lavapipe is too old for WebGPU; a newer one is unpacked into this folder.
  if (isBookworm(machine)) return `run: ${sudo(machine)}"$(command -v node)" tools/devices/install.mjs`;
  return `run: ${sudo(machine)}apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers`;
}

/** What brings a Chromium. @param {Machine} [machine] */
export function adviseChromium(machine = thisMachine) {
  const { CHROMIUM: told } = machine.env;
  if (told) return `CHROMIUM names ${told}, which is not there`;
  if (machine.platform !== 'linux' || machine.which('apt-get') === undefined) {
    return 'install Chromium or Chrome, or set CHROMIUM to its path';
  }
  // Ubuntu has it as a snap only.
  if (/^ID=ubuntu$/m.test(osRelease(machine))) return `run: ${sudo(machine)}snap install chromium`;
  return `run: ${sudo(machine)}apt-get install -y --no-install-recommends chromium`;
}

/** What brings a Redis. @param {Machine} [machine] */
export function adviseRedis(machine = thisMachine) {
  return machine.platform === 'linux' && machine.which('apt-get') !== undefined
    ? `run: ${sudo(machine)}apt-get install -y --no-install-recommends redis-server`
    : 'install Redis, so that redis-server is on the path';
}

/**
 * Why nothing may be installed here.
 *
 * @param {Machine} [machine]
 * @returns {string | undefined} undefined where it may
 */
export function whyNotInstall(machine = thisMachine) {
  if (machine.env.SYNAPRUNE_NO_INSTALL) return 'SYNAPRUNE_NO_INSTALL is set';
  if (machine.platform !== 'linux' || machine.which('apt-get') === undefined) return 'there is no apt-get';
  return machine.root ? undefined : 'only root may install';
}

/** @param {Machine} machine */
export function isBookworm(machine) {
  const text = osRelease(machine);
  return /^ID=debian$/m.test(text) && /^VERSION_CODENAME=bookworm$/m.test(text);
}

/** @param {Machine} machine */
function osRelease(machine) {
  return machine.read('/etc/os-release') ?? '';
}

/** @param {Machine} machine */
function sudo({ root }) {
  return root ? '' : 'sudo ';
}
