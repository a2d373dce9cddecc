import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { createHarness } from './testing/harness.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`conformance on tfjs's WebGPU in Node (${gpu.missing})`, () => {});
} else {
  registerConformance(
    createHarness(`tfjs on webgpu, ${gpu.driver}`),
    { describe, it },
    { mostElements: 2 ** 18 },
  );
  it('has had no error from the device', () => {
    expect(gpu.errors).toEqual([]);
  });
  afterAll(() => gpu.close());
}
