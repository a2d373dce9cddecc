import { createPruner, type Pruner, type TfjsBackend, tfjsBackend } from '@synaprune/tfjs';
import { tfjsWebgpuBackend } from '@synaprune/tfjs-webgpu';
import * as tf from '@tensorflow/tfjs';
import { type Bed, budgetOf, tensorsOf } from '../bed.js';
import { type Context, fewRounds, type Rounds } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { measure, wallNanoseconds } from '../measure.js';
import { topkThreshold } from '../peers/tensorflow.js';
import { type Row, rowOf } from '../row.js';
import type { Gpu } from '../webgpu/gpu.js';
import { pruneOnHost, pruningOf } from '../webgpu/host-result.js';
import { countBytesRead } from '../webgpu/read-back.js';
import { bytesReadRow } from './webgpu-buffers.js';

/** tfjs variables on WebGPU: an update where they live, against `tf.topk` and against tfjs's own operations. */
export async function measureVariables(context: Context, gpu: Gpu, elements: number): Promise<Row[]> {
  const ground = await context.bed(elements, GAUSSIAN);
  const { variables, restore, dispose } = createVariables(tensorsOf(ground));
  await restore();
  const kept = elements - budgetOf(ground);
  const ours = createUpdate(ground, variables, tfjsWebgpuBackend());
  const operations = createUpdate(ground, variables, tfjsBackend({ through: 'operations' }));
  const [update, topk, through] = await measure(
    [
      { name: 'tfjsWebgpuBackend, pruner.update', ...ours.candidate },
      {
        name: 'tf.topk(concat(abs)), webgpu',
        run: async () => {
          const threshold = tf.tidy(() => topkThreshold(variables, kept));
          await threshold.data();
          threshold.dispose();
        },
      },
      { name: "tfjsBackend through 'operations'", ...operations.candidate },
    ],
    { ...roundsOn(gpu, context.rounds(elements)), prepare: restore, clock: wallNanoseconds },
  );
  const host = await pruneOnHost(ground);
  const checks: string[] = [];
  for (const { runOnce, pruner } of [ours, operations]) {
    await restore();
    await runOnce();
    checks.push(
      await host.compare(pruner(), async (i) => (await variables[i]!.data()).slice() as Float32Array),
    );
  }
  await restore();
  const bytes = await countBytesRead(ours.runOnce);
  for (const { pruner } of [ours, operations]) pruner().dispose();
  dispose();
  const options = { group: 'webgpu', elements, cheaper: true };
  return [
    rowOf(update!, topk!, { ...options, goal: 'webgpu-topk', note: checks[0]! }),
    rowOf(update!, through!, { ...options, note: `the operations: ${checks[1]}` }),
    bytesReadRow('tfjsWebgpuBackend, pruner.update', elements, bytes),
  ];
}

/** `tf.topk` takes some seconds on a software device. */
function roundsOn({ software }: Gpu, rounds: Rounds): Rounds {
  if (!software) return fewRounds(rounds);
  return rounds.samples > 3 ? { samples: 5, warmups: 1 } : { samples: 1, warmups: 0 };
}

function createUpdate(ground: Bed, variables: readonly tf.Variable[], backend: TfjsBackend) {
  const renew = () => createPruner(pruningOf(ground, backend, variables));
  let pruner = renew();
  const prepare = async () => {
    const old: Pruner = pruner;
    // In this order, so that the backend keeps what it holds from one update to the next.
    pruner = renew();
    old.dispose();
    await settle(variables[0]!);
  };
  const runOnce = async () => {
    await prepare();
    await pruner.update(0);
  };
  const candidate = { prepare, run: () => pruner.update(0) };
  return { candidate, runOnce, pruner: () => pruner };
}

/** Variables, and what brings them back to where they were, on the device. */
function createVariables(tensors: readonly Float32Array[]) {
  const originals = tensors.map((values) => tf.tensor1d(values.slice()));
  const variables = originals.map((values) => tf.tidy(() => tf.variable(values.mul(1))));
  return {
    variables,
    async restore() {
      // A product has a buffer of its own; a clone would share one, which pruning has to leave as it is.
      tf.tidy(() => {
        for (const [i, variable] of variables.entries()) variable.assign(originals[i]!.mul(1));
      });
      await settle(variables.at(-1)!);
    },
    dispose: () => tf.dispose([...originals, ...variables]),
  };
}

/** Waits until the device has done what tfjs has queued: an element comes last. */
async function settle(tensor: tf.Tensor): Promise<void> {
  const element = tf.tidy(() => tensor.slice([0], [1]));
  await element.data();
  element.dispose();
}
