// @ts-check
import { thisMachine } from './machine.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

/** What brings Dawn a Vulkan driver. @param {Machine} [machine] */
export function adviseDawn(machine = thisMachine) {
  const { platform, env, root } = machine;
  if (platform !== 'linux') return 'it needs a GPU and its driver';
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES) return 'unset VK_DRIVER_FILES and VK_ICD_FILENAMES';
  if (machine.which('apt-get') === undefined) {
    return 'install the Vulkan loader and the lavapipe driver of Mesa 25 or newer';
  }
  return `run: ${root ? '' : 'sudo '}node tools/devices/prepare.mjs`;
}

/** What brings a Chromium. @param {Machine} [machine] */
export function adviseChromium(machine = thisMachine) {
  const { CHROMIUM: told } = machine.env;
  if (told) return `CHROMIUM names ${told}, which is not there`;
  if (machine.platform !== 'linux' || machine.which('apt-get') === undefined) {
    return 'install Chromium or Chrome, or set CHROMIUM to its path';
  }
  const sudo = machine.root ? '' : 'sudo ';
  // Ubuntu has it as a snap only.
  if (/^ID=ubuntu$/m.test(machine.read('/etc/os-release') ?? '')) return `run: ${sudo}snap install chromium`;
  return `run: ${sudo}apt-get install -y --no-install-recommends chromium`;
}
