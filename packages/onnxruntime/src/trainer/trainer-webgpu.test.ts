import { constantSparsity, movementScore, wandaScore } from '@synaprune/core';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { adapterCases } from '../testing/adapter-cases.js';
import { averageCases } from '../testing/average-cases.js';
import { groupCases } from '../testing/group-cases.js';
import { loopCases } from '../testing/loop-cases.js';
import { perceptronBatch } from '../testing/models.js';
import { patternCases } from '../testing/pattern-cases.js';
import { scoreCases } from '../testing/score-cases.js';
import { straightThroughCases } from '../testing/straight-through-cases.js';
import { startPruner, startTrainer, trainerCases } from '../testing/trainer-cases.js';
import { useDawn } from '../testing/use-dawn.js';
import { watchDevice } from '../testing/watch-device.js';

const gpu = await useDawn();

describe('a trainer on onnxruntime-web, WebGPU in Node', () => {
  if ('missing' in gpu) {
    it.skip(`runs (${gpu.missing})`, () => {});
    return;
  }
  it('keeps its state in GPU buffers', async () => {
    const trainer = await startTrainer(gpu);
    expect(trainer.memory).toBe('gpu');
    expect(trainer.backend.manifest.name).toBe('onnxruntime (webgpu)');
    await trainer.dispose();
  });
  it('gives back what scores remember and rank by, whoever disposes of it', async () => {
    const watch = watchDevice(gpu.device);
    const before = watch.live();
    const trainer = await startTrainer(gpu);
    const pruning = trainer.prune({ score: wandaScore(), schedule: constantSparsity(0.5) });
    trainer.prune({ score: movementScore(), schedule: constantSparsity(0.5), select: 'k1' });
    for (let step = 0; step < 3; step += 1) await trainer.step(perceptronBatch(16, step));
    pruning.dispose();
    await trainer.step(perceptronBatch(16, 4));
    await trainer.dispose();
    expect(watch.live()).toBe(before);
    expect(watch.errors).toEqual([]);
  });
  it('gives every buffer of its own back, and reads nothing but losses at a step', async () => {
    const watch = watchDevice(gpu.device);
    const before = watch.live();
    const trainer = await startTrainer(gpu);
    const pruner = startPruner(trainer);
    await pruner.update(12);
    await trainer.step(perceptronBatch(16, 0));
    const [live, read] = [watch.live(), watch.bytesRead()];
    for (let step = 1; step < 20; step += 1) await trainer.step(perceptronBatch(16, step));
    expect(watch.live()).toBe(live);
    expect(watch.bytesRead() - read).toBeLessThanOrEqual(19 * 16);
    pruner.dispose();
    await trainer.dispose();
    expect(watch.live()).toBe(before);
    expect(watch.errors).toEqual([]);
  });
  trainerCases(gpu, { steps: 14, longRun: inject('whole') ? 200 : 40 });
  patternCases(gpu);
  groupCases(gpu);
  loopCases(gpu, { few: true });
  scoreCases(gpu, { few: true });
  averageCases(gpu);
  straightThroughCases(gpu);
  adapterCases(gpu);
  afterAll(() => gpu.close());
});
