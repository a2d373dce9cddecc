import { float } from '@synaprune/onnx/graph';
import { any, int32, int64, modelOf } from './microsoft-node.js';
import { randomTensor, type TestModel, type TestNode, type TestTensor } from './models.js';

/** Heads of queries, and how many of keys and values they share. */
export const grouped = { num_heads: 4, kv_num_heads: 2 };
/** Queries, keys and values. */
export const text = (batch: number, length: number) => [
  any(batch, length, 32),
  any(batch, length, 16),
  any(batch, length, 16),
];
/** Keys and values that came before. */
export const past = (batch: number, length: number, size = 8) => {
  const shape = [batch, 2, length, size];
  return [randomTensor(shape, 11, 2), randomTensor(shape, 12, 2)];
};
/** Tables of cosines and sines. */
export const waves = [any(9, 8), randomTensor([9, 8], 9)];
const nothing = (count: number) => new Array<undefined>(count).fill(undefined);

/** GroupQueryAttention in every form that has a gradient. */
export const groupQueryCases: Readonly<Record<string, TestModel>> = {
  GroupQueryAttention: modelOf(
    'GroupQueryAttention',
    [any(2, 3, 32), any(2, 3, 16), any(2, 3, 16), undefined, undefined, int32([2], 2, 2), int32([1], 3)],
    { ...grouped, scale: float(0.3), softcap: float(3) },
    ['y', 'key', 'value'],
  ),
  'GroupQueryAttention of one packed input, turned': modelOf(
    'GroupQueryAttention',
    [
      any(1, 3, 128),
      undefined,
      undefined,
      undefined,
      undefined,
      int32([1], 2),
      int32([1], 3),
      any(4, 8),
      randomTensor([4, 8], 9),
    ],
    { ...grouped, do_rotary: 1 },
    ['y', 'key', 'value'],
  ),
  ...Object.fromEntries(
    Object.entries<readonly [inputs: readonly (TestTensor | undefined)[], attributes?: TestNode[3]]>({
      'behind a past': [[...text(1, 3), ...past(1, 2), int32([1], 4), int32([1], 5)]],
      'of one word behind texts of several lengths': [
        [...text(2, 1), ...past(2, 4), int32([2], 4, 1), int32([1], 5)],
        { softcap: float(4) },
      ],
      'behind a past in a buffer with room': [[...text(1, 2), ...past(1, 6), int32([1], 4), int32([1], 5)]],
      'behind a past, turned': [
        [any(1, 2, 128), undefined, undefined, ...past(1, 3, 16), int32([1], 4), int32([1], 5), ...waves],
        { do_rotary: 1 },
      ],
      'behind a past, turned by positions that are told': [
        [
          ...[any(1, 2, 128), undefined, undefined, ...past(1, 3, 16), int32([1], 4), int32([1], 5)],
          ...[...waves, int64([1, 2], 6, 2)],
        ],
        { do_rotary: 1 },
      ],
      'in a window behind a past': [
        [...text(1, 4), ...past(1, 3), int32([1], 6), int32([1], 7)],
        { local_window_size: 2 },
      ],
      'in a window': [
        [...text(2, 4), undefined, undefined, int32([2], 3, 3), int32([1], 4)],
        { local_window_size: 3 },
      ],
      'with a sink a head, in a window behind a past': [
        [...text(1, 4), ...past(1, 3), int32([1], 6), int32([1], 7), ...nothing(4), any(grouped.num_heads)],
        { local_window_size: 2, softcap: float(3) },
      ],
      'with a sink that is high, and one that is low': [
        [
          ...[...text(2, 3), undefined, undefined, int32([2], 2, 2), int32([1], 3), ...nothing(4)],
          { shape: [4], data: [40, -40, 3, 0] },
        ],
      ],
      'with a softmax that may be of nothing': [
        [...text(2, 3), undefined, undefined, int32([2], 2, 2), int32([1], 3)],
        { smooth_softmax: 1 },
      ],
      // All outputs: without them the runtime reads what nobody wrote.
    }).map(([what, [inputs, attributes = {}]]) => [
      `GroupQueryAttention ${what}`,
      modelOf('GroupQueryAttention', inputs, { ...grouped, ...attributes }, ['y', 'key', 'value']),
    ]),
  ),
};
