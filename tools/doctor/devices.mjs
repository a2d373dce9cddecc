// @ts-check
import { fileURLToPath } from 'node:url';
import { adviseChromium, adviseDawn, adviseRedis } from '../devices/advice.mjs';
import { findChromium } from '../devices/chromium.mjs';
import { thisMachine } from '../devices/machine.mjs';
import { listVulkanDrivers, vulkanLoader } from '../devices/vulkan.mjs';
import { lacking, there } from './finding.mjs';

/** @typedef {import('./ground.mjs').Ungrouped} Ungrouped */
/** @typedef {import('./ask.mjs').Ask} Ask */
/** @typedef {import('../devices/machine.mjs').Machine} Machine */

/**
 * Devices and servers that tests and some runtimes take.
 *
 * @param {{ ask: Ask, machine?: Machine }} here
 * @returns {Promise<Ungrouped[]>}
 */
export async function deviceFindings({ ask, machine = thisMachine }) {
  return Promise.all([
    vulkan(machine),
    dawn(ask, machine),
    chromium(ask, machine),
    webgl(ask, machine),
    redis(ask, machine),
    nvidia(ask, machine),
  ]);
}

/** @param {Machine} machine @returns {Ungrouped} */
function vulkan(machine) {
  const [id, name] = ['device/vulkan', 'Vulkan driver'];
  if (machine.platform !== 'linux') return there(id, name, 'not needed here: WebGPU takes the system’s');
  const drivers = listVulkanDrivers(machine);
  if (drivers.length > 0) return there(id, name, drivers.map((driver) => driver.name).join(', '));
  const lacks = machine.loads(vulkanLoader) ? 'no driver new enough' : `${vulkanLoader} is not installed`;
  return lacking(id, name, { lacks, fix: adviseDawn(machine) });
}

/** In a process of its own, which a driver may take down. @param {Ask} ask @param {Machine} machine @returns {Promise<Ungrouped>} */
async function dawn(ask, machine) {
  const [id, name] = ['device/webgpu-node', 'WebGPU in Node (Dawn)'];
  const probe = fileURLToPath(new URL('../devices/probe.mjs', import.meta.url));
  const answer = await ask(process.execPath, [probe]);
  if ('problem' in answer) {
    if (answer.problem === 'slow') return silent(id, name, 'no adapter within 4 seconds');
    return lacking(id, name, { lacks: 'the driver took its process down', fix: adviseDawn(machine) });
  }
  const open = JSON.parse(answer.text);
  if (typeof open.driver === 'string') return there(id, name, open.driver);
  const [lacks = '', fix = adviseDawn(machine)] = String(open.missing).split('; ');
  // Before anything is installed there is no Dawn either.
  if (lacks.startsWith('Dawn cannot be loaded')) {
    return lacking(id, name, { lacks: 'its package is not installed', fix: 'npm ci' });
  }
  return lacking(id, name, { lacks, fix });
}

/** @param {Ask} ask @param {Machine} machine @returns {Promise<Ungrouped>} */
async function chromium(ask, machine) {
  const [id, name] = ['device/chromium', 'Chromium'];
  const path = findChromium(machine);
  if (path === undefined) return lacking(id, name, { lacks: 'not found', fix: adviseChromium(machine) });
  // A browser of these systems opens a window when it is asked.
  if (machine.platform === 'win32' || machine.platform === 'darwin') return there(id, name, path);
  const answer = await ask(path, ['--version']);
  if ('text' in answer) return there(id, name, `${answer.text.split(' built on')[0]}, ${path}`);
  if (answer.problem === 'slow') return silent(id, name, `${path} did not tell its version within 4 seconds`);
  return lacking(id, name, { found: path, lacks: 'it does not start', fix: adviseChromium(machine) });
}

const page =
  'data:text/html,<body><script>const g=document.createElement("canvas").getContext("webgl2");' +
  'const x=g&&g.getExtension("WEBGL_debug_renderer_info");' +
  'document.body.textContent="webgl:"+(g?g.getParameter(x?x.UNMASKED_RENDERER_WEBGL:g.RENDERER):"none")+";"</script>';

/** @param {Ask} ask @param {Machine} machine @returns {Promise<Ungrouped>} */
async function webgl(ask, machine) {
  const [id, name] = ['device/webgl', 'WebGL in Chromium'];
  const path = findChromium(machine);
  if (path === undefined) return lacking(id, name, { lacks: 'no Chromium', fix: adviseChromium(machine) });
  const flags = ['--headless=new', '--disable-gpu-sandbox', '--enable-unsafe-swiftshader', '--dump-dom'];
  const answer = await ask(path, [...flags, ...(machine.root ? ['--no-sandbox'] : []), page]);
  if ('problem' in answer) return silent(id, name, 'the browser gave no answer within 4 seconds');
  const renderer = /webgl:(?!none)(.*?);/.exec(answer.text)?.[1];
  if (renderer !== undefined) return there(id, name, renderer);
  return lacking(id, name, {
    lacks: 'the browser has no WebGL 2',
    fix: 'start it with --enable-unsafe-swiftshader',
  });
}

/** @param {Ask} ask @param {Machine} machine @returns {Promise<Ungrouped>} */
async function redis(ask, machine) {
  const [id, name] = ['device/redis', 'Redis, for the study’s queue'];
  const path = machine.which('redis-server');
  if (path === undefined) return lacking(id, name, { lacks: 'not found', fix: adviseRedis(machine) });
  const answer = await ask(path, ['--version']);
  if ('problem' in answer)
    return lacking(id, name, { found: path, lacks: 'it does not start', fix: adviseRedis(machine) });
  return there(id, name, `${/v=([\d.]+)/.exec(answer.text)?.[1] ?? answer.text}, ${path}`);
}

/** @param {Ask} ask @param {Machine} machine @returns {Promise<Ungrouped>} */
async function nvidia(ask, machine) {
  const [id, name] = ['device/cuda', 'NVIDIA GPU, for CUDA'];
  const path = machine.which('nvidia-smi');
  const nothing = { lacks: 'none found; nothing here needs one', fix: null };
  if (path === undefined) return lacking(id, name, nothing);
  const answer = await ask(path, ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  if ('problem' in answer || answer.text === '') return lacking(id, name, nothing);
  return there(id, name, answer.text.split('\n').join('; '));
}

/** @param {string} id @param {string} name @param {string} lacks @returns {Ungrouped} */
function silent(id, name, lacks) {
  return lacking(id, name, { state: 'unknown', lacks, fix: 'ask again on a quieter machine' });
}
