import { createPruner } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { hostBackend } from '../host-backend.js';
import { createThreadedBackend } from './threaded-backend.js';

const values = Float32Array.from({ length: 600_000 }, (_, i) => Math.round(900 * Math.sin(i * i)) / 900);

describe('createThreadedBackend in a page', () => {
  it('prunes on workers what one thread prunes, bit for bit', async () => {
    expect(crossOriginIsolated).toBe(true);
    const memory = new WebAssembly.Memory({ initial: 48, maximum: 1024, shared: true });
    const held = new Float32Array(memory.buffer, 64, values.length);
    held.set(values);
    const alone = values.slice();
    const backend = await createThreadedBackend({ memory, threads: 2 });
    const schedule = (sparsity: number) => sparsity;
    const weight = { memory, byteOffset: 64, shape: [values.length] };
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight }], schedule });
    const other = createPruner({
      backend: hostBackend(),
      weights: [{ name: 'w', weight: alone }],
      schedule,
    });
    for (const sparsity of [0.3, 0.8]) {
      await pruner.update(sparsity);
      await other.update(sparsity);
      expect(held.findIndex((value, i) => !Object.is(value, alone[i]))).toBe(-1);
    }
    expect(await pruner.save()).toEqual(await other.save());
    pruner.dispose();
    await backend.dispose();
  });

  it('leaves the page free while threads work', async () => {
    const memory = new WebAssembly.Memory({ initial: 48, maximum: 1024, shared: true });
    new Float32Array(memory.buffer, 0, values.length).set(values);
    const backend = await createThreadedBackend({ memory, threads: 1 });
    const weight = { memory, byteOffset: 0, shape: [values.length] };
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.5 });
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns += 1;
      port2.postMessage(0);
    };
    port2.postMessage(0);
    await pruner.update(0);
    expect(turns).toBeGreaterThan(0);
    port1.close();
    await backend.dispose();
  });

  it('says so when the script of a worker cannot be loaded', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 64, shared: true });
    const startThread = () => new Worker(new URL('/nothing-there.js', location.href), { type: 'module' });
    await expect(createThreadedBackend({ memory, threads: 1, startThread })).rejects.toMatchObject({
      code: 'thread-lost',
      message: expect.stringContaining('its script could not be loaded'),
    });
  });
});
