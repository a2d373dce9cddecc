import { constantSparsity, createPruner, PruneError } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { type WebgpuWeight, webgpuBackend } from './index.js';
import { createStorage, readFloats } from './testing/harness.js';
import { useDawn } from './testing/use-dawn.js';
import { watchDevice } from './testing/watch-device.js';

const dawn = await useDawn();

/** The code of the PruneError that a call throws or rejects with. */
async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof PruneError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

/**
 * Makes a device behave as one without memory: what is made is invalid, and the error scope tells.
 *
 * @returns gives the memory back, and settles when whoever asked in the meantime has been told
 */
function takeMemory(device: GPUDevice): () => Promise<void> {
  const { createBuffer, pushErrorScope, popErrorScope } = device;
  const scopes: string[] = [];
  const answers: Promise<unknown>[] = [];
  device.createBuffer = (descriptor) =>
    createBuffer.call(device, { ...descriptor, size: device.limits.maxBufferSize + 4 });
  device.pushErrorScope = (filter) => {
    scopes.push(filter);
    return pushErrorScope.call(device, filter);
  };
  device.popErrorScope = () => {
    const filter = scopes.pop();
    const answer = popErrorScope
      .call(device)
      .then((error) => (filter === 'out-of-memory' ? { message: 'not enough memory left' } : error));
    answers.push(answer);
    return answer;
  };
  return async () => {
    Object.assign(device, { createBuffer, pushErrorScope, popErrorScope });
    await Promise.allSettled(answers);
    // Who asked hears of it in this turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
  };
}

if ('missing' in dawn) {
  it.skip(`failures of a WebGPU device (${dawn.missing})`, () => {});
} else {
  afterAll(() => dawn.close());

  const setUp = async (sparsity = 0.5) => {
    const device = await dawn.device();
    const weights = [Float32Array.of(3, -1, 2, -4), Float32Array.of(5, 6)].map((values, i) => {
      const buffer = createStorage(device, values.byteLength);
      device.queue.writeBuffer(buffer, 0, values);
      return { name: `weight-${i}`, weight: { buffer, shape: [values.length] } };
    });
    const backend = webgpuBackend({ device });
    const pruner = createPruner({ backend, weights, schedule: (to) => to * sparsity });
    return { device, backend, weights, pruner };
  };

  describe('a device that is lost', () => {
    it('is told by every verb, with what to do', async () => {
      const { device, pruner, backend, weights } = await setUp();
      await pruner.update(1);
      const { weight } = weights[0]!;
      const item = { weight, mask: backend.createMask(weight), score: { kind: 'magnitude' } as const };
      const other = backend.createMask(weight);
      const blocks = { shape: [4], edges: [2], pooling: 'mean' } as const;
      device.destroy();
      await device.lost;
      for (const call of [
        () => pruner.update(1),
        () => pruner.enforce(),
        () => pruner.enforceSync(),
        () => pruner.save(),
        () => backend.createMask(weight),
        () => backend.read!(weight),
        () => backend.combine!(item.mask, other, 'or'),
        () => backend.pool!([item], [blocks]),
        () => backend.spread!([item], [blocks], [other]),
        () => backend.rankWithin!([item], [{ keep: 1, of: 2, axis: 0 }], [other]),
      ]) {
        expect(await codeOf(call)).toBe('device-lost');
      }
      await expect(pruner.enforce()).rejects.toThrow(/Request a new device/);
      expect(() => pruner.dispose()).not.toThrow();
    });

    it('in the middle of an update rejects it, and the run goes on from its save on a new device', async () => {
      const { device, pruner } = await setUp();
      await pruner.update(0.5);
      const saved = await pruner.save();
      const update = pruner.update(1);
      device.destroy();
      expect(await codeOf(() => update)).toBe('device-lost');

      const other = await setUp();
      await other.pruner.restore(saved);
      expect(await other.pruner.save()).toEqual(saved);
      expect((await other.pruner.update(1)).sparsity).toBe(0.5);
    });
  });

  describe('a buffer that was destroyed', () => {
    it('fails an update before anything is written', async () => {
      const { device, pruner, weights } = await setUp();
      await pruner.update(0.5);
      const before = await pruner.save();
      weights[1]!.weight.buffer.destroy();
      expect(await codeOf(() => pruner.update(1))).toBe('weight-changed');
      expect(await pruner.save()).toEqual(before);
      expect([...(await readFloats(device, weights[0]!.weight.buffer, 0, [4]))]).toEqual([3, 0, 2, -4]);
    });

    it('fails a drop all the same', async () => {
      const { backend, weights, device } = await setUp();
      const items = weights.map(({ weight }) => ({
        weight,
        mask: backend.createMask(weight),
        score: { kind: 'magnitude' } as const,
      }));
      const cut = { magnitude: 0x40800000, ties: 0 };
      weights[1]!.weight.buffer.destroy();
      expect(await codeOf(() => backend.drop([{ items, cut }]))).toBe('weight-changed');
      expect(await codeOf(() => backend.dropAndEnforce!([{ items, cut }]))).toBe('weight-changed');
      expect(await backend.countKept(items.map(({ mask }) => mask))).toEqual([4, 2]);
      expect([...(await readFloats(device, weights[0]!.weight.buffer, 0, [4]))]).toEqual([3, -1, 2, -4]);
    });

    it('is told by a call after an enforce, which does not wait', async () => {
      const { pruner, weights } = await setUp();
      await pruner.update(1);
      weights[1]!.weight.buffer.destroy();
      expect(() => pruner.enforceSync()).not.toThrow();
      // The device answers when it likes.
      await expect.poll(() => codeOf(() => pruner.enforceSync())).toBe('weight-changed');
    });
  });

  it('a device without memory for the list says so, and nothing has changed', async () => {
    const { device, pruner } = await setUp();
    const before = await pruner.save();
    const giveMemory = takeMemory(device);
    expect(await codeOf(() => pruner.update(1))).toBe('out-of-memory');
    giveMemory();
    expect(await pruner.save()).toEqual(before);
    // And once there is memory again, it goes on.
    expect((await pruner.update(1)).sparsity).toBe(0.5);
    pruner.enforceSync();
    await device.queue.onSubmittedWorkDone();
    expect(await pruner.save()).not.toEqual(before);
  });

  it('an enforce without memory is told later, and the next ones work', async () => {
    const { device, pruner, weights } = await setUp();
    await pruner.update(1);
    device.queue.writeBuffer(weights[0]!.weight.buffer, 0, Float32Array.of(9, 9, 9, 9));
    const giveMemory = takeMemory(device);
    pruner.enforceSync();
    await giveMemory();
    expect(await codeOf(() => pruner.enforceSync())).toBe('out-of-memory');
    pruner.enforceSync();
    const values = await readFloats(device, weights[0]!.weight.buffer, 0, [4]);
    expect([...values]).toEqual([0, 0, 0, 9]);
  });

  it('masks without memory are told of by their own pruner, and no other is put beside them', async () => {
    const { device, backend, weights, pruner: older } = await setUp();
    older.dispose();
    const giveMemory = takeMemory(device);
    const broken = createPruner({ backend, weights, schedule: (to) => to });
    await giveMemory();
    expect(await codeOf(() => broken.update(1))).toBe('out-of-memory');
    const whole = createPruner({ backend, weights, schedule: (to) => to });
    expect((await whole.update(0.5)).sparsity).toBe(0.5);
    broken.dispose();
    whole.dispose();
  });

  describe('a weight that is none', () => {
    const refused = async (weight: unknown) => {
      const device = await dawn.device();
      try {
        webgpuBackend({ device }).shape(weight as WebgpuWeight);
      } catch (error) {
        return error;
      }
      return undefined;
    };

    it('is a TypeError that names what is needed', async () => {
      const device = await dawn.device();
      const buffer = createStorage(device, 16);
      const uniform = device.createBuffer({ size: 16, usage: 0x40 });
      for (const [weight, message] of [
        [new Float32Array(4), /GPUBuffer/],
        [{ buffer }, /shape/],
        [{ buffer, shape: [4], byteOffset: 2 }, /multiple of 4/],
        [{ buffer: uniform, shape: [4] }, /STORAGE, got 0x40/],
        [{ buffer, shape: [4], offset: 4 }, /byteOffset; got offset/],
      ] as const) {
        const error = await refused(weight);
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).toMatch(message);
      }
    });

    it('has changed when its buffer is too small or mapped', async () => {
      const device = await dawn.device();
      const small = await refused({ buffer: createStorage(device, 12), shape: [4] });
      expect(small).toMatchObject({
        code: 'weight-changed',
        message: expect.stringContaining('16 bytes, got 12'),
      });
      const mapped = device.createBuffer({ size: 16, usage: 0x80, mappedAtCreation: true });
      expect(await refused({ buffer: mapped, shape: [4] })).toMatchObject({ code: 'weight-changed' });
    });
  });

  it('an option out of range is refused before anything is made', async () => {
    const device = await dawn.device();
    expect(() => webgpuBackend({ device: null as never })).toThrow(/got the device null; .*requestAdapter/);
    expect(() => webgpuBackend(device as never)).toThrow(/got the device itself/);
    expect(() => webgpuBackend(undefined as never)).toThrow(/\{ device: GPUDevice \}/);
    expect(() => webgpuBackend({ device: Promise.resolve(device) as never })).toThrow(/await requestDevice/);
    expect(() => webgpuBackend({ device, subgroup: false } as never)).toThrow(/most; got subgroup/);
    expect(() => webgpuBackend({ device, most: { weightsPerDispatch: 0 } })).toThrow(RangeError);
    expect(() => webgpuBackend({ device, most: { bindingBytes: 100 } })).toThrow(/33\d+ on, got 100/);
  });

  it('reads back a few hundred bytes in an update, and nothing in an enforce', async () => {
    const device = await dawn.device();
    const { bytesRead } = watchDevice(device);
    const buffer = createStorage(device, 2 ** 22);
    const pruner = createPruner({
      backend: webgpuBackend({ device }),
      weights: [{ name: 'weight', weight: { buffer, shape: [2 ** 20] } }],
      schedule: constantSparsity(0.5),
    });
    await pruner.update(0);
    expect(bytesRead()).toBeGreaterThan(0);
    expect(bytesRead()).toBeLessThan(300);
    const after = bytesRead();
    for (let step = 0; step < 10; step += 1) await pruner.enforce();
    expect(bytesRead()).toBe(after);
  });
}
