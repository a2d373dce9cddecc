import type { Rounds } from '../context.js';
import { measure, type Timing } from '../measure.js';
import type { BenchRuntime } from '../onnx/runtimes.js';
import type { Task } from './task.js';

/** What a line costs the smaller model and the dense one, run in turns. */
export async function compareSpeed(
  { ort, executionProviders, sessionOptions }: BenchRuntime,
  { name, model, heldBack }: Task,
  small: Uint8Array,
  { samples, warmups }: Rounds,
): Promise<readonly [small: Timing, dense: Timing]> {
  const [line] = heldBack;
  const feeds = Object.fromEntries(
    Object.entries(line!).map(([input, { data, dims }]) => [input, new ort.Tensor('float32', data, dims)]),
  );
  const sessions = await Promise.all(
    [small, model.bytes].map((bytes) =>
      ort.InferenceSession.create(bytes, { ...sessionOptions, executionProviders }),
    ),
  );
  // A line is over in a millisecond, and the clock of CPU time ticks no faster.
  const runs = 20;
  const timings = await measure(
    sessions.map((session, i) => ({
      name: `${name}, ${i === 0 ? 'fewer channels' : 'dense'}`,
      run: async () => {
        for (let run = 0; run < runs; run += 1) await session.run(feeds);
      },
    })),
    { samples, warmups },
  );
  for (const session of sessions) await session.release();
  return timings as [Timing, Timing];
}
