import { describe, expect, it } from 'vitest';
import {
  create,
  findWeights,
  type OnnxWeight,
  SparseTensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import {
  graphAttribute,
  integerAttribute,
  kernel,
  modelOf,
  rawTensor,
  tensorAttribute,
  value,
} from '../testing/small-models.js';

const byName = (weights: readonly OnnxWeight[]) =>
  Object.fromEntries(
    weights.map(({ name, pruned, reason }) => [name, `${pruned ? 'yes' : 'no'}: ${reason}`]),
  );

describe('the usual choice', () => {
  const bytes = modelOf({
    initializer: [
      kernel('conv', [4, 4, 3, 3]),
      kernel('bias', [4]),
      kernel('gemm'),
      kernel('table'),
      kernel('tied'),
      kernel('small', [2, 2]),
      kernel('vector', [64]),
      kernel('W', [1, 8, 8]),
      kernel('R', [1, 8, 8]),
      kernel('alone'),
      kernel('given'),
      kernel('sum'),
    ],
    node: [
      { opType: 'Conv', input: ['x', 'conv', 'bias'], output: ['a'] },
      { opType: 'Gemm', input: ['b', 'gemm'], output: ['c'] },
      { opType: 'Gather', input: ['table', 'ids'], output: ['d'] },
      { opType: 'Gather', input: ['tied', 'ids'], output: ['e'] },
      { opType: 'Transpose', input: ['tied'], output: ['tiedT'] },
      { opType: 'MatMul', input: ['e', 'tiedT'], output: ['f'] },
      { opType: 'MatMul', input: ['f', 'small'], output: ['h'] },
      { opType: 'MatMul', input: ['f', 'vector'], output: ['i'] },
      { opType: 'GRU', input: ['x', 'W', 'R'], output: ['j'] },
      { opType: 'Add', input: ['sum', 'a'], output: ['k'] },
      { opType: 'Shape', input: ['gemm'], output: ['l'] },
    ],
    output: [value('given')],
  });

  it('takes kernels and says why it leaves the rest alone', () => {
    expect(byName(findWeights(bytes))).toEqual({
      conv: 'yes: kernel of Conv',
      bias: 'no: bias of Conv',
      gemm: 'yes: kernel of Gemm',
      table: 'no: embedding of Gather',
      tied: 'no: shared by input 0 of Gather, input 1 of MatMul',
      small: 'no: kernel of MatMul, fewer than 64 elements',
      vector: 'no: kernel of MatMul, of one dimension',
      W: 'yes: kernel of GRU',
      R: 'yes: recurrent kernel of GRU',
      alone: 'no: unused',
      given: 'no: other of output',
      sum: 'no: other of Add',
    });
  });

  it('gives way to include and exclude', () => {
    const pruned = (options: Parameters<typeof findWeights>[1]) =>
      findWeights(bytes, options)
        .filter((weight) => weight.pruned)
        .map(({ name }) => name);
    expect(pruned({ select: { include: ['table', /^(bias|gemm)$/] } })).toEqual(['gemm', 'table']);
    expect(pruned({ select: { include: ['bias'] } })).toEqual(['bias']);
    expect(pruned({ select: { exclude: [/^[WR]$/] } })).toEqual(['conv', 'gemm']);
    expect(pruned({ select: { include: [({ shape }) => shape.length === 4] } })).toEqual(['conv']);
    expect(pruned({ select: { minElements: 4 } })).toContain('small');
    expect(pruned({ select: 'conv' })).toEqual(['conv']);
    expect(pruned({ select: { include: ['small', /./], minElements: 200 } })).toEqual(['small']);
  });

  it('lists what there is when a selector picks nothing', () => {
    expect(() => findWeights(bytes, { select: { include: ['cnov'] } })).toThrow(
      expect.objectContaining({
        code: 'unmatched-selector',
        message: expect.stringContaining('"conv", "bias", "gemm"'),
      }),
    );
    expect(() => findWeights(bytes, { select: { exclude: [5 as never] } })).toThrow(TypeError);
  });
});

describe('findWeights follows a weight', () => {
  it.each([
    ['Identity', []],
    ['Cast', [integerAttribute('to', 10)]],
    ['Transpose', []],
    ['Reshape', []],
    ['Unsqueeze', []],
  ])('through %s', (opType, attribute) => {
    const [weight] = findWeights(
      modelOf({
        initializer: [kernel()],
        node: [
          { opType, attribute, input: ['w', 'shape'], output: ['v'] },
          { name: 'product', opType: 'MatMul', input: ['x', 'v'], output: ['y'] },
        ],
      }),
    );
    expect(weight).toMatchObject({
      pruned: true,
      uses: [{ op: 'MatMul', input: 1, node: 'graph/product', role: 'kernel' }],
    });
  });

  it('into graphs inside If, by the scope that a name has there', () => {
    const branch = (name: string, own: boolean) =>
      graphAttribute(name, {
        initializer: own ? [kernel('w')] : [],
        node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['out'] }],
        output: [value('out')],
      });
    const weights = findWeights(
      modelOf({
        initializer: [kernel('w')],
        node: [
          {
            opType: 'If',
            input: ['c'],
            output: ['y'],
            attribute: [branch('then_branch', true), branch('else_branch', false)],
          },
        ],
      }),
    );
    expect(weights.map(({ name, uses }) => [name, uses.map(({ node }) => node)])).toEqual([
      ['graph/w', ['graph/If_0.else_branch/MatMul_0']],
      ['graph/If_0.then_branch/w', ['graph/If_0.then_branch/MatMul_0']],
    ]);
  });

  it.each(['Loop', 'Scan'])('into the body of %s', (opType) => {
    const weights = findWeights(
      modelOf({
        initializer: [kernel('w')],
        node: [
          {
            opType,
            input: ['n', 'c', 's'],
            output: ['t'],
            attribute: [
              graphAttribute('body', {
                input: [value('s')],
                initializer: [kernel('v', [16, 16])],
                node: [
                  { opType: 'MatMul', input: ['s', 'w'], output: ['a'] },
                  { opType: 'MatMul', input: ['a', 'v'], output: ['b'] },
                ],
                output: [value('b')],
              }),
            ],
          },
        ],
      }),
    );
    expect(weights.map(({ place, pruned }) => [place, pruned])).toEqual([
      ['graph/w', true],
      [`graph/${opType}_0.body/v`, true],
    ]);
  });

  it('not past a name of its own inside', () => {
    const weights = findWeights(
      modelOf({
        initializer: [kernel('w')],
        node: [
          {
            opType: 'Loop',
            input: ['n', 'c', 's'],
            output: ['t'],
            attribute: [
              graphAttribute('body', {
                input: [value('w')],
                node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['b'] }],
                output: [value('b')],
              }),
            ],
          },
        ],
      }),
    );
    expect(weights).toMatchObject([{ name: 'w', role: 'unused', pruned: false }]);
  });

  it('out of the branches of If', () => {
    const branch = (name: string) =>
      graphAttribute(name, {
        node: [
          { opType: 'Constant', output: [`${name}_w`], attribute: [tensorAttribute('value', kernel(''))] },
        ],
        output: [value(`${name}_w`)],
      });
    const weights = findWeights(
      modelOf({
        node: [
          {
            opType: 'If',
            input: ['c'],
            output: ['w'],
            attribute: [branch('then_branch'), branch('else_branch')],
          },
          { opType: 'MatMul', input: ['x', 'w'], output: ['y'] },
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
      modelOf(
        {
          initializer: [kernel('w')],
          node: [{ domain: 'own', opType: 'Twice', input: ['x', 'w'], output: ['y'] }],
        },
        {
          functions: [
            {
              name: 'Twice',
              domain: 'own',
              input: ['a', 'b'],
              output: ['d'],
              node: [
                {
                  opType: 'Constant',
                  output: ['k'],
                  attribute: [tensorAttribute('value', kernel('', [16, 16]))],
                },
                { opType: 'MatMul', input: ['a', 'b'], output: ['c'] },
                { opType: 'MatMul', input: ['c', 'k'], output: ['d'] },
              ],
            },
          ],
        },
      ),
    );
    expect(weights.map(({ name, place, pruned }) => [name, place, pruned])).toEqual([
      ['w', 'graph/w', true],
      ['k', 'function own.Twice/k', true],
    ]);
  });

  it('out of functions that hand a constant to their callers', () => {
    const weights = findWeights(
      modelOf(
        {
          output: [value('y')],
          node: [
            { domain: 'own', opType: 'Weight', output: ['w'] },
            { opType: 'MatMul', input: ['x', 'w'], output: ['y'] },
          ],
        },
        {
          functions: [
            {
              name: 'Weight',
              domain: 'own',
              output: ['k'],
              node: [
                { opType: 'Constant', output: ['k'], attribute: [tensorAttribute('value', kernel(''))] },
              ],
            },
          ],
        },
      ),
    );
    expect(weights).toMatchObject([
      { name: 'k', pruned: true, role: 'kernel', uses: [{ op: 'MatMul', input: 1, node: 'graph/MatMul_1' }] },
    ]);
  });

  it('through 4,000 functions, each of which calls the next one twice', () => {
    const last = 3_999;
    const functions = Array.from({ length: last + 1 }, (_, at) => ({
      name: `F${at}`,
      domain: 'own',
      input: ['a', 'w'],
      output: ['c'],
      node:
        at === last
          ? [{ opType: 'MatMul', input: ['a', 'w'], output: ['c'] }]
          : [
              { domain: 'own', opType: `F${at + 1}`, input: ['a', 'w'], output: ['b'] },
              { domain: 'own', opType: `F${at + 1}`, input: ['b', 'w'], output: ['c'] },
            ],
    }));
    const weights = findWeights(
      modelOf(
        {
          initializer: [kernel('w', [16, 16])],
          node: [{ domain: 'own', opType: 'F0', input: ['x', 'w'], output: ['y'] }],
        },
        { functions },
      ),
    );
    expect(weights).toMatchObject([
      { name: 'w', pruned: true, uses: [{ node: 'function own.F3999/MatMul_0' }] },
    ]);
  });

  it('that is a list of numbers or a sparse tensor, and leaves the sparse one alone', () => {
    const sparse = create(SparseTensorProtoSchema, {
      values: tensorFromFloat32('s', Float32Array.of(1, 2), [2]),
      indices: rawTensor('', 7, [2], new Uint8Array(16).fill(1, 8, 9)),
      dims: [8n, 16n],
    });
    const weights = findWeights(
      modelOf({
        sparseInitializer: [sparse],
        node: [
          {
            opType: 'Constant',
            output: ['l'],
            attribute: [{ name: 'value_floats', type: 6, floats: [1, 0, -0] }],
          },
          { opType: 'MatMul', input: ['x', 's'], output: ['y'] },
          { opType: 'Add', input: ['y', 'l'], output: ['z'] },
        ],
      }),
    );
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
