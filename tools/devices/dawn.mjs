// @ts-check
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { adviseDawn } from './advice.mjs';
import { thisMachine } from './machine.mjs';
import { pauseBeforePolling } from './polling.mjs';
import { listVulkanDrivers, vulkanLoader } from './vulkan.mjs';

/**
 * Real WebGPU in Node, by Dawn: sets the globals (`GPUBufferUsage`, `GPUMapMode` …) and `navigator.gpu`, on the best
 * driver that really gives an adapter: a GPU's, else a software one.
 *
 * @param {{ machine?: import('./machine.mjs').Machine, measuring?: boolean }} [options]
 * @returns {Promise<{ gpu: GPU, driver: string, close(): void } | { missing: string }>}
 */
export async function openDawn({ machine = thisMachine, measuring = false } = {}) {
  const dawn = await import('webgpu').catch((/** @type {Error} */ error) => error);
  if (dawn instanceof Error) return { missing: `Dawn cannot be loaded: ${dawn.message.split('\n')[0]}` };
  const create = /** @type {(options: string[]) => GPU} */ (dawn.create);
  Object.assign(globalThis, dawn.globals);
  // Metal and Direct3D need no driver beside the system's.
  if (machine.platform !== 'linux') {
    return (await use(create, 'the system’s driver', { measuring })) ?? missing('no WebGPU adapter', machine);
  }
  if (!machine.loads(vulkanLoader)) return missing(`${vulkanLoader} is not installed`, machine);
  if (!isMainThread) {
    return { missing: 'a worker cannot choose a Vulkan driver; let vitest use its pool of forks' };
  }
  // Mesa complains of a folder that is not there.
  if (!existsSync(process.env.XDG_RUNTIME_DIR ?? '')) process.env.XDG_RUNTIME_DIR = tmpdir();
  const drivers = listVulkanDrivers(machine);
  const before = process.env.VK_DRIVER_FILES;
  try {
    for (const { name, icd, kind } of drivers) {
      process.env.VK_DRIVER_FILES = icd;
      const open = await use(create, name, { measuring, hardwareOnly: kind === 'system' });
      if (open !== undefined) return open;
    }
  } finally {
    if (before === undefined) delete process.env.VK_DRIVER_FILES;
    else process.env.VK_DRIVER_FILES = before;
  }
  const tried = drivers.map(({ name }) => name).join(', ');
  return missing(tried === '' ? 'no Vulkan driver is installed' : `no WebGPU adapter from ${tried}`, machine);
}

/** @param {string} why @param {import('./machine.mjs').Machine} machine */
function missing(why, machine) {
  return { missing: `${why}; ${adviseDawn(machine)}` };
}

/**
 * @param {(options: string[]) => GPU} create
 * @param {string} name
 * @param {{ measuring: boolean, hardwareOnly?: boolean }} how a distribution's set of drivers may hold software ones of
 *   any age
 */
async function use(create, name, { measuring, hardwareOnly = false }) {
  const gpu = create([]);
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) return undefined;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const software =
    isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(`${architecture} ${device} ${description}`);
  if (hardwareOnly && software) return undefined;
  const driver = `${[description || device, vendor, architecture].filter(Boolean).join(', ')} (${name})`;
  const hide = expose(gpu);
  const unpause = software && !measuring ? pauseBeforePolling() : () => {};
  const close = () => {
    hide();
    unpause();
  };
  return { gpu, driver, close };
}

/** Puts a GPU where programs look for it. @param {GPU} gpu @returns {() => void} takes it away again */
function expose(gpu) {
  // Node 20 has no navigator.
  const made = globalThis.navigator === undefined;
  if (made) define(globalThis, 'navigator', {});
  define(globalThis.navigator, 'gpu', gpu);
  return () => {
    // As long as it can be reached, Dawn's own thread keeps the process alive.
    Reflect.deleteProperty(globalThis.navigator ?? {}, 'gpu');
    if (made) Reflect.deleteProperty(globalThis, 'navigator');
  };
}

/** @param {object} target @param {string} key @param {unknown} value */
function define(target, key, value) {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}
