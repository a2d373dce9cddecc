import { PruneError } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { PackedSource } from './decode/source.js';
import { unpack as unpackAlone } from './decode/unpack.js';
import { pack } from './encode/pack.js';
import { pruned } from './testing/pruned.js';
import { unpack } from './unpack.js';

const state = {
  kernel: { shape: [60, 10], data: pruned(600, 0.8) },
  bias: { shape: [10], data: Float32Array.from({ length: 10 }, (_, i) => i / 8) },
  steps: { shape: [1], data: BigInt64Array.of(12n) },
};
const { bytes } = await pack(state);

/** What reading ends in: the code of the error, or the result. */
const end = (source: PackedSource) =>
  unpack(source).catch((error: unknown) => {
    if (error instanceof PruneError) return error.code;
    throw error;
  });

async function* chunks(of: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < of.length; at += size) {
    yield of.slice(at, at + size);
    yield new Uint8Array(0);
  }
}

describe('a packed file', () => {
  it.each([1, 7, 100, 10_000])('is read from chunks of %i bytes', async (size) => {
    expect(await unpack(chunks(bytes, size))).toEqual(state);
  });

  it('is read from whatever gives bytes', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    const sources = [bytes.buffer, new Response(bytes), new Blob([bytes]).stream(), shared];
    for (const source of sources) expect(await unpack(source)).toEqual(state);
  });

  it('is fetched from an address', async () => {
    const address = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    expect(await unpack(address)).toEqual(state);
    expect(await unpack(new URL(address))).toEqual(state);
    await expect(unpack(new Response('none', { status: 404 }))).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringContaining('got status 404'),
    });
  });

  it('cut anywhere is an error', async () => {
    for (let length = 0; length < bytes.length; length += 3) {
      expect(await end(bytes.subarray(0, length))).toBe('corrupt-file');
    }
    expect(await end(chunks(bytes.subarray(0, -1), 50))).toBe('corrupt-file');
  });

  it('with a bit of any byte flipped is an error', async () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << (at % 8);
      expect(['corrupt-file', 'file-version']).toContain(await end(flipped));
    }
  });

  it('with bytes behind it is an error', async () => {
    expect(await end(Uint8Array.from([...bytes, 0]))).toBe('corrupt-file');
    expect(await end(chunks(Uint8Array.from([...bytes, 0]), bytes.length))).toBe('corrupt-file');
  });

  it('of another version is told from one that was changed', async () => {
    const other = bytes.slice();
    other[4] = 2;
    await expect(unpack(other)).rejects.toMatchObject({
      code: 'file-version',
      message: 'unpack needs version 1, got 2',
    });
  });

  it('is held to a limit before memory is taken', async () => {
    await expect(unpack(bytes, { limit: 2400 })).rejects.toMatchObject({
      code: 'too-large',
      message: 'unpack needs a limit of 2448 bytes, got 2400',
    });
    expect(await unpack(bytes, { limit: 2448 })).toEqual(state);
  });

  it('tells how far it has come', async () => {
    const seen: number[] = [];
    await unpack(chunks(bytes, 100), {
      onProgress: ({ loaded, total }) => {
        expect(total).toBe(bytes.length);
        seen.push(loaded);
      },
    });
    expect(seen.at(-1)).toBe(bytes.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(2);
  });

  it('lets go of its source when it is refused', async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await end(source)).toBe('corrupt-file');
    expect(cancelled).toBe(true);
  });

  it('whose source fails, fails as it does', async () => {
    const source = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error('line is down')) });
    await expect(unpack(source)).rejects.toThrow('line is down');
  });

  it('is refused by the reader alone with errors of the same form', async () => {
    const error: unknown = await unpackAlone(bytes.subarray(1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'PruneError', code: 'corrupt-file' });
  });

  it.each([
    ['no source', 3, {}, 'unpack needs bytes, a stream or an address, got 3'],
    ['a symbol', Symbol('x'), {}, 'unpack needs bytes, a stream or an address, got Symbol(x)'],
    ['an unknown option', bytes, { limits: 3 }, 'unpack has no option limits'],
    ['no options', bytes, null as never, 'unpack needs options to be an object, got null'],
  ])('is not read from %s', async (_, source, options, message) => {
    await expect(unpack(source as never, options as object)).rejects.toThrow(message);
  });
});
