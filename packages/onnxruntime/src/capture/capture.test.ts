import { create, decodeModel, encodeModel, type NodeProto, ValueInfoProtoSchema } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { numbers } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { type Capture, openCapture } from './capture.js';
import { readModelGraph } from './model-graph.js';

/** Two ways that meet, a skip, a constant that is computed, and a branch that reads from around it. */
const model = buildModel({
  inputs: { x: ['batch', 2, 6, 6], flag: { type: 'bool', shape: [] } },
  tensors: {
    first: { shape: [3, 2, 3, 3], data: numbers(54, 1) },
    left: { shape: [3, 3, 1, 1], data: numbers(9, 2) },
    right: { shape: [3, 3, 1, 1], data: numbers(9, 3) },
    last: { shape: [2, 3, 1, 1], data: numbers(6, 4) },
    half: { shape: [1], data: [0.25] },
  },
  nodes: [
    ['Conv', ['x', 'first'], ['a'], { pads: [1, 1, 1, 1] }],
    ['Relu', ['a'], ['b']],
    ['Conv', ['b', 'left'], ['c']],
    ['Conv', ['b', 'right'], ['d']],
    ['Add', ['half', 'half'], ['one half']],
    ['Mul', ['d', 'one half'], ['e']],
    [
      'If',
      ['flag'],
      ['f'],
      {
        then_branch: { graph: { nodes: [['Add', ['b', 'e'], ['then']]], outputs: ['then'] } },
        else_branch: { graph: { nodes: [['Sub', ['b', 'e'], ['else']]], outputs: ['else'] } },
      },
    ],
    ['Add', ['c', 'f'], ['g']],
    ['Conv', ['g', 'last'], ['y']],
  ],
  outputs: ['y'],
});

/** The same model with other outputs. */
function withOutputs(names: readonly string[]): Uint8Array {
  const decoded = decodeModel(model);
  decoded.graph!.output = names.map((name) => create(ValueInfoProtoSchema, { name }));
  return encodeModel(decoded);
}

describe.each([
  ['onnxruntime-node', useNode],
  ['onnxruntime-web', useWasm],
])('%s', (_, use) => {
  it('captures what layers read, as it is when those values are outputs of the whole model', async () => {
    const { ort, executionProviders } = await use();
    const samples = [1, 2].map((seed) => ({
      x: new ort.Tensor('float32', numbers(72 * seed, seed), [seed, 2, 6, 6]),
      flag: new ort.Tensor('bool', Uint8Array.of(seed % 2), []),
    }));
    const graph = readModelGraph(model);
    const layers = graph.nodes.filter(({ opType }) => opType === 'Conv');
    const capture = openCapture({ ort, executionProviders }, graph, new Set(layers), samples);
    const seen = new Map<string, readonly { readonly data: unknown }[]>();
    for (let stage = 0; stage < capture.stages; stage += 1) {
      await capture.next();
      for (const layer of layers)
        if (capture.stageOf(layer) === stage) seen.set(nameOf(layer), capture.held.get(nameOf(layer))!);
    }
    expect([...seen.keys()]).toEqual(['x', 'b', 'g']);
    const session = await ort.InferenceSession.create(withOutputs(['b', 'g']), {
      graphOptimizationLevel: 'disabled',
    });
    for (const [at, sample] of samples.entries()) {
      const wanted = await session.run(sample);
      expect(seen.get('x')![at]!.data).toEqual(sample.x.data);
      expect(seen.get('b')![at]!.data).toEqual(wanted.b!.data);
      expect(seen.get('g')![at]!.data).toEqual(wanted.g!.data);
    }
    await session.release();
  });
});

const nameOf = (layer: NodeProto): string => layer.input[0]!;

/** The convolutions of the model, and captures of what they read from one sample. */
async function convolutions() {
  const { ort, executionProviders } = await useNode();
  const graph = readModelGraph(model);
  const layers = graph.nodes.filter(({ opType }) => opType === 'Conv');
  const samples = [
    {
      x: new ort.Tensor('float32', numbers(72, 1), [1, 2, 6, 6]),
      flag: new ort.Tensor('bool', Uint8Array.of(1), []),
    },
  ];
  const open = (like?: Capture) =>
    openCapture({ ort, executionProviders }, graph, new Set(layers), samples, like);
  return { layers, open };
}

it('lets layers whose inputs are ready together share a stage, and holds no value that nobody reads any more', async () => {
  const { layers, open } = await convolutions();
  const capture = open();
  expect(layers.map((layer) => capture.stageOf(layer))).toEqual([0, 1, 1, 2]);
  expect(capture.stages).toBe(3);
  const held: string[][] = [];
  for (let stage = 0; stage < 3; stage += 1) {
    await capture.next();
    held.push([...capture.held.keys()].sort());
  }
  expect(held).toEqual([['flag', 'x'], ['b', 'flag'], ['g']]);
});

it('takes what cannot differ from another capture of the same graph', async () => {
  const { open } = await convolutions();
  const dense = open();
  const pruned = open(dense);
  const replaced = new Map([['left', new Float32Array(9)]]);
  for (let stage = 0; stage < 2; stage += 1) {
    await dense.next();
    await pruned.next(replaced);
  }
  expect(pruned.held.get('b')).toBe(dense.held.get('b'));
  await dense.next();
  await pruned.next(replaced);
  expect(pruned.held.get('g')![0]!.data).not.toEqual(dense.held.get('g')![0]!.data);
});
