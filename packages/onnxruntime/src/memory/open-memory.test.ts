import type { InferenceSession } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { createTrainer, type OnnxRuntime } from '../index.js';
import { perceptron, perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

const { ort } = await useNode();

/**
 * A runtime that runs on the CPU whatever it is asked for, counts its open sessions, and has a WebGPU device that is
 * whatever `device` says.
 */
function pretend(device: () => Promise<unknown>, fromGpuBuffer: () => never = () => expect.fail()) {
  let open = 0;
  const runtime = {
    InferenceSession: {
      async create(model: Uint8Array, { logSeverityLevel = 3 }: InferenceSession.SessionOptions = {}) {
        const session = await ort.InferenceSession.create(model, { logSeverityLevel });
        open += 1;
        return {
          inputNames: session.inputNames,
          outputNames: session.outputNames,
          run: session.run.bind(session),
          release: async () => {
            open -= 1;
            await session.release();
          },
        };
      },
    },
    Tensor: Object.assign(
      function Tensor(...args: ConstructorParameters<typeof ort.Tensor>) {
        return new ort.Tensor(...args);
      },
      { fromGpuBuffer },
    ),
    env: {
      versions: {},
      webgpu: {
        get device() {
          return device();
        },
      },
    },
  } as unknown as OnnxRuntime;
  return { runtime, open: () => open };
}

const start = (runtime: OnnxRuntime) =>
  createTrainer({
    ort: runtime,
    executionProviders: ['webgpu'],
    model: perceptron(),
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 0.01,
  });

describe('a runtime on WebGPU', () => {
  for (const [what, device] of [
    ['none', undefined],
    ['no device of WebGPU', { device: 5 }],
  ] as const) {
    it(`that shows ${what} keeps its state in main memory, and trains`, async () => {
      const { runtime, open } = pretend(async () => device);
      const trainer = await start(runtime);
      expect(trainer.memory).toBe('host');
      const batch = perceptronBatch(4, 1);
      const { loss } = await trainer.step(batch);
      expect((await trainer.step(batch)).loss).toBeLessThan(loss);
      expect(open()).toBe(1);
      await trainer.dispose();
      expect(open()).toBe(0);
    });
  }

  it('leaves no session open when asking for its device fails', async () => {
    const { runtime, open } = pretend(async () => {
      throw new Error('no adapter');
    });
    await expect(start(runtime)).rejects.toThrow('no adapter');
    expect(open()).toBe(0);
  });

  it('leaves no session or buffer open when its memory does not suffice', async () => {
    let buffers = 0;
    const buffer = () => {
      buffers += 1;
      return { destroy: () => (buffers -= 1) };
    };
    let left = 3;
    const tensor = (
      gpuBuffer: { destroy(): void },
      { dims, dispose }: { dims: number[]; dispose(): void },
    ) => {
      left -= 1;
      if (left < 0) {
        gpuBuffer.destroy();
        throw new Error('out of memory');
      }
      return { gpuBuffer, dims, dispose };
    };
    const device = {
      createComputePipeline: () => ({}),
      createBuffer: buffer,
      features: new Set(),
      limits: {
        maxStorageBufferBindingSize: 2 ** 27,
        maxBufferSize: 2 ** 28,
        maxStorageBuffersPerShaderStage: 8,
      },
      queue: { writeBuffer: () => {} },
      lost: new Promise(() => {}),
      addEventListener: () => {},
    };
    const { runtime, open } = pretend(async () => device, tensor as unknown as () => never);
    await expect(start(runtime)).rejects.toThrow('out of memory');
    expect(left).toBe(-1);
    expect(open()).toBe(0);
    expect(buffers).toBe(0);
  });
});
