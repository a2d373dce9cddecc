import type { Pruner } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Rounds } from '../context.js';
import { createFloors } from '../floors.js';
import { type Candidate, measure, type Timing } from '../measure.js';
import { wasmMemory, wasmSpans } from '../peers/tensorflow.js';
import { type Row, rowOf } from '../row.js';

interface Local {
  readonly name: string;
  readonly run: () => void;
}

/** What an enforce and the product that does the same cost, and the rows about them. */
export interface EnforceTimings {
  readonly enforce: Timing;
  readonly product: Timing;
  readonly rows: readonly Row[];
}

/** Times that each runs before the clock of CPU time is asked again, which is dear beside an enforce. */
const TIMES = 10;

/**
 * Enforcing on tfjs's current backend: against `w.mul(mask)`, and on wasm both against one pass that reads and writes the
 * same tensors where they are.
 *
 * @param masks ones and zeros, of the shape of the kernels
 */
export async function measureTfjsEnforce(
  kernels: readonly tf.Variable[],
  masks: readonly tf.Tensor[],
  pruner: Pruner,
  { restore, rounds }: { readonly restore: () => void; readonly rounds: Rounds },
): Promise<EnforceTimings> {
  const backend = tf.getBackend();
  const elements = kernels.reduce((sum, { size }) => sum + size, 0);
  const candidates: Local[] = [
    { name: `pruner.enforceSync, ${backend}`, run: () => pruner.enforceSync() },
    {
      name: 'w.mul(mask), assign',
      run: () =>
        tf.tidy(() => {
          for (const [i, kernel] of kernels.entries()) kernel.assign(kernel.mul(masks[i]!));
        }),
    },
  ];
  if (backend === 'wasm') {
    const floors = await createFloors(wasmMemory());
    candidates.push({ name: 'read-write', run: () => floors.readWrite(wasmSpans(kernels)) });
  }
  const timings = await measure(candidates.map(repeated), { ...rounds, prepare: restore });
  const [enforce, product, readWrite] = timings.map(once);
  const options = { group: 'tfjs', elements };
  const rows = [rowOf(enforce!, product!, { ...options, cheaper: true, goal: `tfjs-enforce-${backend}` })];
  if (readWrite !== undefined) {
    rows.push(rowOf(enforce!, readWrite, options), rowOf(product!, readWrite, options));
  }
  return { enforce: enforce!, product: product!, rows };
}

function repeated({ name, run }: Local): Candidate {
  return {
    name,
    run: () => {
      for (let i = 0; i < TIMES; i += 1) run();
    },
  };
}

function once(timing: Timing): Timing {
  return { ...timing, median: timing.median / TIMES, min: timing.min / TIMES };
}
