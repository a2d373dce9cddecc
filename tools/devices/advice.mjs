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
