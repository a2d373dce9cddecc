import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { pointwiseModel, wave } from '../testing/model-folder.js';
import { inOrderOf, orderOf, orderOfTflite } from './model-order.js';
import type { ModelFile } from './open-model.js';

const square = (name: string) => ({ name, shape: [8, 8], dtype: 'float32' as const });
const names = (model: ModelFile, ...given: readonly string[]) =>
  inOrderOf(
    orderOf(model),
    given.map((name) => ({ name })),
  ).map(({ name }) => name);

function onnx(parts: Parameters<typeof buildModel>[0]): ModelFile {
  return { format: 'onnx', path: '', bytes: buildModel(parts), sources: [], external: false };
}

function tfjs(modelTopology: object, weights: readonly string[]): ModelFile {
  const artifacts = {
    modelTopology,
    weightSpecs: weights.map(square),
    weightData: wave(64 * weights.length).buffer as ArrayBuffer,
  };
  return { format: 'tfjs', path: '', artifacts: artifacts as never, sources: [] };
}

describe('the order of a model', () => {
  const kernel = { shape: [8, 8], data: wave(64) };

  it('is that of the nodes of ONNX, not of the file, into branches and functions', () => {
    const model = onnx({
      inputs: { x: [8, 8] },
      tensors: { last: kernel, second: kernel, first: kernel },
      nodes: [
        ['Transpose', ['first'], ['t']],
        ['MatMul', ['x', 't'], ['a']],
        ['own::Twice', ['a'], ['b']],
        [
          'If',
          ['c'],
          ['d'],
          {
            then_branch: { graph: { nodes: [['MatMul', ['b', 'second'], ['e']]], outputs: ['e'] } },
            else_branch: { graph: { nodes: [['Identity', ['b'], ['f']]], outputs: ['f'] } },
          },
        ],
        ['MatMul', ['d', 'last'], ['y']],
      ],
      outputs: ['y'],
      functions: {
        'own::Twice': {
          inputs: ['p'],
          nodes: [
            ['Constant', [], ['inner'], { value: { tensor: kernel } }],
            ['MatMul', ['p', 'inner'], ['q']],
          ],
          outputs: ['q'],
        },
      },
    });
    expect(names(model, 'last', 'unknown', 'second', 'inner', 'first')).toEqual([
      ...['first', 'inner', 'second', 'last', 'unknown'],
    ]);
  });

  it('is that in which the nodes of a graph model read each other, in whatever order they are listed', () => {
    const node = (name: string, op: string, input: readonly string[] = []) => ({ name, op, input, attr: {} });
    const constant = (name: string) => ({
      ...node(name, 'Const'),
      attr: {
        dtype: { type: 'DT_FLOAT' },
        value: { tensor: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '8' }, { size: '8' }] } } },
      },
    });
    const topology = {
      node: [
        node('y', 'MatMul', ['h', 'second']),
        constant('second'),
        node('h', 'Relu', ['g:0', '^x']),
        node('g', 'MatMul', ['x', 'first']),
        constant('first'),
        node('x', 'Placeholder'),
      ],
    };
    expect(names(tfjs(topology, ['second', 'first']), 'second[1]#2', 'first[1]')).toEqual([
      ...['first[1]', 'second[1]#2'],
    ]);
  });

  it('is that of the layers of a layers model, of nested ones too', () => {
    const dense = (name: string, more = {}) => ({
      class_name: 'Dense',
      config: { name, units: 8, use_bias: false, ...more },
    });
    const inner = { class_name: 'Sequential', config: { name: 'inner', layers: [dense('nested')] } };
    const layers = [dense('first', { batch_input_shape: [null, 8] }), inner, dense('last')];
    const topology = { class_name: 'Sequential', config: { name: 'model', layers } };
    const kernels = ['last/kernel', 'nested/kernel', 'first/kernel'];
    expect(names(tfjs(topology, kernels), ...kernels)).toEqual([...kernels].reverse());
  });

  it('is that of the layers of a .tflite', () => {
    const order = orderOfTflite(pointwiseModel());
    const all = ['narrow', 'wide', 'first'].map(
      (layer) => [...order.keys()].find((name) => name.includes(layer)) ?? '',
    );
    const sorted = inOrderOf(
      order,
      all.map((name) => ({ name })),
    ).map(({ name }) => name);
    expect([all.includes(''), sorted]).toEqual([false, [...all].reverse()]);
  });
});
