import { describe, expect, it } from 'vitest';
import type { AttributeParts, FunctionParts, ModelParts, NodeParts } from '../graph.js';
import {
  create,
  decodeModel,
  encodeModel,
  findWeights,
  SparseTensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import { kernel, ladder, modelOf, rawTensor } from '../testing/small-models.js';

describe('findWeights follows a weight', () => {
  it.each([
    ['Identity', {}],
    ['Cast', { to: 10 }],
    ['Transpose', {}],
    ['Reshape', {}],
    ['Unsqueeze', {}],
  ] as const)('through %s', (opType, attributes) => {
    const [weight] = findWeights(
      modelOf({
        tensors: [kernel()],
        nodes: [
          [opType, ['w', 'shape'], ['v'], attributes],
          ['MatMul', ['x', 'v'], ['y'], {}, 'product'],
        ],
      }),
    );
    expect(weight).toMatchObject({
      pruned: true,
      uses: [{ op: 'MatMul', input: 1, node: 'graph/product', role: 'kernel' }],
    });
  });

  it('into graphs inside If, by the scope that a name has there', () => {
    const branch = (own: boolean): AttributeParts => ({
      graph: {
        tensors: own ? [kernel('w')] : [],
        nodes: [['MatMul', ['x', 'w'], ['out']]],
        outputs: ['out'],
      },
    });
    const weights = findWeights(
      modelOf({
        tensors: [kernel('w')],
        nodes: [['If', ['c'], ['y'], { then_branch: branch(true), else_branch: branch(false) }]],
      }),
    );
    expect(weights.map(({ name, uses }) => [name, uses.map(({ node }) => node)])).toEqual([
      ['graph/w', ['graph/if0.else_branch/matmul0']],
      ['graph/if0.then_branch/w', ['graph/if0.then_branch/matmul0']],
    ]);
  });

  it.each(['Loop', 'Scan'])('into the body of %s', (opType) => {
    const weights = findWeights(
      modelOf({
        tensors: [kernel('w')],
        nodes: [
          [
            opType,
            ['n', 'c', 's'],
            ['t'],
            {
              body: {
                graph: {
                  inputs: { s: [] },
                  tensors: [kernel('v', [16, 16])],
                  nodes: [
                    ['MatMul', ['s', 'w'], ['a']],
                    ['MatMul', ['a', 'v'], ['b']],
                  ],
                  outputs: { b: [] },
                },
              },
            },
          ],
        ],
      }),
    );
    expect(weights.map(({ place, pruned }) => [place, pruned])).toEqual([
      ['graph/w', true],
      [`graph/${opType.toLowerCase()}0.body/v`, true],
    ]);
  });

  it('not past a name of its own inside', () => {
    const weights = findWeights(
      modelOf({
        tensors: [kernel('w')],
        nodes: [
          [
            'Loop',
            ['n', 'c', 's'],
            ['t'],
            {
              body: {
                graph: { inputs: { w: [] }, nodes: [['MatMul', ['x', 'w'], ['b']]], outputs: { b: [] } },
              },
            },
          ],
        ],
      }),
    );
    expect(weights).toMatchObject([{ name: 'w', role: 'unused', pruned: false }]);
  });

  it('out of the branches of If', () => {
    const branch = (name: string): AttributeParts => ({
      graph: { nodes: [['Constant', [], [name], { value: { tensor: kernel('') } }]], outputs: [name] },
    });
    const weights = findWeights(
      modelOf({
        nodes: [
          [
            'If',
            ['c'],
            ['w'],
            { then_branch: branch('then_branch_w'), else_branch: branch('else_branch_w') },
          ],
          ['MatMul', ['x', 'w'], ['y']],
        ],
      }),
    );
    expect(weights.map(({ name, pruned }) => [name, pruned])).toEqual([
      ['then_branch_w', true],
      ['else_branch_w', true],
    ]);
  });

  it('into functions of the model, and to constants in them', () => {
    const weights = findWeights(
      modelOf({
        tensors: [kernel('w')],
        nodes: [['own::Twice', ['x', 'w'], ['y']]],
        functions: {
          'own::Twice': {
            inputs: ['a', 'b'],
            nodes: [
              ['Constant', [], ['k'], { value: { tensor: kernel('', [16, 16]) } }],
              ['MatMul', ['a', 'b'], ['c']],
              ['MatMul', ['c', 'k'], ['d']],
            ],
            outputs: ['d'],
          },
        },
      }),
    );
    expect(weights.map(({ name, place, pruned }) => [name, place, pruned])).toEqual([
      ['w', 'graph/w', true],
      ['k', 'function own.Twice/k', true],
    ]);
  });

  it('out of functions that hand a constant to their callers', () => {
    const weights = findWeights(
      modelOf({
        nodes: [
          ['own::Weight', [], ['w']],
          ['MatMul', ['x', 'w'], ['y']],
        ],
        outputs: ['y'],
        functions: {
          'own::Weight': {
            inputs: [],
            nodes: [['Constant', [], ['k'], { value: { tensor: kernel('') } }]],
            outputs: ['k'],
          },
        },
      }),
    );
    expect(weights).toMatchObject([
      { name: 'k', pruned: true, role: 'kernel', uses: [{ op: 'MatMul', input: 1, node: 'graph/matmul1' }] },
    ]);
  });

  it('through 4,000 functions, each of which calls the next one twice', () => {
    const last = 3_999;
    const bodies = Array.from({ length: last + 1 }, (_, at): [string, FunctionParts] => {
      const next = `own::F${at + 1}`;
      const nodes: NodeParts[] = [
        [next, ['a', 'w'], ['b']],
        [next, ['b', 'w'], ['c']],
      ];
      const product: NodeParts = ['MatMul', ['a', 'w'], ['c']];
      return [`own::F${at}`, { inputs: ['a', 'w'], nodes: at === last ? [product] : nodes, outputs: ['c'] }];
    });
    const weights = findWeights(
      modelOf({
        tensors: [kernel('w', [16, 16])],
        nodes: [['own::F0', ['x', 'w'], ['y']]],
        functions: Object.fromEntries(bodies),
      }),
    );
    expect(weights).toMatchObject([
      { name: 'w', pruned: true, uses: [{ node: 'function own.F3999/matmul0' }] },
    ]);
  });

  it('that is a list of numbers or a sparse tensor, and leaves the sparse one alone', () => {
    const sparse = create(SparseTensorProtoSchema, {
      values: tensorFromFloat32('s', Float32Array.of(1, 2), [2]),
      indices: rawTensor('', 7, [2], new Uint8Array(16).fill(1, 8, 9)),
      dims: [8n, 16n],
    });
    const model = decodeModel(
      modelOf({
        nodes: [
          ['Constant', [], ['l'], { value_floats: { floats: [1, 0, -0] } }],
          ['MatMul', ['x', 's'], ['y']],
          ['Add', ['y', 'l'], ['z']],
        ],
      }),
    );
    model.graph!.sparseInitializer.push(sparse);
    const weights = findWeights(encodeModel(model));
    expect(weights).toMatchObject([
      {
        name: 's',
        storage: 'sparse',
        elements: 128,
        zeros: 126,
        reason: 'kernel of MatMul, stored sparse already',
      },
      { name: 'l', storage: 'typed', elements: 3, zeros: 2 },
    ]);
  });
});

describe('what only makes another constant', () => {
  const other = (tensors: NonNullable<ModelParts['tensors']>, nodes: readonly NodeParts[]) =>
    findWeights(modelOf({ tensors, nodes })).find(({ name }) => name === 'other');

  it('is a scale where somebody may have learned it', () => {
    const factors = { w: { shape: [8, 16], data: ladder(128) }, other: { shape: [16], data: ladder(16) } };
    const found = other(factors, [
      ['Mul', ['w', 'other'], ['v']],
      ['MatMul', ['x', 'v'], ['y']],
    ]);
    expect(found).toMatchObject({ role: 'scale', reason: 'scale of MatMul' });
  });

  it.each([
    ['the shape of a bias that begins at 0', 'ConstantOfShape', ['other'], [1, 48]],
    ['pads', 'Pad', ['w', 'other'], [0, 0, 0, 0, 0, 0]],
  ])('is an operand where it is %s', (_, op, inputs, data) => {
    const tensors = {
      w: { shape: [1, 24, 4], data: ladder(96) },
      r: { shape: [1, 24, 6], data: ladder(144) },
      other: { type: 'int64', shape: [data.length], data },
    } as const;
    const lstm = op === 'Pad' ? ['x', 'made', 'r'] : ['x', 'w', 'r', 'made'];
    const found = other(tensors, [
      [op, inputs, ['made']],
      ['LSTM', lstm, ['y'], { hidden_size: 6 }],
    ]);
    expect(found).toMatchObject({ pruned: false, role: 'other', reason: 'operand of LSTM' });
  });
});
