import { openDawn } from 'synaprune-devices';
import { afterAll, expect, it } from 'vitest';
import { countBytesRead, readBack } from './read-back.js';

const dawn = await openDawn();

if ('missing' in dawn) {
  it.skip(`bytes that are read back (${dawn.missing})`, () => {});
} else {
  const device = await (await dawn.gpu.requestAdapter())!.requestDevice();
  afterAll(() => {
    device.destroy();
    dawn.close();
  });
  const buffer = device.createBuffer({ size: 40, usage: GPUBufferUsage.COPY_SRC });

  it('counts what is read while it runs, and no writes', async () => {
    await readBack(device, buffer);
    const bytes = await countBytesRead(async () => {
      await readBack(device, buffer);
      const upload = device.createBuffer({ size: 64, usage: GPUBufferUsage.MAP_WRITE });
      await upload.mapAsync(GPUMapMode.WRITE);
      upload.destroy();
      await readBack(device, buffer);
    });
    expect(bytes).toBe(80);
  });

  it('counts nothing afterwards, also when what it ran failed', async () => {
    const { mapAsync } = GPUBuffer.prototype;
    await expect(countBytesRead(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(GPUBuffer.prototype.mapAsync).toBe(mapAsync);
  });
}
