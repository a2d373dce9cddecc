import { afterAll, describe, expect, it, vi } from 'vitest';
import { startTrainer, trainerCases } from './testing/trainer-cases.js';
import { useDawn } from './testing/use-dawn.js';

// A software device compiles slowly.
vi.setConfig({ testTimeout: 120_000 });

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
  trainerCases(gpu, { steps: 14, longRun: 200 });
  afterAll(() => gpu.close());
});
