import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useDawn } from '../testing/use-dawn.js';
import { watchDevice } from '../testing/watch-device.js';

const gpu = await useDawn();

if ('missing' in gpu) {
  it.skip(`conformance on WebGPU in Node (${gpu.missing})`, () => {});
} else {
  const harness = await createHarness(gpu);
  const watch = watchDevice(gpu.device);
  // In Chromium all laws; what is chosen (1 to 4) is chosen by @synaprune/webgpu, which checks it on this device too.
  registerConformance(
    { ...harness, countLive: watch.live, bytesRead: watch.bytesRead },
    { describe, it },
    { mostElements: 2 ** 16, laws: [5, 6, 7, 8, 9], part: inject('kitPart') },
  );
  it('has had no error from the device', () => {
    expect(watch.errors).toEqual([]);
  });
  afterAll(() => gpu.close());
}
