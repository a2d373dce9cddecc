import { magnitudeOf } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../weights/element-format.js';
import { streamBackend } from './stream-backend.js';
import { type StreamedWeight, streamedScores } from './streamed-weight.js';

const backend = streamBackend();
const scores = (...values: number[]) =>
  streamedScores(Float32Array.from(values), { shape: [values.length], elements: values.length });

describe('the backend for weights in files', () => {
  it('reads float32 bit for bit', async () => {
    const values = [1, -2, -0, Number.NEGATIVE_INFINITY, 2 ** -140, Number.NaN];
    const read = await backend.read!(scores(...values));
    expect([...new Int32Array(read.buffer)]).toEqual([...new Int32Array(Float32Array.from(values).buffer)]);
  });

  it('reads quantised weights as what they rank by', async () => {
    const stored = Int8Array.of(3, 1, -5, -128);
    const weight: StreamedWeight = {
      shape: [4],
      elements: 4,
      isFloat32: false,
      zeros: { before: 0, after: 0 },
      format: formatOf('int8', { zeroPoints: [1], scales: [0.5], parameterOf: () => 0 })!,
      read: async (first, count) => new Uint8Array(stored.buffer, first, count),
    };
    expect([...(await backend.read!(weight))]).toEqual([1, 0, 3, 64.5]);
  });

  it('says what it needs when a weight does not fit memory', async () => {
    const large = { ...scores(1), shape: [2 ** 20, 2 ** 20], elements: 2 ** 40 };
    await expect(backend.read!(large)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('a weight of shape [1048576,1048576] needs 4398046511104 bytes'),
    });
  });

  it('changes no mask when reading fails half-way', async () => {
    const good = scores(1, 2, 3, 4);
    const bad: StreamedWeight = {
      ...good,
      read: async () => {
        throw new Error('unplugged');
      },
    };
    const items = [good, bad].map((weight) => ({
      weight,
      mask: backend.createMask(weight),
      score: { kind: 'magnitude' } as const,
    }));
    const cut = { magnitude: magnitudeOf(2), ties: 1 };
    await expect(backend.drop([{ items, cut }])).rejects.toThrow('unplugged');
    expect(await backend.countKept(items.map(({ mask }) => mask))).toEqual([4, 4]);
    await backend.drop([{ items: items.slice(0, 1), cut }]);
    expect(await backend.readMask(items[0]!.mask)).toEqual(Uint8Array.of(0b1100));
  });

  it('changes no mask when writing fails half-way', async () => {
    const [good, bad] = [scores(1, 2, 3, 4), scores(1, 2, 3, 4)];
    const full: StreamedWeight = {
      ...bad,
      write: async () => {
        throw new Error('no space left');
      },
    };
    const items = [good, full].map((weight) => ({
      weight,
      mask: backend.createMask(weight),
      score: { kind: 'magnitude' } as const,
    }));
    backend.writeMask(items[0]!.mask, Uint8Array.of(0b0111));
    const cut = { magnitude: magnitudeOf(2), ties: 1 };
    await expect(backend.dropAndEnforce!([{ items, cut }])).rejects.toThrow('no space left');
    expect(items.map(({ mask }) => (backend.readMask(mask) as Uint8Array)[0])).toEqual([0b0111, 0b1111]);
  });
});
