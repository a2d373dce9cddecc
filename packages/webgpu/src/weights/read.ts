import { elementsOf } from '@synaprune/core/checks';
import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { USAGE } from '../device/flags.js';
import { withScratch } from '../device/scratch.js';
import { THREADS } from '../wgsl/tiles.js';
import { bindWhole } from './bind-whole.js';
import type { WebgpuWeight } from './weight.js';

/** All values of a weight, bit for bit. */
export async function readWeight(
  { device, work, pipelines }: Context,
  weight: WebgpuWeight,
): Promise<Float32Array> {
  const { buffer, byteOffset: offset = 0, shape } = weight;
  const elements = elementsOf(shape);
  if (elements === 0) return new Float32Array(0);
  const size = 4 * elements;
  if ((buffer.usage & USAGE.copySource) !== 0) {
    const bytes = await work.read(() => ({ buffer, offset, bytes: size }));
    return new Float32Array(bytes.buffer);
  }
  // A buffer that cannot be copied from can be read by a kernel.
  const { binding, lead } = bindWhole(weight, device.limits);
  return withScratch(device, async (scratch) => {
    const bytes = await work.read((encoder) => {
      const copy = scratch.words(elements);
      const place = scratch.uniform(Uint32Array.of(lead, elements, 0, 0));
      const pass = encoder.beginComputePass();
      const bound = [binding, { buffer: copy }, { buffer: place }];
      dispatchKernel(device, pass, pipelines.copy(), bound, Math.ceil(elements / THREADS));
      pass.end();
      return { buffer: copy, bytes: size };
    });
    return new Float32Array(bytes.buffer);
  });
}
