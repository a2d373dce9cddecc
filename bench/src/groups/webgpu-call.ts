import type { Context, Rounds } from '../context.js';
import { type Candidate, measure, type Timing, wallNanoseconds } from '../measure.js';
import { judged, type Row, rowOf } from '../row.js';
import type { Gpu } from '../webgpu/gpu.js';
import { createSmallWeights } from '../webgpu/small-weights.js';
import { microseconds } from './webgpu-buffers.js';

/** Weights that the goal is about. */
const MEANT = 300;
/** What the call may take of the thread that makes it, in nanoseconds. */
const MOST_NANOSECONDS = 5e5;

/** What the thread that enforces pays for the call; the device's own work is small, and waited for outside. */
export async function measureCall({ rounds }: Context, gpu: Gpu, weights: number): Promise<Row[]> {
  const work = `enforceSync, the call alone, ${weights} weights`;
  const widest = await gpu.openWidest();
  const [own, wide] = [await callOn(gpu.device, weights, rounds), await callOn(widest, weights, rounds)];
  const { maxStorageBuffersPerShaderStage } = widest.limits;
  widest.destroy();
  const still = await createSmallWeights(gpu.device, weights);
  const moving = await createSmallWeights(gpu.device, weights);
  const { elements } = still;
  const [call, moved] = await timed(gpu.device, rounds(elements), [
    { name: `${work}, in turns with`, run: still.enforce },
    { name: 'the same in buffers never seen', prepare: moving.move, run: moving.enforce },
  ]);
  for (const one of [still, moving]) one.dispose();
  const judge = (timing: Timing, name: string, goal?: string): Row =>
    judged(goal, {
      group: 'webgpu',
      elements,
      work: name,
      against: '0.5 ms',
      share: timing.median / MOST_NANOSECONDS,
      samples: timing.samples,
      note: microseconds(timing),
    });
  const row = judge(own, work, 'webgpu-call');
  const bound = `a device of ${maxStorageBuffersPerShaderStage} storage buffers a stage`;
  return [
    weights < MEANT ? { ...row, verdict: 'reported: a smoke run, fewer weights' } : row,
    judge(wide, `${work}, on ${bound}`),
    rowOf(call!, moved!, { group: 'webgpu', elements, cheaper: true, note: microseconds(call!) }),
  ];
}

/** The call on weights that stay where they are, with nothing else in between. */
async function callOn(device: GPUDevice, weights: number, rounds: Context['rounds']): Promise<Timing> {
  const { elements, enforce, dispose } = await createSmallWeights(device, weights);
  const [call] = await timed(device, rounds(elements), [{ name: 'enforceSync', run: enforce }]);
  dispose();
  return call!;
}

/** Each call waits until the device has done what there was to do. */
async function timed(device: GPUDevice, rounds: Rounds, candidates: readonly Candidate[]): Promise<Timing[]> {
  const done = async () => {
    await device.queue.onSubmittedWorkDone();
    // A submission buries what was destroyed before it, which is not for the next call to pay.
    device.queue.submit([device.createCommandEncoder().finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  const timings = await measure(candidates, { ...rounds, prepare: done, clock: wallNanoseconds });
  await done();
  return timings;
}
