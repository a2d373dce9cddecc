import { tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { emptyHistory } from '../moments/history';
import { layerWeights, unpackWeights } from '../moments/layer-weights';
import { weightBytes } from '../moments/measure';
import { pruneOn } from '../moments/prune-on';
import type { Task, TaskData } from '../tasks/task';
import { openRun, type Run } from '../training/run';
import { type Progress, train } from './train';

const SETTINGS = { steps: 30, batch: 8, seed: 4 };

/** Learns to add eight numbers up. */
const data: TaskData = {
  examples: 64,
  reference: null,
  batch: (indices) => {
    const inputs = tf.tensor2d(
      Float32Array.from({ length: 8 * indices.length }, (_, i) => Math.sin(indices[i >> 3]! * 8 + (i & 7))),
      [indices.length, 8],
    );
    return { inputs, targets: tf.tidy(() => inputs.sum(1, true)) };
  },
  evaluate: async (model) => tf.tidy(() => (model.predict(tf.ones([1, 8])) as tf.Tensor).dataSync()[0]!),
};
const task = {
  makeModel(seed: number) {
    const kernelInitializer = tf.initializers.glorotUniform({ seed });
    const model = tf.sequential({
      name: 'sums',
      layers: [
        tf.layers.dense({ name: 'wide', units: 16, inputShape: [8], kernelInitializer }),
        tf.layers.dense({ name: 'sum', units: 1, kernelInitializer }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.01, 0.9, 0.999, 1e-7), loss: 'meanSquaredError' });
    return model;
  },
} as unknown as Task;

function open(target: () => number, saved?: tf.io.ModelArtifacts): Promise<Run> {
  const parts = { task, data, settings: SETTINGS, backend: tfjsBackend(), target };
  return openRun(saved === undefined ? parts : { ...parts, saved });
}

function progressOf(run: Run): Progress {
  return {
    run,
    twin: null,
    settings: SETTINGS,
    history: emptyHistory(),
    before: null,
    after: null,
    dense: null,
    moments: [],
  };
}

const quiet = {
  branch: async (run: Run) => open(() => 0, await run.save({ optimizer: true })),
  pausing: () => false,
  breathe: async () => {},
  save: async () => {},
  onMasks: () => {},
  onNotices: () => {},
  onProgress: () => {},
};

describe('training', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('ends at the target, having measured before and after', async () => {
    const progress = progressOf(await open(() => 0.75));
    expect(await train(progress, quiet)).toBe('finished');
    // 8·16 + 16 = 144 weights.
    expect(progress.after).toMatchObject({ step: 30, sparsity: 0.75 });
    expect(progress.before).toMatchObject({ step: 8, sparsity: 0 });
    expect(progress.after!.gzipBytes).toBeLessThan(progress.before!.gzipBytes);
    expect(progress.history.losses).toHaveLength(30);
    expect(progress.history.sparsity.at(-1)).toEqual([30, 0.75]);
    progress.run.dispose();
  });

  it('goes on from a saved run bit for bit, wherever it was stopped', async () => {
    const whole = progressOf(await open(() => 0.75));
    await train(whole, quiet);
    const expected = await whole.run.save({ optimizer: true });
    for (const stop of inject('whole') ? [0, 1, 9, 16, 29] : [0, 16]) {
      const first = progressOf(await open(() => 0.75));
      const pausing = () => first.run.position() === stop;
      expect(await train(first, { ...quiet, pausing })).toBe('paused');
      const saved = structuredClone(await first.run.save({ optimizer: true }));
      const twin = structuredClone((await first.twin?.save({ optimizer: true })) ?? null);
      first.run.dispose();
      first.twin?.dispose();
      const second = {
        ...first,
        run: await open(() => 0.75, saved),
        twin: twin === null ? null : await open(() => 0, twin),
      };
      expect(second.run.position()).toBe(stop);
      await train(second, quiet);
      expect(second.history).toEqual(whole.history);
      expect(second.after).toEqual(whole.after);
      expect(second.dense).toEqual(whole.dense);
      expect(second.moments).toEqual(whole.moments);
      const got = await second.run.save({ optimizer: true });
      expect(Buffer.from(weightBytes(got)).equals(Buffer.from(weightBytes(expected)))).toBe(true);
      expect(got.userDefinedMetadata).toEqual(expected.userDefinedMetadata);
      second.run.dispose();
      second.twin?.dispose();
    }
    whole.run.dispose();
  });

  it('has a twin that is the run without pruning, from the first step on', async () => {
    const pruned = progressOf(await open(() => 0.75));
    const never = progressOf(await open(() => 0));
    await train(pruned, quiet);
    await train(never, quiet);
    const weights = async (run: Run) => layerWeights(await run.save({ optimizer: false }));
    expect(await weights(pruned.twin!)).toEqual(await weights(never.run));
    expect(pruned.dense).toEqual({ ...never.after!, int8: { ...never.after!.int8, score: null } });
    for (const run of [pruned.run, pruned.twin!, never.run, never.twin!]) run.dispose();
  });

  it('keeps moments that hold the model exactly, and prunes on to 99 % without touching the run', async () => {
    const progress = progressOf(await open(() => 0.75));
    await train(progress, quiet);
    const { run, moments } = progress;
    const weights = layerWeights(await run.save({ optimizer: false }));
    expect(await unpackWeights(moments.at(-1)!.packed)).toEqual(weights);
    const [steps, tensors] = [moments.map(({ step }) => step), tf.memory().numTensors];
    expect(steps).toEqual([5, 10, 15, 20, 25, 30]);
    const saved = await run.save({ optimizer: true });
    await pruneOn({ settings: SETTINGS, sparsity: 0.75, moments }, (target) => open(target, saved), {
      breathe: async () => {},
      told: () => {},
    });
    const onward = moments.slice(steps.length);
    expect(onward.every((moment) => moment.onward)).toBe(true);
    // ⌊0.8 · 144⌋ … ⌊0.99 · 144⌋ of 144.
    expect(onward.map(({ sparsity }) => Math.round(144 * sparsity))).toEqual([
      115, 122, 129, 133, 136, 139, 141, 142,
    ]);
    expect(layerWeights(await run.save({ optimizer: false }))).toEqual(weights);
    expect(tf.memory().numTensors).toBe(tensors);
    for (const open of [run, progress.twin!]) open.dispose();
  });

  it('never un-prunes when the target moves down, and follows it up', async () => {
    let target = 0.9;
    const run = await open(() => target);
    const progress = progressOf(run);
    const breathe = async () => {
      if (run.position() === 20) target = 0.1;
      if (run.position() === 28) target = 0.95;
    };
    let clock = 0;
    await train(progress, { ...quiet, breathe, now: () => (clock += 1000) });
    const values = progress.history.sparsity.map(([, value]) => value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.at(-2)).toBeGreaterThan(0.8);
    // ⌊0.95 · 144⌋ of 144.
    expect(values.at(-1)).toBeCloseTo(136 / 144, 12);
    run.dispose();
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const progress = progressOf(await open(() => 0.5));
    await train(progress, quiet);
    await progress.run.save({ optimizer: true });
    progress.run.dispose();
    progress.twin?.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops when the loss is no number any more', async () => {
    const run = {
      ...(await open(() => 0.5)),
      step: async () => ({ loss: Number.NaN, sparsity: null, notices: [] }),
    };
    await expect(train(progressOf(run), quiet)).rejects.toThrow(/no number any more \(NaN\) at step 1/);
    run.dispose();
  });

  it('passes on what did not come to hold', async () => {
    const run = await open(() => 0);
    const notice = { code: 'weight-emptied', message: 'nothing is left' };
    const told: string[] = [];
    const telling = {
      ...run,
      step: async () => ({ ...(await run.step()), notices: [notice] }),
      finish: async () => ({ ...(await run.finish()), notices: [{ ...notice, code: 'at-the-end' }] }),
    };
    await train(progressOf(telling), {
      ...quiet,
      onNotices: (notices) => told.push(...notices.map(({ code }) => code)),
    });
    expect(told).toEqual([...Array(SETTINGS.steps).fill('weight-emptied'), 'at-the-end']);
    run.dispose();
  });
});
