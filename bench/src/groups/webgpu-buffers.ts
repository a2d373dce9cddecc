import { webgpuBackend } from '@synaprune/webgpu';
import { budgetOf } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN, TIES } from '../distributions.js';
import { measure, type Timing, wallNanoseconds } from '../measure.js';
import { judged, type Row, rowOf } from '../row.js';
import type { Gpu } from '../webgpu/gpu.js';
import { createUpdate } from '../webgpu/update.js';

/** What an update may read back, in bytes. */
const MOST_BYTES_READ = 64_000;

/** Weights in GPU buffers: whole updates and the cut alone, against passes over as many elements. */
export async function measureBuffers({ bed, rounds }: Context, gpu: Gpu, elements: number): Promise<Row[]> {
  const ground = await bed(elements, GAUSSIAN);
  const { plot, ...update } = createUpdate(ground, gpu.device);
  const backend = webgpuBackend({ device: gpu.device });
  const items = plot.weights.map((weight) => ({
    weight,
    mask: backend.createMask(weight),
    score: { kind: 'magnitude' } as const,
  }));
  const count = budgetOf(ground);
  const [nothing, read, readWrite, findCut, whole] = await measure(
    [
      plot.nothing,
      plot.read,
      plot.readWrite,
      { name: 'webgpuBackend().findCut', run: () => backend.findCut(items, count) },
      update.candidate,
    ],
    { ...rounds(elements), prepare: plot.restore, clock: wallNanoseconds },
  );
  for (const { mask } of items) backend.disposeMask(mask);
  const options = { group: 'webgpu', elements };
  const rows = [
    rowOf(nothing!, readWrite!, { ...options, note: microseconds(nothing!) }),
    rowOf(read!, readWrite!, { ...options, note: bandwidth(read!, 4 * elements) }),
    rowOf(readWrite!, readWrite!, { ...options, note: bandwidth(readWrite!, 8 * elements) }),
    rowOf(findCut!, read!, options),
    rowOf(whole!, readWrite!, {
      ...options,
      goal: 'webgpu-update',
      note: await update.check(),
      ...(gpu.software && { reported: 'a software device' }),
    }),
    bytesReadRow('pruner.update', elements, await update.bytesRead()),
  ];
  update.dispose();
  return rows;
}

/** A whole update of weights with few magnitudes, against a read-write pass. */
export async function measureTies({ bed, rounds }: Context, gpu: Gpu, elements: number): Promise<Row> {
  const { plot, ...update } = createUpdate(await bed(elements, TIES), gpu.device);
  const [readWrite, whole] = await measure([plot.readWrite, update.candidate], {
    ...rounds(elements),
    prepare: plot.restore,
    clock: wallNanoseconds,
  });
  const row = rowOf(whole!, readWrite!, {
    group: 'webgpu',
    elements,
    work: 'pruner.update, heavy ties',
    note: await update.check(),
  });
  update.dispose();
  return row;
}

/** What an update read back, of what it may. */
export function bytesReadRow(work: string, elements: number, bytes: number): Row {
  return judged('webgpu-read', {
    group: 'webgpu',
    work: `bytes read back, ${work}`,
    against: '64 kB',
    elements,
    share: bytes / MOST_BYTES_READ,
    note: `${bytes} bytes`,
  });
}

function bandwidth({ median }: Timing, bytes: number): string {
  return `${(bytes / median).toFixed(1)} GB/s`;
}

/** Median and minimum for a reader. */
export function microseconds({ median, min }: Timing): string {
  const rounded = (nanoseconds: number) => (nanoseconds / 1000).toFixed(nanoseconds < 1e5 ? 1 : 0);
  return `${rounded(median)} µs, at least ${rounded(min)}`;
}
