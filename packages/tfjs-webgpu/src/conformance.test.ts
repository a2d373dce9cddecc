import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createHarness } from './testing/harness.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`conformance on tfjs's WebGPU in Node (${gpu.missing})`, () => {});
} else {
  const harness = createHarness(`tfjs on webgpu, ${gpu.driver}`);
  registerConformance(
    harness,
    { describe, it },
    { mostElements: 2 ** 18, laws: [5, 6, 7, 8, 9], part: inject('kitPart') },
  );
  // What is chosen is chosen by @synaprune/webgpu, which checks more of it on this device too.
  const chosen = { ...harness, name: `${harness.name}, what is chosen` };
  registerConformance(
    chosen,
    { describe, it },
    { mostElements: 2 ** 18, laws: [1, 2, 3, 4], part: inject('kitSmoke') },
  );
  it('has had no error from the device', () => {
    expect(gpu.errors).toEqual([]);
  });
  afterAll(() => gpu.close());
}
