import type { Context } from '../context.js';
import { measure, wallNanoseconds } from '../measure.js';
import { judged, type Row, rowOf } from '../row.js';
import type { Gpu } from '../webgpu/gpu.js';
import { createSmallWeights } from '../webgpu/small-weights.js';
import { microseconds } from './webgpu-buffers.js';

/** Weights that the goal is about. */
const MEANT = 300;
/** What the call may take of the thread that makes it, in nanoseconds. */
const MOST_NANOSECONDS = 5e5;

/** What the thread that enforces pays for the call; the device's own work is small, and waited for outside. */
export async function measureCall({ rounds }: Context, { device }: Gpu, weights: number): Promise<Row[]> {
  const [still, moving] = await Promise.all([1, 2].map(() => createSmallWeights(device, weights)));
  const { elements } = still!;
  const done = async () => {
    await device.queue.onSubmittedWorkDone();
    // A submission buries what was destroyed before it, which is not for the next call to pay.
    device.queue.submit([device.createCommandEncoder().finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  const [call, moved] = await measure(
    [
      { name: `enforceSync, the call alone, ${weights} weights`, run: still!.enforce },
      { name: 'the same in buffers never seen', prepare: moving!.move, run: moving!.enforce },
    ],
    { ...rounds(elements), prepare: done, clock: wallNanoseconds },
  );
  await done();
  for (const one of [still!, moving!]) one.dispose();
  const options = { group: 'webgpu', elements };
  const row = judged('webgpu-call', {
    ...options,
    work: call!.name,
    against: '0.5 ms',
    share: call!.median / MOST_NANOSECONDS,
    samples: call!.samples,
    note: microseconds(call!),
  });
  return [
    rowOf(call!, moved!, { ...options, cheaper: true }),
    weights < MEANT ? { ...row, verdict: 'reported: a smoke run, fewer weights' } : row,
  ];
}
