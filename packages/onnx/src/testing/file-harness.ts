import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConformanceHarness } from '@synaprune/conformance';
import { readAll, writeAll } from '@synaprune/files';
import type { HostMask } from '@synaprune/host';
import { streamBackend } from '../node/stream-backend.js';
import type { StreamedWeight } from '../node/streamed-weight.js';
import { formatOf } from '../weights/element-format.js';

/** A weight in a file, float32 from `offset` on. */
interface FileWeight extends StreamedWeight {
  shape: readonly number[];
  readonly offset: number;
}

/** The harness of the backend that chooses among weights in files, with one real file for all of them. */
export async function createFileHarness(): Promise<{
  readonly harness: ConformanceHarness<FileWeight, HostMask>;
  close(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-kit-'));
  const handle: FileHandle = await open(join(folder, 'weights.bin'), 'w+');
  let end = 0;
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const read = async (offset: number, elements: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(4 * elements);
    await readAll(handle, bytes, offset, 'weights.bin');
    return bytes;
  };
  return {
    harness: {
      name: 'weights in a file',
      createBackend: () =>
        streamBackend() as ReturnType<ConformanceHarness<FileWeight, HostMask>['createBackend']>,
      async createWeight(values, shape) {
        const offset = end;
        end += values.byteLength;
        await writeAll(handle, bytesOf(values), offset);
        return {
          shape: [...shape],
          offset,
          elements: values.length,
          format: formatOf('float32', undefined)!,
          isFloat32: true,
          zeros: { before: 0, after: 0 },
          read: (first, count) => read(offset + 4 * first, count),
          write: (chunk, first) => writeAll(handle, chunk, offset + 4 * first),
        };
      },
      readWeight: async ({ offset, elements }) =>
        new Float32Array((await read(offset, elements)).buffer as ArrayBuffer),
      writeWeight: ({ offset }, values) => writeAll(handle, bytesOf(values), offset),
      disposeWeight: () => {
        // The file goes as a whole.
      },
      spoilWeight(weight) {
        weight.shape = [...weight.shape, 2];
      },
    },
    async close() {
      await handle.close();
      await rm(folder, { recursive: true });
    },
  };
}
