import { createPruner } from '@synaprune/core';
import { webgpuBackend } from '@synaprune/webgpu';
import { tensorsOf } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { measure, wallNanoseconds } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import type { Gpu } from '../webgpu/gpu.js';
import { createGpuBed } from '../webgpu/gpu-bed.js';
import { pruningOf } from '../webgpu/host-result.js';

/** Enforcing on so many weights of equal size, until the device is through. */
export async function measureEnforce(
  context: Context,
  gpu: Gpu,
  elements: number,
  weights: number,
): Promise<Row> {
  const ground = await context.bed(elements, GAUSSIAN);
  const plot = createGpuBed(gpu.device, cutEvenly(tensorsOf(ground), elements, weights));
  await plot.restore();
  const pruner = createPruner(pruningOf(ground, webgpuBackend({ device: gpu.device }), plot.weights));
  await pruner.update(0);
  const [readWrite, whole] = await measure(
    [
      plot.readWrite,
      {
        name: `enforceSync until done, ${counted(weights)}`,
        run: () => {
          pruner.enforceSync();
          return plot.done();
        },
      },
    ],
    { ...context.rounds(elements), prepare: plot.restore, clock: wallNanoseconds },
  );
  await plot.done();
  pruner.dispose();
  plot.dispose();
  return rowOf(whole!, readWrite!, { group: 'webgpu', elements });
}

/** The same elements in so many tensors of one size, or nearly. */
function cutEvenly(tensors: readonly Float32Array[], elements: number, parts: number): Float32Array[] {
  const all = new Float32Array(elements);
  let at = 0;
  for (const values of tensors) {
    all.set(values, at);
    at += values.length;
  }
  const bound = (i: number) => Math.floor((elements * i) / parts);
  return Array.from({ length: parts }, (_, i) => all.subarray(bound(i), bound(i + 1)));
}

function counted(weights: number): string {
  return weights === 1 ? '1 weight' : `${weights} weights`;
}
