import { describe, expect, inject, it } from 'vitest';
import { patternCases } from '../testing/pattern-cases.js';
import { scoreCases } from '../testing/score-cases.js';
import { startTrainer, trainerCases } from '../testing/trainer-cases.js';
import { useWebgpuInPage } from '../testing/use-in-chromium.js';
import { watchDevice } from '../testing/watch-device.js';

const gpu = await useWebgpuInPage();
const watch = watchDevice(gpu.device);

describe('a trainer in Chromium, WebGPU', () => {
  it('keeps its state in GPU buffers', async () => {
    const trainer = await startTrainer(gpu);
    expect(trainer.memory).toBe('gpu');
    await trainer.dispose();
  });
  // All of them run on WebGPU in Node.
  trainerCases(gpu, { steps: 14, longRun: 0, few: !inject('whole') });
  if (inject('whole')) {
    patternCases(gpu);
    scoreCases(gpu, { few: true });
  }
  it('has had no error from the device', () => {
    expect(watch.errors).toEqual([]);
  });
});
