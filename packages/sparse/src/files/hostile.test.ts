import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PruneError } from '@synaprune/core';
import { expect, it } from 'vitest';
import { checksum } from './decode/checksum.js';
import { readDirectory } from './decode/directory.js';
import { PREFIX_BYTES } from './decode/format.js';
import type { Models } from './decode/model.js';
import { packedTfjs } from './decode/tfjs-handler.js';
import { pack } from './encode/pack.js';
import { bytesOf, message, varint } from './testing/messages.js';
import { pruned, randoms } from './testing/pruned.js';
import { unpack } from './unpack.js';

const MUTATIONS = 2000;

const kernel = pruned(900, 0.8);
const models = [
  {
    kernel: { shape: [30, 30], data: kernel },
    int8: { shape: [200], data: Int8Array.from({ length: 200 }, (_, i) => (i % 9 === 0 ? i : 0)) },
    double: { shape: [2, 50], data: Float64Array.from(kernel.slice(0, 100)) },
    dense: { shape: [300], data: pruned(300, 0) },
  },
  message(
    [7, message([5, message([1, 900], [2, 1], [8, 'w'], [9, bytesOf(kernel)])])],
    [8, message([2, 17])],
  ),
  {
    modelTopology: { class_name: 'Sequential', config: { layers: [] } },
    weightSpecs: [{ name: 'w', shape: [900], dtype: 'float32' as const }],
    weightData: [kernel.buffer.slice(0, 1001), kernel.buffer.slice(1001)],
  },
];
const files = await Promise.all(models.map(async (model) => ({ model, bytes: (await pack(model)).bytes })));

it('no change of a file ends in another model, or in anything but an error of its own', async () => {
  const next = randoms(3);
  const ends = new Map<string, number>();
  for (let i = 0; i < MUTATIONS; i += 1) {
    const { model, bytes } = files[i % files.length]!;
    const end = await endOf(mutate(bytes, next));
    // What changed nothing is the same model.
    if (typeof end === 'object') expect(end).toEqual(model);
    count(ends, end);
  }
  expect(ends.get('corrupt-file')).toBeGreaterThan(MUTATIONS * 0.9);
});

it('nor does one whose checksums were made to fit', async () => {
  const next = randoms(4);
  const ends = new Map<string, number>();
  for (let i = 0; i < MUTATIONS; i += 1) {
    const { bytes } = files[i % files.length]!;
    const { directory, groups } = open(bytes);
    const inDirectory = i % 3 > 0;
    const changed = { directory: inDirectory ? mutate(directory, next) : directory, groups };
    if (!inDirectory) changed.groups = change(groups, 1 + Math.floor(next() * 3), next);
    count(ends, await endOf(close(changed, bytes)));
  }
  // Most are still told; where only values changed, nobody can know.
  expect(ends.get('corrupt-file')).toBeGreaterThan(MUTATIONS / 4);
  expect(ends.get('model')).toBeGreaterThan(MUTATIONS / 50);
});

it('a file that claims what it does not hold takes no memory for it', async () => {
  const claims = (size: number) => [
    2,
    123,
    125,
    1,
    ...varint(size),
    1,
    0,
    1,
    ...varint(size),
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
  ];
  for (const size of [2 ** 23, 2 ** 31, 2 ** 40, 2 ** 48]) {
    const file = close(
      { directory: Uint8Array.from(claims(size)), groups: new Uint8Array(0) },
      files[0]!.bytes,
    );
    expect(await endOf(file, undefined)).toBe('corrupt-file');
  }
});

it('no limit is none but infinity', async () => {
  for (const limit of [0, -1, Number.NaN]) expect(await endOf(files[0]!.bytes, limit)).toBe('too-large');
  expect(await endOf(files[0]!.bytes, Number.POSITIVE_INFINITY)).toEqual(files[0]!.model);
});

it.each<[string, () => unknown]>([
  [
    'texts',
    async function* () {
      yield 'SYNP';
    },
  ],
  [
    'buffers',
    async function* () {
      yield files[0]!.bytes.buffer;
    },
  ],
  [
    'wider numbers',
    () =>
      new Response(files[0]!.bytes).body!.pipeThrough(
        new TransformStream({
          transform: (_, controller) => controller.enqueue(new Float32Array(40)),
        }),
      ),
  ],
  [
    'nothing',
    async function* () {
      yield null;
    },
  ],
])('chunks that are %s are refused as such', async (_, source) => {
  await expect(unpack(source() as AsyncIterable<Uint8Array>)).rejects.toThrow(
    /^unpack needs bytes, a stream or an address, got /,
  );
});

it.each(['m.synp', '/models/m.synp', new URL('file:///models/m.synp')])(
  'a path in Node is told how files are read, by packedTfjs too: %s',
  async (path) => {
    for (const read of [() => unpack(path), () => packedTfjs(path).load()]) {
      await expect(read()).rejects.toMatchObject({
        name: 'PruneError',
        code: 'file-failed',
        message: expect.stringMatching(/m\.synp, got .*; in Node pass the bytes of the file, by readFile$/),
      });
    }
  },
);

it('what pack did not write is told by how it begins', async () => {
  await expect(unpack(new TextEncoder().encode('{"format":"layers-model"}'))).rejects.toMatchObject({
    code: 'corrupt-file',
    message: 'unpack needs a packed file, as pack writes it, which begins with SYNP, got "{\\"fo"',
  });
});

it('an address that cannot be reached is named', async () => {
  const error = await unpack('data:nothing').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(PruneError);
  expect(error).toMatchObject({
    code: 'file-failed',
    message: expect.stringContaining('the file at data:nothing, got '),
  });
});

it('elements that lie across two tensors are not taken for those of one', async () => {
  const tensors = ['a', 'b'].map((name) => [name, 'Float32Array', [1]]);
  const head = [...new TextEncoder().encode(JSON.stringify({ kind: 'state', tensors }))];
  const piece = (elements: number) => [0, elements, 6, 0, 0, 0, 0, 0, 0, 0, 1];
  const fileOf = (...pieces: readonly number[][]) => {
    const directory = [head.length, ...head, 2, 4, 4, 1, 0, pieces.length, ...pieces.flat()];
    const front = close(
      { directory: Uint8Array.from(directory), groups: new Uint8Array(0) },
      files[0]!.bytes,
    );
    // A group of nothing, and its checksum.
    return Uint8Array.from([...front, 0, 0, 0, 0]);
  };
  const zero = { shape: [1], data: new Float32Array(1) };
  expect(await endOf(fileOf(piece(1), piece(1)))).toEqual({ a: zero, b: zero });
  expect(await endOf(fileOf(piece(2)))).toBe('corrupt-file');
});

async function endOf(
  bytes: Uint8Array,
  limit: number | undefined = 2 ** 20,
): Promise<string | Models[keyof Models]> {
  try {
    return await unpack(bytes, { limit });
  } catch (error) {
    if (error instanceof PruneError) return error.code;
    throw new Error(`it ended in ${String(error)}`, { cause: error });
  }
}

function count(ends: Map<string, number>, end: string | object): void {
  const key = typeof end === 'string' ? end : 'model';
  ends.set(key, (ends.get(key) ?? 0) + 1);
}

function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = Math.floor(next() * bytes.length);
  const length = Math.floor(next() * 9);
  switch (Math.floor(next() * 4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + length)]);
    case 2:
      return Uint8Array.from([...bytes.slice(0, at + length), ...bytes.slice(at)]);
    default:
      return change(bytes, 1 + length, next);
  }
}

function change(bytes: Uint8Array, times: number, next: () => number): Uint8Array {
  const changed = bytes.slice();
  const odd = [0, 1, 127, 128, 255];
  for (let i = 0; i < times; i += 1) {
    const value = next() < 0.5 ? odd[Math.floor(next() * odd.length)]! : Math.floor(next() * 256);
    changed[Math.floor(next() * bytes.length)] = value;
  }
  return changed;
}

interface Parts {
  readonly directory: Uint8Array;
  /** With their checksums. */
  groups: Uint8Array;
}

function open(bytes: Uint8Array): Parts {
  const view = new DataView(bytes.buffer);
  const end = PREFIX_BYTES + view.getUint32(8, true);
  const directory = bytes.slice(PREFIX_BYTES, end);
  return {
    // One that is short is plain.
    directory:
      view.getUint32(12, true) === directory.length ? directory : new Uint8Array(inflateRawSync(directory)),
    groups: bytes.slice(end),
  };
}

/** A file of such parts, with every checksum right. */
function close({ directory, groups }: Parts, original: Uint8Array): Uint8Array {
  const deflated = deflateRawSync(directory);
  const prefix = original.slice(0, PREFIX_BYTES);
  const view = new DataView(prefix.buffer);
  view.setUint32(8, deflated.length, true);
  view.setUint32(12, directory.length, true);
  view.setUint32(16, checksum(deflated, checksum(prefix.subarray(0, 16))), true);
  const signed = groups.slice();
  let at = 0;
  // The groups may be none at all, where only the directory is of interest.
  for (const { packed, plain } of groups.length > 0 ? readDirectory(open(original).directory).groups : []) {
    const end = at + packed + plain;
    new DataView(signed.buffer).setUint32(end, checksum(signed.subarray(at, end)), true);
    at = end + 4;
  }
  return Uint8Array.from([...prefix, ...deflated, ...signed]);
}
