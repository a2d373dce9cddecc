import { describe, expect, it } from 'vitest';
import { decodeModel, findWeights, tensorFromFloat32, tensorToFloat32 } from '../index.js';
import { loadRuntime } from '../testing/runtime.js';
import { buildModel } from './build-model.js';

describe('buildModel', () => {
  it('writes what a runtime computes', async () => {
    const ort = await loadRuntime();
    const model = buildModel({
      inputs: { x: ['batch', 2] },
      tensors: { w: { shape: [2, 2], data: [1, 2, 3, 4] }, axes: { shape: [1], data: [1], type: 'int64' } },
      nodes: [
        ['Gemm', ['x', 'w'], ['h'], { transB: 1, alpha: { float: 0.5 } }],
        ['ReduceSum', ['h', 'axes'], ['y'], { keepdims: 0 }],
      ],
      outputs: ['y'],
    });
    const x = new ort.Tensor('float32', Float32Array.of(1, 10), [1, 2]);
    // 0.5 · (1·1 + 10·2) + 0.5 · (1·3 + 10·4)
    expect((await ort.run(model, { x })).y).toEqual([32]);
  });

  it('names nodes by operator and number unless told, and imports the domains that they are of', () => {
    const { graph, opsetImport } = decodeModel(
      buildModel({
        nodes: [
          ['Relu', ['x'], ['a']],
          ['com.microsoft::FusedMatMul', ['a', 'w'], ['b'], {}, 'product'],
        ],
        opset: 21,
      }),
    );
    expect(graph!.node.map(({ opType, domain, name }) => [opType, domain, name])).toEqual([
      ['Relu', '', 'relu0'],
      ['FusedMatMul', 'com.microsoft', 'product'],
    ]);
    expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', 21n],
      ['com.microsoft', 1n],
    ]);
  });

  it('writes graphs inside nodes, tensors of attributes and functions', () => {
    const kernel = { shape: [8, 8], data: new Float32Array(64).fill(1) };
    const model = buildModel({
      nodes: [
        [
          'If',
          ['c'],
          ['h'],
          {
            then_branch: {
              graph: { nodes: [['Constant', [], ['t'], { value: { tensor: kernel } }]], outputs: ['t'] },
            },
            else_branch: { graph: { tensors: { e: kernel }, outputs: ['e'] } },
          },
        ],
        ['own::Product', ['x', 'h'], ['y']],
      ],
      functions: {
        'own::Product': { inputs: ['a', 'b'], nodes: [['MatMul', ['a', 'b'], ['c']]], outputs: ['c'] },
      },
    });
    expect(findWeights(model).map(({ name, reason }) => [name, reason])).toEqual([
      ['t', 'kernel of MatMul'],
      ['e', 'kernel of MatMul'],
    ]);
  });

  it('takes tensors as messages, under their own names or others', () => {
    const tensor = tensorFromFloat32('own', Float32Array.of(1, 2), [2]);
    const named = (tensors: Parameters<typeof buildModel>[0]['tensors'] & object) =>
      decodeModel(buildModel({ tensors })).graph!.initializer.map((each) => [
        each.name,
        ...tensorToFloat32(each),
      ]);
    expect(named([tensor])).toEqual([['own', 1, 2]]);
    expect(named({ other: tensor })).toEqual([['other', 1, 2]]);
    expect(tensor.name).toBe('own');
  });

  it('refuses a tensor with another number of elements, and keys that it does not know', () => {
    expect(() => buildModel({ tensors: { w: { shape: [2, 2], data: [1, 2, 3] } } })).toThrow(
      new RangeError('buildModel needs 4 elements for "w" of shape [2, 2], got 3'),
    );
    expect(() => buildModel({ node: [] } as never)).toThrow(/"node".*"nodes"/s);
  });
});
