import { PruneError } from '@synaprune/core';
import { describe, expect, inject, it } from 'vitest';
import { decodeModel, encodeModel, findWeights, pruneOnnx } from './index.js';
import { block, blockStart, initializer, modelBytes, node, number, varint } from './testing/hostile-bytes.js';
import { createMutator } from './testing/mutate.js';
import { readRealModel } from './testing/real-models.js';
import { shrinkModel } from './testing/shrink-model.js';
import { kernel, matMulModel } from './testing/small-models.js';

const float = number(2, 1);
const name = block(8, 'w');
const raw = (bytes: number) => block(9, new Array<number>(bytes).fill(1));
const weight = (...dims: (number | bigint)[]) => [
  ...dims.flatMap((edge) => number(1, edge)),
  ...float,
  ...name,
];
/** A branch in a branch, so deep, written from its end: each is the last of what is around it, and so of the node. */
const nested = (depth: number): number[] => {
  const backwards: number[] = [];
  const prepend = (bytes: readonly number[]) => backwards.push(...bytes.toReversed());
  for (let i = 0; i < depth; i += 1) {
    prepend(blockStart(6, backwards.length));
    prepend(block(1, 'then_branch'));
    prepend(blockStart(5, backwards.length));
    prepend([...block(1, 'c'), ...block(2, `o${i}`), ...block(4, 'If')]);
    prepend(blockStart(1, backwards.length));
  }
  return backwards.reverse();
};
const sparse = (indices: number[]) =>
  block(15, [...block(1, [...weight(2), ...raw(8)]), ...block(2, indices), ...number(3, 4)]);

const cases: Record<string, Uint8Array> = {
  'an empty file': new Uint8Array(0),
  zeros: new Uint8Array(4096),
  'random bytes': Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) & 0xff),
  'text instead': new TextEncoder().encode('<!doctype html><title>404</title>'),
  'no graph': Uint8Array.from([...number(1, 8), ...block(8, number(2, 17))]),
  'two graphs': Uint8Array.from([...block(7, []), ...block(7, []), ...block(8, number(2, 17))]),
  'no opset': Uint8Array.from([...number(1, 8), ...block(7, [])]),
  'an opset of version 0': Uint8Array.from([...block(7, []), ...block(8, number(2, 0))]),
  'an opset of version −1': Uint8Array.from([...block(7, []), ...block(8, number(2, -1))]),
  'an opset of version 99': Uint8Array.from([...block(7, []), ...block(8, number(2, 99))]),
  'two versions of one opset': Uint8Array.from([
    ...block(7, []),
    ...block(8, number(2, 17)),
    ...block(8, [...block(1, 'ai.onnx'), ...number(2, 18)]),
  ]),
  'two versions of an opset of another domain': Uint8Array.from([
    ...block(7, []),
    ...block(8, number(2, 17)),
    ...[1, 2].flatMap((version) => block(8, [...block(1, 'com.microsoft'), ...number(2, version)])),
  ]),
  'a length behind the end': Uint8Array.from([0x3a, 0x7f, 1]),
  'a length of 2^53': Uint8Array.from([0x3a, ...varint(2n ** 53n)]),
  'a length of 2^64 - 1': Uint8Array.from([0x3a, ...varint(2n ** 64n - 1n)]),
  'a length behind its parent’s end, inside the file': modelBytes([0x2a, 5]),
  'a varint of eleven bytes': Uint8Array.from([8, ...new Array(10).fill(0x80), 0]),
  'a varint cut off': Uint8Array.from([8, 0x80]),
  'field 0': modelBytes([0, 1]),
  'a group': modelBytes([0x2b, 0x2c]),
  'wire type 7': modelBytes([0x2f]),
  'a fixed number cut off': modelBytes([0x2d, 1, 2]),
  'dims of 2^40 by 2^40': modelBytes(initializer(weight(2n ** 40n, 2n ** 40n), raw(4))),
  'dims of 2^33': modelBytes(initializer(weight(2n ** 33n), raw(4))),
  'an edge of 2^62 beside one of 0': modelBytes(initializer(weight(2n ** 62n, 0))),
  'negative dims': modelBytes(initializer(weight(-1, -1), raw(4))),
  'dims of 1000 edges': modelBytes(initializer(weight(...new Array<number>(1000).fill(1)), raw(4))),
  'raw_data too short': modelBytes(initializer(weight(2, 2), raw(15))),
  'raw_data too long': modelBytes(initializer(weight(2, 2), raw(17))),
  'raw_data twice': modelBytes(initializer(weight(1), raw(4), raw(4))),
  'raw and typed data': modelBytes(initializer(weight(1), raw(4), block(4, [0, 0, 0, 0]))),
  'no data': modelBytes(initializer(weight(2, 2))),
  'half a float in float_data': modelBytes(initializer(weight(1), block(4, [1, 2, 3, 4, 5, 6]))),
  'too few varints in int32_data': modelBytes(
    initializer(number(1, 3), number(2, 10), name, block(5, [1, 2])),
  ),
  'a varint that leaves its packed field': modelBytes(
    initializer(number(1, 1), number(2, 10), name, block(5, [0x80])),
  ),
  'a tensor in segments': modelBytes(initializer(weight(1), raw(4), block(3, []))),
  'a name that is not UTF-8': modelBytes(initializer(weight(1), raw(4), block(8, [0xff, 0xfe]))),
  'a name of 100 kB': modelBytes(initializer(weight(1), raw(4), block(8, 'w'.repeat(100_000)))),
  'a node without an operator': modelBytes(node('', ['x'], ['y'])),
  'graphs 200 deep': modelBytes(nested(200)),
  'graphs 2000 deep': modelBytes(nested(2000)),
  'two initializers of one name': modelBytes(initializer(weight(1), raw(4)), initializer(weight(1), raw(4))),
  'two nodes with one output': modelBytes(node('Relu', ['x'], ['y']), node('Abs', ['x'], ['y'])),
  'an output that is an initializer too': modelBytes(
    initializer(weight(1), raw(4)),
    node('Relu', ['x'], ['w']),
  ),
  'a node that feeds itself': modelBytes(node('Identity', ['y'], ['y'])),
  'a cycle of two': modelBytes(node('Identity', ['b'], ['a']), node('Identity', ['a'], ['b'])),
  'a branch that reads what its own If gives': modelBytes(
    node('If', ['c'], ['y'], block(5, [...block(1, 'then_branch'), ...block(6, node('Abs', ['y'], ['z']))])),
  ),
  'an output of a branch that is what its If gives': modelBytes(
    node('If', ['c'], ['y'], block(5, [...block(1, 'then_branch'), ...block(6, block(12, block(1, 'y')))])),
  ),
  'two inputs of one name': modelBytes(block(11, block(1, 'x')), block(11, block(1, 'x'))),
  'an output that is an input too': modelBytes(block(11, block(1, 'y')), node('Relu', ['x'], ['y'])),
  'an attribute with two tensors': modelBytes(
    node('Constant', [], ['y'], block(5, [...block(1, 'value'), ...block(5, []), ...block(5, [])])),
  ),
  'an attribute twice': modelBytes(
    initializer(weight(1, 1), raw(4)),
    node(
      'Gemm',
      ['x', 'w'],
      ['y'],
      ...[0, 1].map((value) => block(5, [...block(1, 'transB'), ...number(3, value)])),
    ),
  ),
  'an attribute twice in a branch': modelBytes(
    node(
      'If',
      ['c'],
      ['y'],
      block(5, [
        ...block(1, 'then_branch'),
        ...block(
          6,
          node(
            'Softmax',
            ['x'],
            ['z'],
            ...[0, 1].map((axis) => block(5, [...block(1, 'axis'), ...number(3, axis)])),
          ),
        ),
      ]),
    ),
  ),
  'a MatMul of three outputs': modelBytes(
    initializer(weight(1, 1), raw(4)),
    node('MatMul', ['x', 'w'], ['y', 'k', 'l']),
  ),
  'sparse values without indices': modelBytes(sparse([])),
  'more sparse indices than values': modelBytes(
    sparse([...number(1, 3), ...number(2, 7), ...block(9, new Array(24).fill(0))]),
  ),
  'more sparse values than elements': modelBytes(
    block(15, [
      ...block(1, [...weight(2), ...raw(8)]),
      ...block(2, [...number(1, 2), ...number(2, 7), ...block(9, new Array(16).fill(0))]),
      ...number(3, 1),
    ]),
  ),
  'a sparse tensor without values': modelBytes(block(15, number(3, 4))),
  'sparse dims of 2^62': modelBytes(
    block(15, [
      ...block(1, [...weight(1), ...raw(4)]),
      ...block(2, [...number(1, 1), ...number(2, 7), ...block(9, new Array(8).fill(0))]),
      ...number(3, 2n ** 62n),
    ]),
  ),
};

describe('a hostile file is bad-model, whoever reads it', () => {
  it.each(Object.entries(cases))('%s', async (_, bytes) => {
    const before = bytes.slice();
    expect(() => findWeights(bytes)).toThrow(
      expect.objectContaining({ name: 'PruneError', code: 'bad-model' }),
    );
    await expect(pruneOnnx(bytes, { sparsity: 0.5 })).rejects.toMatchObject({ code: 'bad-model' });
    expect(bytes).toEqual(before);
  });
});

describe('what is strange but harmless', () => {
  it.each([
    ['an unknown type', initializer(number(1, 4), number(2, 999), name, raw(4)), 'unknown'],
    ['a type of no size', initializer(number(1, 4), number(2, 8), name), 'string'],
    ['an unknown field', initializer(weight(1), raw(4), block(77, 'x')), 'float32'],
  ])('%s is listed and left alone', (_, tensor, dataType) => {
    expect(findWeights(modelBytes(tensor))).toMatchObject([{ name: 'w', dataType, pruned: false }]);
  });

  it.each([
    ['an opset of one version twice', block(8, number(2, 17))],
    ['the same under its other name', block(8, [...block(1, 'ai.onnx'), ...number(2, 17)])],
  ])('%s', (_, opset) => {
    const model = Uint8Array.from([...modelBytes(initializer(weight(1), raw(4))), ...opset]);
    expect(findWeights(model)).toHaveLength(1);
  });

  it.each([
    ['a MatMul whose further outputs have no name', node('MatMul', ['x', 'w'], ['y', '', ''])],
    [
      'a MatMul of another domain that gives two',
      node('MatMul', ['x', 'w'], ['y', 'z'], block(7, 'com.example')),
    ],
  ])('%s', (_, twofold) => {
    expect(findWeights(modelBytes(initializer(weight(1, 1), raw(4)), twofold))).toHaveLength(1);
  });

  it('an initializer that is listed among the inputs, as in older files', () => {
    const input = block(11, block(1, 'w'));
    expect(findWeights(modelBytes(initializer(weight(1), raw(4)), input))).toHaveLength(1);
  });

  it('a branch with a name that the graph around it has too', () => {
    const branch = [...node('Abs', ['x'], ['y']), ...block(12, block(1, 'y'))];
    const whole = node('If', ['c'], ['y'], block(5, [...block(1, 'then_branch'), ...block(6, branch)]));
    expect(findWeights(modelBytes(whole))).toEqual([]);
  });

  it('names that objects inherit are names like others', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const tensors = names.map((each) => initializer(number(1, 1), float, block(8, each), raw(4)));
    const weights = findWeights(modelBytes(...tensors, node('constructor', names, ['y'])));
    expect(weights.map((each) => [each.name, each.role])).toEqual(names.map((each) => [each, 'other']));
  });

  it('a chain of forty thousand forms is followed without recursion', () => {
    const links = Array.from({ length: 40_000 }, (_, i) =>
      node('Identity', [i === 0 ? 'w' : `v${i - 1}`], [`v${i}`]),
    );
    const bytes = modelBytes(
      initializer(weight(8, 8), raw(256)),
      ...links,
      node('MatMul', ['x', 'v39999'], ['y']),
    );
    expect(findWeights(bytes)[0]?.pruned).toBe(true);
  });

  it('a net of names that would take for ever is refused', () => {
    const links = Array.from({ length: 6000 }, (_, i) => [
      ...node('Concat', i === 0 ? ['w', 'w'] : [`v${i - 1}`, `v${i - 1}`], [`v${i}`]),
      ...node('Relu', [`v${i}`], [`r${i}`]),
    ]);
    const bytes = modelBytes(initializer(weight(8, 8), raw(256)), ...links);
    expect(() => findWeights(bytes)).toThrow(expect.objectContaining({ code: 'bad-model' }));
  });

  it('a Concat of a hundred and fifty thousand inputs overflows nothing', () => {
    const inputs = new Array<string>(150_000).fill('w');
    const bytes = modelBytes(
      initializer(weight(8, 8), raw(256)),
      node('Concat', inputs, ['v']),
      node('MatMul', ['x', 'v'], ['y']),
    );
    expect(findWeights(bytes)[0]?.pruned).toBe(true);
  });

  it('a million empty nodes cost no more than a refusal', () => {
    const bytes = modelBytes(new Array<number[]>(1_000_000).fill([0x0a, 0]).flat());
    expect(() => findWeights(bytes)).toThrow(expect.objectContaining({ code: 'bad-model' }));
  });
});

describe('mutations of real models', () => {
  const sources = {
    'silero legacy': shrinkModel(readRealModel('silero legacy')),
    'PP-OCR cls': shrinkModel(readRealModel('PP-OCR cls')),
    'one layer': matMulModel(kernel()),
  };

  it.each(Object.entries(sources))(
    'of %s end in a result or a PruneError',
    async (source, bytes) => {
      const mutate = createMutator(20_261_122);
      const rounds = (source === 'one layer' ? 4000 : 600) / (inject('whole') ? 1 : 5);
      const heap = process.memoryUsage();
      let refused = 0;
      for (let round = 0; round < rounds; round += 1) {
        const mutant = mutate(bytes);
        const before = mutant.slice();
        try {
          if (round % 4 === 0) encodeModel(decodeModel(mutant));
          else if (round % 4 === 1) await pruneOnnx(mutant, { sparsity: 0.5 });
          else findWeights(mutant);
        } catch (error) {
          if (!(error instanceof PruneError)) throw new Error(`round ${round}`, { cause: error });
          refused += 1;
        }
        if (Buffer.compare(mutant, before) !== 0) throw new Error(`round ${round} changed its input`);
      }
      expect(refused).toBeGreaterThan(rounds / 10);
      const { arrayBuffers } = process.memoryUsage();
      expect(arrayBuffers - heap.arrayBuffers).toBeLessThan(512 * 2 ** 20);
    },
    120_000,
  );
});
