import { createPruner } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { describe, expect, it } from 'vitest';
import { USAGE } from '../device/flags.js';
import { bindWhole } from './bind-whole.js';
import { extentOf, shapeOf, type WebgpuWeight } from './weight.js';

/** What is looked at of a buffer, without a device. */
const bufferOf = (size: number) => ({ size, usage: USAGE.storage, mapState: 'unmapped' }) as GPUBuffer;

/** A pruner that takes places and shapes from here, and everything else from the host. */
function prune(...weights: WebgpuWeight[]) {
  const { shape: _, createMask, ...host } = hostBackend();
  return createPruner<WebgpuWeight, ReturnType<typeof createMask>>({
    backend: {
      ...(host as object as ReturnType<typeof hostBackend>),
      shape: shapeOf,
      extent: extentOf,
      createMask: () => createMask(new Float32Array(1)),
    } as never,
    weights: weights.map((weight, i) => ({ name: 'ab'[i]!, weight })),
    schedule: () => 0,
  });
}

describe('where a weight lies', () => {
  it('is its buffer, from its byteOffset on, four bytes an element', () => {
    const buffer = bufferOf(64);
    expect(extentOf({ buffer, shape: [2, 3] })).toEqual({ memory: buffer, byteOffset: 0, byteLength: 24 });
    expect(extentOf({ buffer, byteOffset: 8, shape: [] })).toEqual({
      memory: buffer,
      byteOffset: 8,
      byteLength: 4,
    });
  });

  it('is refused where it overlaps another in one buffer, naming both', () => {
    const buffer = bufferOf(64);
    expect(() => prune({ buffer, shape: [4] }, { buffer, byteOffset: 12, shape: [4] })).toThrow(
      expect.objectContaining({
        code: 'duplicate-weight',
        message: expect.stringContaining('"a" and "b" overlap'),
      }),
    );
    expect(() => prune({ buffer, shape: [4] }, { buffer, byteOffset: 16, shape: [4] })).not.toThrow();
    expect(() => prune({ buffer, shape: [4] }, { buffer: bufferOf(64), shape: [4] })).not.toThrow();
  });
});

it('a weight is bound from an aligned place before it on, as a whole or not at all', () => {
  const limits = { maxStorageBufferBindingSize: 64, minStorageBufferOffsetAlignment: 256 };
  const buffer = bufferOf(400);
  expect(bindWhole({ buffer, byteOffset: 260, shape: [15] }, limits)).toEqual({
    binding: { buffer, offset: 256, size: 64 },
    lead: 1,
  });
  expect(() => bindWhole({ buffer, byteOffset: 260, shape: [16] }, limits)).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: expect.stringMatching(/needs 68 bytes .* gives 64/),
    }),
  );
});
