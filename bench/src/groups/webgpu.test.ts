import { expect, it } from 'vitest';
import { type Context, createBeds } from '../context.js';
import type { Gpu } from '../webgpu/gpu.js';
import { measureWebgpu } from './webgpu.js';

const contextOf = (gpu: Gpu | { missing: string }, sizes: readonly number[]): Context => ({
  sizes,
  rounds: () => ({ samples: 1, warmups: 0 }),
  bed: createBeds(),
  say: () => {},
  python: { missing: () => 'no', load: async () => {}, time: async () => 0, close: () => {}, versions: {} },
  gpu: { open: async () => gpu, name: () => undefined, close: () => {} },
});
const software = (maxBufferSize: number, isSoftware: boolean): Gpu => ({
  device: { limits: { maxBufferSize } } as unknown as GPUDevice,
  name: 'made up',
  software: isSoftware,
  errors: [],
  openWidest: () => Promise.reject(new Error('made up')),
});

it('is one row with the reason where there is no device', async () => {
  const rows = await measureWebgpu(contextOf({ missing: 'no Vulkan driver' }, [1e6, 1e7]));
  expect(rows).toEqual([
    {
      group: 'webgpu',
      work: 'pruner.update',
      elements: 1e6,
      goal: expect.objectContaining({ id: 'webgpu-update' }),
      verdict: 'not measured: no Vulkan driver',
    },
  ]);
});

it.each([
  ['a software device', software(2 ** 32, true), 'too much for a software device'],
  ['small buffers', software(2 ** 28, false), 'the device has buffers of 268435456 bytes at most'],
])('leaves out 1e8 weights visibly: %s', async (_name, gpu, reason) => {
  const rows = await measureWebgpu(contextOf(gpu, [1e8]));
  expect(rows).toMatchObject([{ elements: 1e8, verdict: `not measured: ${reason}` }]);
});
