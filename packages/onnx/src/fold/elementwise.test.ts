import { describe, expect, it } from 'vitest';
import type { Element } from '../elements/element.js';
import type { ElementType } from '../elements/element-type.js';
import { createGraph } from '../graph/graph.js';
import { pairs } from '../testing/element-values.js';
import { type ExactTensor, runNode } from '../testing/reference.js';
import type { Attribute } from '../values/attributes.js';
import { fold, folds } from './fold.js';

const floats: readonly ElementType[] = ['float32', 'float64', 'float16', 'bfloat16'];
const signed: readonly ElementType[] = ['int8', 'int16', 'int32', 'int64'];
const unsigned: readonly ElementType[] = ['uint8', 'uint16', 'uint32', 'uint64'];
const numeric = [...floats, ...signed, ...unsigned];

interface Case {
  readonly op: string;
  readonly operands: 1 | 2;
  readonly types: readonly ElementType[];
  readonly result?: ElementType;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const cases: readonly Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'].map((op): Case => ({ op, operands: 2, types: numeric })),
  { op: 'Mod', operands: 2, types: [...signed, ...unsigned] },
  { op: 'Mod', operands: 2, types: numeric, attributes: { fmod: 1 } },
  { op: 'Pow', operands: 2, types: ['int32', 'int64'] },
  ...['LEFT', 'RIGHT'].map(
    (direction): Case => ({ op: 'BitShift', operands: 2, types: unsigned, attributes: { direction } }),
  ),
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].map(
    (op): Case => ({ op, operands: 2, types: [...signed, ...unsigned] }),
  ),
  { op: 'BitwiseNot', operands: 1, types: [...signed, ...unsigned] },
  { op: 'Neg', operands: 1, types: [...floats, ...signed] },
  ...['Abs', 'Sign'].map((op): Case => ({ op, operands: 1, types: numeric })),
  ...['Floor', 'Ceil', 'Round', 'Sqrt'].map((op): Case => ({ op, operands: 1, types: floats })),
  ...['Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'].map(
    (op): Case => ({ op, operands: 2, types: numeric, result: 'bool' }),
  ),
  { op: 'Equal', operands: 2, types: [...numeric, 'bool'], result: 'bool' },
  { op: 'IsNaN', operands: 1, types: floats, result: 'bool' },
  { op: 'IsInf', operands: 1, types: floats, result: 'bool' },
  { op: 'IsInf', operands: 1, types: floats, result: 'bool', attributes: { detect_positive: 0 } },
  { op: 'Not', operands: 1, types: ['bool'] },
  ...['And', 'Or', 'Xor'].map((op): Case => ({ op, operands: 2, types: ['bool'] })),
];

/** What a fold makes of a list of operands, in one piece. */
function folded({ op, operands, result, attributes = {} }: Case, type: ElementType, list: Operands[]) {
  const graph = createGraph('test/', 23);
  const shape = [list.length];
  const inputs = ([0, 1] as const).slice(0, operands).map((at) =>
    graph.constant(
      { type, shape },
      list.map((pair) => pair[at]),
    ),
  );
  return fold(op, inputs, attributes, [{ type: result ?? type, shape }])?.[0];
}

type Operands = readonly [Element, Element];

const withoutKernel: string[] = [];

describe('what is computed before the runtime is what the runtime computes', () => {
  for (const test of cases) {
    for (const type of test.types) {
      const { op, attributes = {} } = test;
      it(`${op} ${JSON.stringify(attributes)} of ${type}`, async () => {
        const all = pairs(type, 400);
        const known = all.filter((pair) => folded(test, type, [pair]) !== undefined);
        expect(known.length).toBeGreaterThan(50);
        const tensor = (at: 0 | 1): ExactTensor => ({
          type,
          shape: [known.length],
          elements: known.map((pair) => pair[at]),
        });
        const inputs = test.operands === 1 ? [tensor(0)] : [tensor(0), tensor(1)];
        const results = await runNode(op, inputs, attributes, [test.result ?? type]);
        if (results === undefined) {
          withoutKernel.push(`${op} ${type}`);
          return;
        }
        const ours = folded(test, type, known)!;
        const differing = known.flatMap((pair, at) =>
          Object.is(ours[at], results[0]!.elements[at])
            ? []
            : [[...pair, ours[at], results[0]!.elements[at]]],
        );
        expect(differing).toEqual([]);
      });
    }
  }

  it('had no kernel of the runtime to compare with for these alone', () => {
    const bfloat =
      'Abs Add Ceil Div Equal Floor Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Neg Round Sqrt Sub';
    const expected = [
      ...bfloat.split(' ').map((op) => `${op} bfloat16`),
      'BitShift uint16',
      'Max int16',
      'Max uint16',
      'Min int16',
      'Min uint16',
    ];
    expect([...new Set(withoutKernel)].sort()).toEqual(expected.sort());
  });
});

/** One result, or undefined where it is left to the runtime. */
const one = (op: string, type: ElementType, a: Element, b?: Element, attributes: Case['attributes'] = {}) =>
  folded({ op, operands: b === undefined ? 1 : 2, types: [type], attributes }, type, [[a, b ?? 0]])?.[0];

describe('what the standard says where no runtime is at hand', () => {
  const low = (op: string, a: number, b?: number) => one(op, 'bfloat16', a, b);
  it('rounds each operation of bfloat16 to eight digits, ties to even', () => {
    expect([low('Add', 256, 1), low('Add', 256, 3), low('Add', 257 - 1, 2)]).toEqual([256, 260, 258]);
    expect([low('Sub', 1, 2 ** -9), low('Mul', 1.0078125, 1.0078125)]).toEqual([1, 1.015625]);
    expect([low('Div', 1, 3), low('Sqrt', 2), low('Neg', 0)]).toEqual([0.333984375, 1.4140625, -0]);
    expect(low('Mul', 3e38, 2)).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps NaN in the smaller and the larger, and halves round to even', () => {
    expect([low('Min', Number.NaN, 1), low('Max', 1, Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
    expect([low('Min', -2, 1), low('Max', -2, 1), low('Abs', -2)]).toEqual([-2, 1, 2]);
    expect([low('Round', 2.5), low('Round', -0.5), low('Floor', -0.5), low('Ceil', -0.5)]).toEqual([
      2, -0, -1, -0,
    ]);
    expect(['Equal', 'Less', 'Greater'].map((op) => low(op, 0, -0))).toEqual([1, 0, 0]);
    expect(['LessOrEqual', 'GreaterOrEqual'].map((op) => low(op, Number.NaN, 1))).toEqual([0, 0]);
  });

  it('compares and shifts 16-bit integers', () => {
    expect(one('BitShift', 'uint16', 0x8001, 1, { direction: 'LEFT' })).toBe(2);
    expect(one('BitShift', 'uint16', 0x8001, 15, { direction: 'RIGHT' })).toBe(1);
    expect([one('Min', 'int16', -3, 2), one('Max', 'int16', -3, 2)]).toEqual([-3, 2]);
    expect([one('Min', 'uint16', 65535, 2), one('Max', 'uint16', 65535, 2)]).toEqual([2, 65535]);
  });
});

describe('what is left to the runtime', () => {
  it('is what machines do in different ways', () => {
    expect(one('Div', 'int32', 1, 0)).toBeUndefined();
    expect(one('Div', 'int32', -(2 ** 31), -1)).toBeUndefined();
    expect(one('Mod', 'int64', 5n, 0n)).toBeUndefined();
    expect(one('Abs', 'int8', -128)).toBeUndefined();
    expect(one('BitShift', 'uint8', 1, 8, { direction: 'LEFT' })).toBeUndefined();
    expect(one('Pow', 'int32', 2, -1)).toBeUndefined();
    expect(one('Min', 'float32', 0, -0)).toBeUndefined();
    expect(one('Min', 'int64', 102n, 3080637255n)).toBeUndefined();
    expect(one('Mod', 'int64', 2n ** 53n + 1n, 3n, { fmod: 1 })).toBeUndefined();
  });

  it('is what is approximated', () => {
    const approximated =
      'Exp Log Tanh Sigmoid Erf Sin Cos Tan Softmax ReduceMean Reciprocal Softplus Gelu MatMul';
    expect(approximated.split(' ').filter((op) => folds[op] !== undefined)).toEqual([]);
    expect(one('Pow', 'float32', 2, 2)).toBeUndefined();
  });
});

it('gives the signs of C with fmod, and those of Python without', () => {
  const mod = (a: number, b: number, fmod: number) => one('Mod', 'int32', a, b, { fmod });
  expect([mod(-4, 3, 1), mod(7, -3, 1)]).toEqual([-1, 1]);
  expect([mod(-4, 3, 0), mod(7, -3, 0)]).toEqual([2, -2]);
});

it('computes 64-bit integers exactly', () => {
  expect(one('Add', 'int64', 2n ** 53n, 1n)).toBe(9007199254740993n);
  expect(one('Mul', 'int64', 4294967297n, 4294967297n)).toBe(8589934593n);
  expect(one('Sub', 'uint64', 0n, 1n)).toBe(18446744073709551615n);
  expect(one('Equal', 'int64', 9007199254740993n, 9007199254740992n)).toBe(0);
});
