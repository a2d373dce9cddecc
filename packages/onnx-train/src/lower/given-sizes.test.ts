import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { numbers, randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';
import { stepOfShapes } from '../testing/step-of-shapes.js';

const integers = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const integer = (data: number): TestTensor => ({ type: 'int64', shape: [], data: [data] });

/** A model that reads a trained `w`, `[3, 4]`, and sizes from the int64 input `n`; and what `n` is, with another one. */
interface Case {
  readonly nodes: TestModel['nodes'];
  readonly tensors?: TestModel['tensors'];
  readonly n: TestTensor;
  readonly other: TestTensor;
  /** The shapes that are given. */
  readonly shapes: NonNullable<TrainingStepOptions['shapes']>;
  readonly opset?: number;
}

const cases: Record<string, Case> = {
  Expand: {
    nodes: [
      ['Unsqueeze', ['w', 'zero'], ['u']],
      ['Expand', ['u', 'n'], ['y']],
    ],
    tensors: { zero: integers(0) },
    n: integers(2, 3, 4),
    other: integers(4, 3, 4),
    shapes: { y: [2, 3, 4] },
  },
  Reshape: {
    nodes: [['Reshape', ['w', 'n'], ['y']]],
    n: integers(-1, 6),
    other: integers(6, 2),
    shapes: { y: [2, 6] },
  },
  Tile: {
    nodes: [['Tile', ['w', 'n'], ['y']]],
    n: integers(2, 1),
    other: integers(1, 2),
    shapes: { y: [6, 4] },
  },
  'Slice, by where it ends': {
    nodes: [['Slice', ['w', 'from', 'n', 'axis', 'step'], ['y']]],
    tensors: { from: integers(-4), axis: integers(-1), step: integers(2) },
    n: integers(3),
    other: integers(1),
    shapes: { y: [3, 2] },
  },
  Split: {
    nodes: [
      ['Split', ['w', 'n'], ['a', 'b'], { axis: 1 }],
      ['Gather', ['b', 'first'], ['c'], { axis: 1 }],
      ['Mul', ['a', 'c'], ['y']],
    ],
    tensors: { first: integers(0) },
    n: integers(3, 1),
    other: integers(1, 3),
    shapes: { a: [3, 3], b: [3, 1] },
  },
  'Resize, by sizes': {
    nodes: [['Resize', ['w', '', '', 'n'], ['y'], { mode: 'linear' }]],
    n: integers(5, 6),
    other: integers(5, 4),
    shapes: { y: [5, 6] },
  },
  'Resize of one axis': {
    nodes: [['Resize', ['w', '', '', 'n'], ['y'], { mode: 'nearest', axes: [-1] }]],
    n: integers(7),
    other: integers(3),
    shapes: { y: [3, 7] },
    opset: 18,
  },
  'Pad, which cuts as well': {
    nodes: [['Pad', ['w', 'n'], ['y']]],
    n: integers(1, 0, 2, -1),
    other: integers(1, 0, 2, 1),
    shapes: { y: [6, 3] },
  },
  'Pad of one axis, by a number that is trained': {
    nodes: [
      ['ReduceMean', ['w'], ['fill'], { keepdims: 0 }],
      ['Pad', ['w', 'n', 'fill', 'axis'], ['y']],
    ],
    tensors: { axis: integers(1) },
    n: integers(2, 1),
    other: integers(2, 2),
    shapes: { y: [3, 7] },
    opset: 18,
  },
  TopK: {
    nodes: [
      ['TopK', ['w', 'n'], ['y', 'places']],
      ['Identity', ['places'], ['unread']],
    ],
    n: integers(2),
    other: integers(3),
    shapes: { y: [3, 2] },
  },
  'Range, ConstantOfShape and OneHot': {
    nodes: [
      ['Range', ['zero', 'count', 'one'], ['ids']],
      ['OneHot', ['ids', 'n', 'values'], ['rows']],
      ['MatMul', ['rows', 'w'], ['picked']],
      ['ConstantOfShape', ['n'], ['zeros'], { value: { tensor: { shape: [1], data: [0.5] } } }],
      ['Unsqueeze', ['zeros', 'last'], ['column']],
      ['Add', ['picked', 'column'], ['y']],
    ],
    tensors: { zero: integer(0), one: integer(1), values: { shape: [2], data: [0, 1] }, last: integers(1) },
    n: integers(3),
    other: integers(2),
    shapes: { ids: [3], rows: [3, 3], zeros: [3] },
  },
};

/** The model with sizes that are fed, or with the same ones written into it. */
function modelOf({ nodes, tensors = {}, n, opset = 17 }: Case, fed: boolean): TestModel {
  const counting = nodes.some(([op]) => op === 'Range');
  return {
    inputs: { x: { shape: [1] }, ...(fed ? { n: { type: 'int64', shape: n.shape } } : {}) },
    tensors: { w: randomTensor([3, 4], 5), ...tensors, ...(fed ? {} : { n }), rank0: integers(0) },
    nodes: [
      ...(counting ? [['Squeeze', ['n', 'rank0'], ['count']] as const] : []),
      ...nodes,
      ['Mul', ['y', 'x'], ['z']],
    ],
    outputs: ['z'],
    opset,
  };
}

/** Loss and updated weight of a step. */
async function stepOf(step: TrainingStep, n?: TestTensor) {
  const training = await startTraining(step);
  const target = step.inputs.find(({ role }) => role === 'target')!;
  const size = target.shape.reduce((a, b) => a * b, 1);
  try {
    const { all } = await training.run(
      {
        x: { shape: [1], data: [0.7] },
        ...(n ? { n } : {}),
        [target.name]: { shape: target.shape, data: numbers(size, 9) },
      },
      0.5,
    );
    return [all[step.loss]!.data, all[step.weights[0]!.output]!.data];
  } finally {
    await training.release();
  }
}

describe('what is as large as numbers say that are computed', () => {
  it.each(Object.entries(cases))(
    '%s: of the shape that is given it is what it is with fixed sizes',
    async (_, one) => {
      const step = stepOfShapes(modelOf(one, true), one.shapes);
      const fixed = stepOfShapes(modelOf(one, false));
      const expected = await stepOf(fixed);
      expect(await stepOf(step, one.n)).toEqual(expected);
      await expect(stepOf(step, one.other)).rejects.toThrow(/reshape|split/i);
    },
  );

  it('is refused without a shape, by node and option', () => {
    const { Expand, Split } = cases as { Expand: Case; Split: Case };
    expect(() => stepOfShapes(modelOf(Expand, true))).toThrow(
      'node "expand1" (Expand): what Expand gives is as large as numbers say that are computed when it runs, or trained, […]; say how large it is in the batches of this step, shapes: { "y": […] }',
    );
    expect(() => stepOfShapes(modelOf(Split, true), { a: [3, 3] })).toThrow(/shapes: \{ "b": \[…\] \}/);
  });

  it('is refused with a shape that it cannot have', () => {
    expect(() => stepOfShapes(modelOf(cases.Expand!, true), { y: [2, 3, 5] })).toThrow(
      /does not expand to \[2, 3, 5\]|gives is/,
    );
    expect(() => stepOfShapes(modelOf(cases.Tile!, true), { y: [7, 4] })).toThrow(
      /no such shape as shapes say, \[7, 4\]/,
    );
    expect(() => stepOfShapes(modelOf(cases.Reshape!, true), { y: [5, 5] })).toThrow(
      /cannot become \[5, 5\]/,
    );
  });

  it('Pad adds in front and behind what the batch says, as long as that comes to the same', async () => {
    const { 'Pad, which cuts as well': pad } = cases as { 'Pad, which cuts as well': Case };
    const step = stepOfShapes(modelOf(pad, true), pad.shapes);
    for (const n of [integers(3, 1, 0, -2), integers(0, -1, 3, 0), pad.n])
      expect(await stepOf(step, n)).toEqual(await stepOf(stepOfShapes(modelOf({ ...pad, n }, false))));
  });

  it.each<[string, TestModel['nodes'][number], TestTensor, readonly number[]]>([
    ['Pad', ['Pad', ['w', 'n'], ['y'], { mode: 'reflect' }], integers(1, 0, 0, 1), [4, 5]],
    [
      'Resize',
      ['Resize', ['w', '', '', 'n'], ['y'], { keep_aspect_ratio_policy: 'not_larger' }],
      integers(6, 9),
      [6, 8],
    ],
  ])('%s of which more than a shape is to be known is refused behind a weight', (op, node, n, y) => {
    const one: Case = { nodes: [node], n, other: n, shapes: {}, opset: 18 };
    expect(() => stepOfShapes(modelOf(one, true), { y })).toThrow(
      `(${op}): where ${op} takes its elements from is computed when it runs`,
    );
  });

  it('of which nobody knows where it begins is taken as it is in front of a weight, and refused behind one', async () => {
    const cut = (nodes: TestModel['nodes']): TestModel => ({
      inputs: { x: { shape: [4, 3] }, n: { type: 'int64', shape: [1] }, m: { type: 'int64', shape: [1] } },
      tensors: { w: randomTensor([3, 2], 5) },
      nodes,
      outputs: ['y'],
    });
    const front = stepOfShapes(
      cut([
        ['Slice', ['x', 'n', 'm'], ['c']],
        ['MatMul', ['c', 'w'], ['y']],
      ]),
      { c: [2, 3] },
    );
    const runner = await load(front.model);
    const x = { shape: [4, 3], data: numbers(12, 3) };
    const feeds = (n: number, m: number): Record<string, TestTensor> => ({
      x,
      n: integers(n),
      m: integers(m),
      [front.inputs.at(-1)!.name]: { shape: [2, 2], data: [0, 0, 0, 0] },
      [front.weights[0]!.input]: { shape: [3, 2], data: [1, 0, 0, 1, 0, 0] },
      [front.weights[0]!.mask!]: { shape: [3, 2], data: [1, 1, 1, 1, 1, 1] },
      [front.learningRate]: { shape: [], data: [0] },
      [front.step]: { shape: [], data: [1] },
    });
    const results = await runner.run(feeds(1, 3));
    expect(results[front.outputs[0]!.name]!.data).toEqual([3, 4, 6, 7].map((at) => Math.fround(x.data[at]!)));
    await expect(runner.run(feeds(1, 4))).rejects.toThrow(/reshape/i);
    await runner.release();
    expect(() =>
      stepOfShapes(
        cut([
          ['MatMul', ['x', 'w'], ['h']],
          ['Slice', ['h', 'n', 'm'], ['y']],
        ]),
        { y: [2, 2] },
      ),
    ).toThrow('node "slice1" (Slice): where Slice takes its elements from is computed when it runs');
  });
});
