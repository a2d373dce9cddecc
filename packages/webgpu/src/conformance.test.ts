import { registerConformance } from '@synaprune/conformance';
import { openDawn } from 'synaprune-devices';
import { afterAll, describe, expect, it } from 'vitest';
import { createHarness } from './testing/harness.js';
import { watchDevice } from './testing/watch-device.js';

const dawn = await openDawn();

if ('missing' in dawn) {
  it.skip(`conformance on WebGPU in Node (${dawn.missing})`, () => {});
} else {
  const adapter = (await dawn.gpu.requestAdapter())!;
  const plain = await adapter.requestDevice();
  const watch = watchDevice(plain);
  registerConformance(
    createHarness(`webgpu on ${dawn.driver}`, { device: plain, subgroups: false }),
    { describe, it },
    { mostElements: 2 ** 18 },
  );
  it('has had no error from the device', () => {
    expect(watch.errors).toEqual([]);
  });
  afterAll(() => {
    plain.destroy();
    dawn.close();
  });
}
