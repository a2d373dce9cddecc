// @ts-check
import { fileURLToPath } from 'node:url';
import { runNode } from '../check/command.mjs';

/**
 * What gives WebGPU to Node here: the driver in words, and whether a CPU plays the GPU; or why nothing does.
 *
 * @typedef {{ driver: string, software: boolean } | { missing: string }} Gpu
 */

const probe = fileURLToPath(new URL('../devices/probe.mjs', import.meta.url));

/** Looks in a process of its own, which a driver may take down. @returns {Promise<Gpu>} */
export async function findGpu() {
  const { status, stdout, output } = await runNode([probe]);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !line.startsWith('{')) {
    return { missing: `looking for one ended with ${status}: ${output.trim().split('\n').at(-1) ?? ''}` };
  }
  const found = JSON.parse(line);
  return 'missing' in found ? found : { driver: found.driver, software: isSoftware(found.driver) };
}

/** Whether a driver's name is that of a CPU that plays a GPU. @param {string} driver */
export function isSoftware(driver) {
  return /llvmpipe|lavapipe|swiftshader|basic render|\bwarp\b|\bcpu\b/i.test(driver);
}
