import { describe, expect, it } from 'vitest';
import { onnxSource } from './encode/onnx-source.js';
import { pack } from './encode/pack.js';
import { bytesOf, join, message, varint } from './testing/messages.js';
import { pruned } from './testing/pruned.js';
import { unpack } from './unpack.js';

const FLOAT = 1;
const values = bytesOf(pruned(1000, 0.9));
const tensor = (name: string, type: number, data: Uint8Array) =>
  message([1, 10], [1, data.length / 40], [2, type], [8, name], [9, data]);
const model = (...graph: readonly (readonly [number, Uint8Array])[]) =>
  message([1, 8], [7, message([2, 'g'], ...graph)], [8, message([2, 17])]);

/** That a file comes back, and which tensors were found in it. */
async function found(bytes: Uint8Array): Promise<string[]> {
  const { bytes: packed } = await pack(bytes);
  expect(await unpack(packed, { kind: 'onnx' })).toEqual(bytes);
  return onnxSource('pack', bytes).spans.map(({ name }) => name);
}

describe('an ONNX file', () => {
  it('comes back byte for byte, and is smaller', async () => {
    const bytes = model([5, tensor('w', FLOAT, values)], [1, message([1, 'x'], [2, 'y'], [4, 'Relu'])]);
    const { bytes: packed, report } = await pack(bytes);
    expect(await unpack(packed, { kind: 'onnx' })).toEqual(bytes);
    expect(report).toMatchObject({ kind: 'onnx', bytes: { before: bytes.length, after: packed.length } });
    expect(packed.length).toBeLessThan(700);
  });

  it('has its tensors found wherever they may be', async () => {
    const t = (name: string) => tensor(name, FLOAT, values);
    const inner = message([5, t('in a branch')]);
    const constant = (made: string) =>
      message([2, made], [4, 'Constant'], [5, message([1, 'value'], [5, t('')])]);
    const bytes = join([
      model(
        [5, t('initializer')],
        [15, message([1, t('non-zeros')], [3, 10])],
        [1, constant('made by a node')],
        [1, message([4, 'If'], [5, message([6, inner])])],
        [1, message([4, 'Odd'], [5, message([10, t('in a list')], [11, inner])])],
      ),
      message([25, message([1, 'f'], [7, constant('made in a function')])]),
      message([20, message([1, message([5, t('for training')])])]),
    ]);
    expect(await found(bytes)).toEqual([
      'initializer',
      'non-zeros',
      'made by a node',
      'in a branch',
      'in a list',
      'in a branch',
      'made in a function',
      'for training',
    ]);
  });

  it.each([
    ['float16', 10, 2],
    ['bfloat16', 16, 2],
    ['float64', 11, 8],
    ['int8', 3, 1],
    ['int32', 6, 4],
    ['int64', 7, 8],
    ['complex128', 15, 16],
  ])('keeps tensors of %s', async (_, type, bytes) => {
    expect(await found(model([5, tensor('w', type, values.slice(0, 400 * bytes))]))).toHaveLength(
      type === 15 ? 0 : 1,
    );
  });

  it('keeps what writers do and do not: packed float_data, odd varints, unknown fields, twice the same', async () => {
    const odd = join([
      varint(5 * 8 + 2, 4),
      varint(3, 7),
      message([2, FLOAT]),
      Uint8Array.of(0),
      message([77, 'unknown'], [5, message([1, 250], [2, FLOAT], [4, values.slice(0, 1000)], [8, 'floats'])]),
      message([5, message([2, FLOAT], [9, values], [8, 'first'], [8, 'again'], [9, values.slice(3)])]),
    ]);
    const bytes = message([7, odd], [99, 'more'], [1, 9], [1, 8]);
    expect(await found(bytes)).toEqual(['floats', 'first', 'first']);
  });

  it('keeps tensors whose data is elsewhere, cut or of no whole number of elements', async () => {
    const elsewhere = message(
      [1, 9],
      [2, FLOAT],
      [8, 'w'],
      [13, message([1, 'location'], [2, 'w.bin'])],
      [14, 1],
    );
    const bytes = model([5, elsewhere], [5, tensor('w', FLOAT, values.slice(0, 1001))], [5, values]);
    expect(await found(bytes)).toEqual(['w']);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('<!doctype html>')],
    ['a message without a graph', message([1, 8])],
    ['a file that is cut', model([5, tensor('w', FLOAT, values)]).slice(0, -5)],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(pack(bytes)).rejects.toMatchObject({ name: 'PruneError', code: 'bad-model' });
  });
});
