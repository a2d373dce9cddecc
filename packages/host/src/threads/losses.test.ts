import { createPruner } from '@synaprune/core';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import type { HostWeight } from '../host-weight.js';
import { lossyWorker } from './testing/lossy-worker.js';
import { firstDifference, placeIn, script, sharedMemory, startSome } from './testing/threads.js';
import { createThreadedBackend, type ThreadedOptions } from './threaded-backend.js';
import type { ThreadWorker } from './worker.js';

const values = Array.from({ length: 600_000 }, (_, i) => Math.round(40 * Math.sin(i * i)) / 40);

/** What 80 % leaves of the values: ties go in their order. */
const pruned = [...values];
const order = [...values.keys()].sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b);
for (const index of order.slice(0, 480_000)) pruned[index] = 0;

/** A backend on two threads, and the values in its memory. */
async function startOn(startThread?: () => ThreadWorker) {
  const { backend, memory } = await startSome(startThread === undefined ? {} : { startThread });
  const [placed] = placeIn(memory, [values]);
  return { backend, weight: placed!.weight, held: placed!.values };
}

const prunerOf = (backend: Awaited<ReturnType<typeof startSome>>['backend'], weight: HostWeight) =>
  createPruner({ backend, weights: [{ name: 'w', weight }], schedule: () => 0.8 });

afterEach(() => vi.unstubAllGlobals());

describe('a backend on threads', () => {
  it.each([
    [{}, TypeError, 'needs memory to be a WebAssembly.Memory, got undefined'],
    [{ memory: new ArrayBuffer(8) }, TypeError, 'needs memory to be a WebAssembly.Memory'],
    [
      { memory: new WebAssembly.Memory({ initial: 2 }) },
      TypeError,
      'got one of 131072 bytes that is not shared',
    ],
    [{ memory: sharedMemory(), threads: 0 }, RangeError, 'threads'],
    [{ memory: sharedMemory(), threads: 1.5 }, RangeError, 'threads'],
    [{ memory: sharedMemory(), threads: 65 }, RangeError, 'needs threads to be at most 64, got 65'],
    [{ memory: sharedMemory(), threads: '2' }, TypeError, 'needs threads to be a number, got "2"'],
    [{ memory: sharedMemory(), thread: 2 }, TypeError, 'thread'],
    [{ memory: sharedMemory(), allocate: () => 1 }, TypeError, 'needs allocate and release together'],
    [{ memory: sharedMemory(), startThread: 'x' }, TypeError, 'needs startThread to be a function, got "x"'],
    [undefined, TypeError, 'createThreadedBackend'],
  ])('refuses %o', async (options, kind, message) => {
    const created = createThreadedBackend(options as unknown as ThreadedOptions);
    await expect(created).rejects.toThrow(kind);
    await expect(created).rejects.toThrow(message);
  });

  it.each([
    [false, 'this page is not cross-origin isolated: it is served without Cross-Origin-Opener-Policy'],
    [undefined, 'there is no SharedArrayBuffer here'],
  ])('says what is missing where memory cannot be shared (isolated: %o)', async (isolated, message) => {
    const memory = sharedMemory();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    vi.stubGlobal('crossOriginIsolated', isolated);
    await expect(createThreadedBackend({ memory })).rejects.toMatchObject({
      code: 'threads-unavailable',
      message: expect.stringContaining(message),
    });
  });

  it('says what is missing where there are no workers', async () => {
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
    await expect(createThreadedBackend({ memory: sharedMemory() })).rejects.toMatchObject({
      code: 'threads-unavailable',
      message: 'threads need workers, and there are none here; hostBackend() prunes without',
    });
  });

  it('says how much it needs of a memory that cannot grow', async () => {
    const created = createThreadedBackend({ memory: sharedMemory(1, 1), threads: 2 });
    await expect(created).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(/need 524352 bytes .* it has 65536 bytes and cannot grow/),
    });
  });

  it.each([
    ['0', () => 0],
    ['-1', () => -1],
    [
      'an error',
      () => {
        throw new Error('no room');
      },
    ],
  ])('takes %s of an allocator for no room', async (_, allocate) => {
    const options = { memory: sharedMemory(), allocate, release: () => {} };
    await expect(createThreadedBackend(options)).rejects.toMatchObject({ code: 'out-of-memory' });
  });

  it('leaves weights whole when there is no room for a mask or for a search, and goes on', async () => {
    const memory = sharedMemory(37, 72);
    const weight = { memory, byteOffset: 0, shape: [values.length] };
    const held = new Float32Array(memory.buffer, 0, values.length);
    held.set(values);
    const { backend } = await startSome({ memory });
    const masks = [];
    for (;;) {
      try {
        masks.push(backend.createMask(weight));
      } catch (error) {
        expect(error).toMatchObject({ code: 'out-of-memory' });
        break;
      }
    }
    const item = { weight, mask: masks[0]!, score: { kind: 'magnitude' } } as const;
    await expect(backend.findCut([item], 480_000)).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(firstDifference(held, values)).toBe(-1);
    expect(await backend.countKept(masks)).toEqual(masks.map(() => values.length));
    for (const mask of masks) backend.disposeMask(mask);
    await backend.countKept([]);
    await prunerOf(backend, weight).update(0);
    expect(firstDifference(held, pruned)).toBe(-1);
    await backend.dispose();
  });

  it('refuses a weight that is in no memory of its own', async () => {
    const { backend } = await startSome();
    const other = { memory: sharedMemory(), byteOffset: 0, shape: [4] };
    for (const weight of [other, new Float32Array(4)]) {
      expect(() => prunerOf(backend, weight)).toThrow('in its own memory');
    }
    await backend.dispose();
  });

  it.each([
    ['is not there', 'export {}; await import("./nothing-there.js")'],
    ['fails', 'throw new Error("no such day")'],
    ['ends at once', 'process.exit(3)'],
  ])('says so when the script of a worker %s, and ends the others', async (_, script) => {
    const { Worker } = await import('node:worker_threads');
    const started: InstanceType<typeof Worker>[] = [];
    const startThread = () => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
      started.push(worker);
      return worker;
    };
    const memory = sharedMemory();
    await expect(startSome({ memory, startThread })).rejects.toMatchObject({
      code: 'thread-lost',
      message: expect.stringMatching(/thread [12] of 2 did not/),
    });
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it('says so when a worker cannot be made', async () => {
    const startThread = () => {
      throw new Error('refused by a policy');
    };
    await expect(startSome({ startThread })).rejects.toMatchObject({
      code: 'thread-lost',
      message: expect.stringContaining('refused by a policy'),
    });
  });

  it.each(
    [1, 2, 3, 4, 5]
      .flatMap((order) =>
        [0, 0.4, 1].flatMap((part) => [false, true].map((torn) => [order, part, torn] as const)),
      )
      // Of 30, each order and each of the six ends once.
      .filter((_, i) => inject('whole') || i % 5 === 0),
  )(
    'is exact or has changed nothing when a worker ends in its order %i, %d of it done, torn: %o',
    async (...at) => {
      const { Worker } = await import('node:worker_threads');
      const workers = [new Worker(script), lossyWorker(...at)];
      const { backend, weight, held } = await startOn(() => workers.shift()!);
      const pruner = prunerOf(backend, weight);
      const failed = await pruner.update(0).then(
        () => false,
        (error) => {
          expect(error).toMatchObject({
            code: 'thread-lost',
            message: expect.stringContaining('thread 2 of 2 did not'),
          });
          return true;
        },
      );
      const expected = failed ? values : pruned;
      expect(firstDifference(held, expected)).toBe(-1);
      // What is there can be told and saved; but nobody goes on with a thread less and does not know.
      expect((await pruner.report()).total.dropped).toBe(failed ? 0 : 480_000);
      await pruner.save();
      await expect(pruner.update(1)).rejects.toMatchObject({ code: 'thread-lost' });
      expect(firstDifference(held, expected)).toBe(-1);
      await backend.dispose();
    },
  );

  it.each(inject('whole') ? [0, 1, 2, 3, 5, 8, 13, 21] : [0, 3, 13])(
    'is exact or whole when a worker is ended after %i turns',
    async (turns) => {
      const { Worker } = await import('node:worker_threads');
      const workers: InstanceType<typeof Worker>[] = [];
      const { backend, weight, held } = await startOn(() => {
        workers.push(new Worker(script));
        return workers.at(-1)!;
      });
      const update = prunerOf(backend, weight)
        .update(0)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await workers[0]!.terminate();
      const error = await update;
      if (error !== undefined) expect(error).toMatchObject({ code: 'thread-lost' });
      expect(firstDifference(held, error === undefined ? pruned : values)).toBe(-1);
      await backend.dispose();
    },
  );

  it('does what is in flight to the end when it is disposed of in the middle, and refuses what comes after', async () => {
    const { Worker } = await import('node:worker_threads');
    const workers: InstanceType<typeof Worker>[] = [];
    const { backend, weight, held } = await startOn(() => {
      workers.push(new Worker(script));
      return workers.at(-1)!;
    });
    const pruner = prunerOf(backend, weight);
    const mask = backend.createMask(weight);
    const item = { weight, mask, score: { kind: 'magnitude' } } as const;
    const cut = await backend.findCut([item], 480_000);
    const dropped = backend.dropAndEnforce!([{ items: [item], cut }]);
    const disposed = backend.dispose();
    expect(() => backend.findCut([item], 1)).toThrow('findCut needs live threads');
    await Promise.all([dropped, disposed]);
    expect(firstDifference(held, pruned)).toBe(-1);
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'disposed' });
    expect(() => backend.createMask(weight)).toThrow(expect.objectContaining({ code: 'disposed' }));
    expect(() => backend.readMask(mask)).toThrow(expect.objectContaining({ code: 'disposed' }));
    // Giving back is never refused.
    backend.disposeMask(mask);
    pruner.dispose();
    await backend.dispose();
    expect(firstDifference(held, pruned)).toBe(-1);
  });

  it('refuses to enforce without waiting, before anything is written', async () => {
    const { backend, weight, held } = await startOn();
    const pruner = prunerOf(backend, weight);
    expect(() => pruner.enforceSync()).toThrow(expect.objectContaining({ code: 'asynchronous' }));
    expect(firstDifference(held, values)).toBe(-1);
    await backend.dispose();
  });
});
