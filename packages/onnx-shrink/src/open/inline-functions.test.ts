import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  create,
  decodeModel,
  encodeModel,
  type FunctionProto,
  OperatorSetIdProtoSchema,
} from '@synaprune/onnx';
import {
  buildModel,
  type FunctionParts,
  inlineFunctions,
  type ModelParts,
  type NodeParts,
  type TensorParts,
} from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { type ShrunkOnnx, shrinkOnnx } from '../index.js';
import { feedsFor, relativeError, runModel } from '../testing/run-model.js';

const matrix = (shape: readonly number[], seed = 1): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i * 1.3)),
});
const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [3, 4] }], 0);

const tensors = { first: matrix([4, 8]), second: matrix([8, 8], 2), last: matrix([8, 2], 3) };
const layers = (call: string, more: ModelParts['nodes'] = []): ModelParts => ({
  inputs: { x: [3, 4] },
  tensors,
  nodes: [
    [call, ['x', 'first'], ['a'], {}, 'one'],
    [call, ['a', 'second'], ['b'], {}, 'two'],
    ...more,
    ['MatMul', ['b', 'last'], ['y']],
  ],
  outputs: ['y'],
});
const rectified: FunctionParts = {
  inputs: ['x', 'w'],
  nodes: [
    ['MatMul', ['x', 'w'], ['a']],
    ['Relu', ['a'], ['y']],
  ],
  outputs: ['y'],
};

/** The same model, with functions as they are changed. */
function withFunctions(bytes: Uint8Array, change: (functions: FunctionProto[]) => void): Uint8Array {
  const model = decodeModel(bytes);
  change(model.functions);
  return encodeModel(model);
}

/** The model computes the same once its functions are put in; its half runs, and whole it comes back as it was. */
async function check(model: Uint8Array): Promise<ShrunkOnnx> {
  const message = decodeModel(model);
  expect(inlineFunctions(message)).toBe(true);
  const [whole, inlined] = [await runModel(model, feeds), await runModel(encodeModel(message), feeds)];
  expect(relativeError(inlined.y!, whole.y!)).toBe(0);
  expect(shrinkOnnx(model, { keep: 1 }).model).toEqual(model);
  const half = shrinkOnnx(model, { keep: 0.5 });
  expect(decodeModel(half.model).functions).toEqual([]);
  await runModel(half.model, feeds);
  return half;
}

describe('functions of a model', () => {
  it('are put where they are called, so that what they compute with can shrink', async () => {
    const half = await check(buildModel({ ...layers('own::Layer'), functions: { 'own::Layer': rectified } }));
    expect(half.report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
      ['first[1]', 4],
      ['second[1]', 4],
    ]);
  });

  it('compute what they did, also one in another, with names that the model has too', async () => {
    const plain = buildModel({
      ...layers('none'),
      nodes: [
        ['MatMul', ['x', 'first'], ['p']],
        ['Relu', ['p'], ['q']],
        ['MatMul', ['q', 'second'], ['r']],
        ['Relu', ['r'], ['b']],
        ['MatMul', ['b', 'last'], ['y']],
      ],
    });
    const outer: FunctionParts = {
      inputs: ['a', 'b'],
      nodes: [
        ['own::Layer', ['a', 'b'], ['x'], {}, 'inner'],
        ['Identity', ['x'], ['w']],
      ],
      outputs: ['w'],
    };
    const nested = buildModel({
      ...layers('own::Outer'),
      functions: { 'own::Layer': rectified, 'own::Outer': outer },
    });
    const [expected, got] = [shrinkOnnx(plain, { keep: 0.5 }), shrinkOnnx(nested, { keep: 0.5 })];
    expect(got.report.groups.map(({ name, kept }) => [name, kept])).toEqual(
      expected.report.groups.map(({ name, kept }) => [name, kept]),
    );
    const [right, mine] = [await runModel(expected.model, feeds), await runModel(got.model, feeds)];
    expect(relativeError(mine.y!, right.y!)).toBeLessThan(1e-6);
  });

  it('take attributes from the call, or the function’s own where it says nothing', async () => {
    const leaky: FunctionParts = {
      ...rectified,
      nodes: [
        ['MatMul', ['x', 'w'], ['a']],
        ['LeakyRelu', ['a'], ['y']],
      ],
    };
    const refers = (functions: FunctionProto[]) => {
      const [body] = functions;
      body!.node[1]!.attribute = [
        create(AttributeProtoSchema, {
          name: 'alpha',
          refAttrName: 'slope',
          type: AttributeProto_AttributeType.FLOAT,
        }),
      ];
      body!.attributeProto = [slope(0.25)];
    };
    const nodes = layers('own::Layer').nodes!.map(
      ([op, inputs, outputs, attributes, name]): NodeParts =>
        name === 'two'
          ? [op, inputs, outputs, { slope: { float: 0.5 } }, name]
          : [op, inputs, outputs, attributes ?? {}, name ?? ''],
    );
    const model = withFunctions(
      buildModel({ ...layers('own::Layer'), nodes, functions: { 'own::Layer': leaky } }),
      refers,
    );
    const half = await check(model);
    const slopes = decodeModel(half.model).graph!.node.flatMap(({ opType, attribute }) =>
      opType === 'LeakyRelu' ? [attribute.map(({ name, f }) => [name, f])] : [],
    );
    expect(slopes).toEqual([[['alpha', 0.25]], [['alpha', 0.5]]]);
  });

  it('that hold a weight share it among their calls', async () => {
    const holding: FunctionParts = {
      inputs: ['x'],
      nodes: [
        ['Constant', [], ['w'], { value: { tensor: matrix([8, 8], 5) } }],
        ['MatMul', ['x', 'w'], ['a']],
        ['Tanh', ['a'], ['y']],
      ],
      outputs: ['y'],
    };
    const model = buildModel({
      inputs: { x: [3, 4] },
      tensors,
      nodes: [
        ['MatMul', ['x', 'first'], ['a']],
        ['own::Mix', ['a'], ['b']],
        ['own::Mix', ['b'], ['c']],
        ['MatMul', ['c', 'last'], ['y']],
      ],
      outputs: ['y'],
      functions: { 'own::Mix': holding },
    });
    const half = await check(model);
    expect(
      half.report.groups.map(({ members }) => members.map(({ tensor, axis }) => [tensor, axis])),
    ).toEqual([
      [
        ['first', 1],
        ['last', 0],
        ['w', 0],
        ['w', 1],
      ],
    ]);
    expect(decodeModel(half.model).graph!.initializer.filter(({ name }) => name === 'w')).toHaveLength(1);
  });

  it('may have branches that read what the function has', async () => {
    const choosing: FunctionParts = {
      inputs: ['x', 'w'],
      nodes: [
        ['MatMul', ['x', 'w'], ['a']],
        ['ReduceSum', ['a'], ['s'], { keepdims: 0 }],
        ['Constant', [], ['zero'], { value: { tensor: { shape: [], data: [0] } } }],
        ['Greater', ['s', 'zero'], ['c']],
        [
          'If',
          ['c'],
          ['y'],
          {
            then_branch: { graph: { nodes: [['Relu', ['a'], ['t']]], outputs: ['t'] } },
            else_branch: { graph: { nodes: [['Tanh', ['a'], ['t']]], outputs: ['t'] } },
          },
        ],
      ],
      outputs: ['y'],
    };
    const half = await check(buildModel({ ...layers('own::Layer'), functions: { 'own::Layer': choosing } }));
    expect(half.report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
      ['first[1]', 4],
      ['second[1]', 4],
    ]);
  });

  it('in other versions of the operators stay functions, and what they compute with stays', () => {
    const model = withFunctions(
      buildModel({ ...layers('own::Layer'), functions: { 'own::Layer': rectified } }),
      ([body]) => {
        body!.opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: 13n })];
      },
    );
    const { report } = shrinkOnnx(model, { keep: 0.5 });
    expect(report.groups).toEqual([]);
    expect(report.held.find(({ name }) => name === 'first[1]')?.heldBy).toMatch(
      /^node "one" \(own::Layer\), axis 1: /,
    );
  });

  it('that call themselves, or would have too many nodes, are no model', () => {
    const codeOf = (functions: ModelParts['functions'] & object) => {
      try {
        shrinkOnnx(buildModel({ ...layers('own::Layer'), functions }), { keep: 0.5 });
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return 'none';
    };
    const calls = (op: string): FunctionParts => ({ ...rectified, nodes: [[op, ['x', 'w'], ['y']]] });
    expect(codeOf({ 'own::Layer': calls('own::Layer') })).toBe('bad-model');
    expect(codeOf({ 'own::Layer': calls('own::Other'), 'own::Other': calls('own::Layer') })).toBe(
      'bad-model',
    );
    const twice = (op: string): FunctionParts => ({
      ...rectified,
      nodes: [
        [op, ['x', 'w'], ['a']],
        [op, ['a', 'w'], ['y']],
      ],
    });
    const names = ['Layer', ...Array.from({ length: 60 }, (_, i) => `F${i}`)];
    const doubling = names.map(
      (name, i) => [`own::${name}`, twice(`own::${names[i + 1] ?? 'End'}`)] as const,
    );
    expect(codeOf(Object.fromEntries(doubling))).toBe('bad-model');
  });
});

function slope(f: number): AttributeProto {
  return create(AttributeProtoSchema, { name: 'slope', f, type: AttributeProto_AttributeType.FLOAT });
}
