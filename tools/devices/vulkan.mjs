// @ts-check
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSwiftShader } from './chromium.mjs';
import { thisMachine } from './machine.mjs';

/** Where the repository unpacks a lavapipe of its own, which leaves the system's drivers alone. */
export const ownLavapipe = fileURLToPath(new URL('.lavapipe', import.meta.url));

/** The library by which every Vulkan program finds its driver. */
export const vulkanLoader = 'libvulkan.so.1';

const manifestFolders = ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

/**
 * A Vulkan driver.
 *
 * @typedef {object} VulkanDriver
 * @property {string} name for a reader: `lavapipe of this repository`
 * @property {string} icd its manifests, as `VK_DRIVER_FILES` takes them
 * @property {'told' | 'system' | 'software'} kind told by the environment, a GPU's, or made for a CPU
 */

/**
 * The software driver to use: what the environment names, this repository's lavapipe, the system's where it is
 * new enough for WebGPU, or Chromium's SwiftShader.
 *
 * @param {import('./machine.mjs').Machine} [machine]
 * @returns {VulkanDriver | undefined} undefined also where `libvulkan.so.1` cannot be loaded
 */
export function findVulkanDriver(machine = thisMachine) {
  return listVulkanDrivers(machine).find(({ kind }) => kind !== 'system');
}

/**
 * Every driver worth a try, the best first. Which of a system's drivers has a device behind it shows only when it is
 * asked: distributions install those of all makers.
 *
 * @param {import('./machine.mjs').Machine} [machine]
 * @returns {VulkanDriver[]}
 */
export function listVulkanDrivers(machine = thisMachine) {
  if (!machine.loads(vulkanLoader)) return [];
  const told = machine.env.VK_DRIVER_FILES || machine.env.VK_ICD_FILENAMES;
  if (told) return [{ name: `VK_DRIVER_FILES=${told}`, icd: told, kind: 'told' }];
  const manifests = manifestFolders.flatMap((folder) =>
    machine
      .list(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name)),
  );
  const software = manifests.filter(isSoftware);
  const hardware = manifests.filter((path) => !isSoftware(path));
  const own = join(ownLavapipe, 'lvp_icd.json');
  const recent = software.find((path) => isRecent(machine.read(path)));
  const swiftShader = findSwiftShader(machine);
  /** @type {VulkanDriver[]} */
  const drivers = [];
  if (hardware.length > 0) {
    drivers.push({ name: 'the system’s drivers', icd: hardware.join(delimiter), kind: 'system' });
  }
  if (machine.exists(own)) drivers.push({ name: 'lavapipe of this repository', icd: own, kind: 'software' });
  if (recent !== undefined) drivers.push({ name: 'the system’s lavapipe', icd: recent, kind: 'software' });
  if (swiftShader !== undefined) {
    drivers.push({ name: 'SwiftShader of Chromium', icd: swiftShader, kind: 'software' });
  }
  return drivers;
}

/** @param {string} path */
function isSoftware(path) {
  return /(?:lvp|lavapipe|swiftshader)[^/]*\.json$/.test(path);
}

/**
 * Lavapipe 22.3, of Debian 12, says 1.3.230 and lacks what WebGPU needs; 25.0, of its backports, says 1.4.305.
 *
 * @param {string | undefined} manifest
 */
function isRecent(manifest) {
  const [, major, minor, patch] = /"api_version"\s*:\s*"(\d+)\.(\d+)\.(\d+)"/.exec(manifest ?? '') ?? [];
  const version = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
  return version > 1_003_230;
}
