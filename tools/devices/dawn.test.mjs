// @ts-check
import { expect, test } from 'vitest';
import { openDawn } from './dawn.mjs';
import { bookworm, madeUpMachine, trixie } from './made-up-machine.mjs';

/** @param {Parameters<typeof madeUpMachine>[0]} has */
async function missingOn(has) {
  const open = await openDawn({ machine: madeUpMachine(has) });
  return 'missing' in open ? open.missing : open.driver;
}

test.runIf(process.platform === 'linux')(
  'says what is missing, and the exact command that brings it',
  async () => {
    const install = 'apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers';
    expect(await missingOn({ files: { '/etc/os-release': trixie } })).toBe(
      `libvulkan.so.1 is not installed; run: sudo ${install}`,
    );
    const libraries = ['libvulkan.so.1'];
    expect(await missingOn({ files: { '/etc/os-release': trixie }, libraries, more: { root: true } })).toBe(
      `no Vulkan driver is installed; run: ${install}`,
    );
    expect(await missingOn({ files: { '/etc/os-release': bookworm }, libraries })).toBe(
      'no Vulkan driver is installed; run: sudo "$(command -v node)" tools/devices/install.mjs',
    );
    expect(await missingOn({ libraries, more: { env: { VK_DRIVER_FILES: '/gone.json' } } })).toBe(
      'no WebGPU adapter from VK_DRIVER_FILES=/gone.json; unset VK_DRIVER_FILES and VK_ICD_FILENAMES',
    );
  },
);

test('computes where there is a driver, and takes navigator.gpu away again', async (context) => {
  const { setImmediate } = globalThis;
  const open = await openDawn();
  if ('missing' in open) return context.skip(open.missing);
  expect(navigator.gpu).toBe(open.gpu);
  const device = await (await open.gpu.requestAdapter())?.requestDevice();
  const buffer = device?.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  if (device === undefined || buffer === undefined) throw new Error('no device');
  device.queue.writeBuffer(buffer, 0, new Uint32Array([7]));
  await buffer.mapAsync(GPUMapMode.READ);
  expect([...new Uint32Array(buffer.getMappedRange())]).toEqual([7]);
  device.destroy();
  open.close();
  expect(globalThis.navigator?.gpu).toBe(undefined);
  expect(globalThis.setImmediate).toBe(setImmediate);
});
