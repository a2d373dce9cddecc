import { registerConformance } from '@synaprune/conformance';
import { describe, expect, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useWebgpuInPage } from '../testing/use-in-chromium.js';
import { watchDevice } from '../testing/watch-device.js';

const gpu = await useWebgpuInPage();
const watch = watchDevice(gpu.device);
const harness = await createHarness(gpu);

// What is chosen is chosen by @synaprune/webgpu, which checks it whole in Node, and this part of it in Chromium.
registerConformance(
  { ...harness, countLive: watch.live, bytesRead: watch.bytesRead },
  { describe, it },
  { mostElements: 2 ** 18, part: inject('kitGlance') },
);

it('has had no error from the device', () => {
  expect(watch.errors).toEqual([]);
});
