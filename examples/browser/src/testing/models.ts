import { create, decodeModel, encodeModel, StringStringEntryProtoSchema } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { encodeTfjs } from '@synaprune/tfjs-files';
import type { TestFile } from './drop-acts';

const wave = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(1 + i * step));

/** A small classifier of pictures whose size it leaves open. */
export function onnxModel(): Uint8Array {
  return buildModel({
    inputs: { picture: ['batch', 3, 'height', 'width'] },
    tensors: {
      'first.weight': { shape: [32, 3, 3, 3], data: wave(864, 1.7) },
      'second.weight': { shape: [32, 32, 3, 3], data: wave(9216, 2.3) },
      'head.weight': { shape: [32, 10], data: wave(320, 0.9) },
    },
    nodes: [
      ['Conv', ['picture', 'first.weight'], ['a'], { pads: [1, 1, 1, 1], strides: [4, 4] }],
      ['Relu', ['a'], ['b']],
      ['Conv', ['b', 'second.weight'], ['c'], { pads: [1, 1, 1, 1], strides: [4, 4] }],
      ['GlobalAveragePool', ['c'], ['d']],
      ['Flatten', ['d'], ['e']],
      ['MatMul', ['e', 'head.weight'], ['f']],
      ['Softmax', ['f'], ['classes']],
    ],
    outputs: ['classes'],
  });
}

/** {@link onnxModel} with its largest tensor in a file beside it. */
export function twoFiles(): readonly TestFile[] {
  const model = decodeModel(onnxModel());
  const tensor = model.graph!.initializer.find(({ name }) => name === 'second.weight')!;
  const bytes = Uint8Array.from(tensor.rawData);
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = 1;
  tensor.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: 'two.onnx.data' })];
  return [
    { name: 'two.onnx', bytes: encodeModel(model) },
    { name: 'two.onnx.data', bytes },
  ];
}

/** A model that the runtime has no operator for. */
export function unknownOperator(): Uint8Array {
  return buildModel({
    inputs: { x: [1, 16] },
    tensors: { w: { shape: [16, 16], data: wave(256, 1.1) } },
    nodes: [
      ['MatMul', ['x', 'w'], ['a']],
      ['com.example::Wonder', ['a'], ['y']],
    ],
    outputs: ['y'],
  });
}

/** A model without a kernel: it only adds. */
export function nothingToPrune(): Uint8Array {
  return buildModel({
    inputs: { x: [1, 16] },
    tensors: { b: { shape: [16], data: wave(16, 1.1) } },
    nodes: [['Add', ['x', 'b'], ['y']]],
    outputs: ['y'],
  });
}

/** A layers model of TensorFlow.js, its weights in two files. */
export function tfjsModel(): readonly TestFile[] {
  const dense = (name: string, units: number, inputs: number, more: object) => ({
    class_name: 'Dense',
    config: { name, units, use_bias: true, batch_input_shape: [null, inputs], ...more },
  });
  const { modelJson, shards } = encodeTfjs(
    {
      format: 'layers-model',
      modelTopology: {
        class_name: 'Sequential',
        config: {
          name: 'small',
          layers: [
            dense('first', 64, 24, { activation: 'relu' }),
            dense('out', 8, 64, { activation: 'softmax' }),
          ],
        },
      },
      weightSpecs: [
        { name: 'first/kernel', shape: [24, 64], dtype: 'float32' },
        { name: 'first/bias', shape: [64], dtype: 'float32' },
        { name: 'out/kernel', shape: [64, 8], dtype: 'float32' },
        { name: 'out/bias', shape: [8], dtype: 'float32' },
      ],
      weightData: wave(24 * 64 + 64 + 64 * 8 + 8, 1.3).buffer as ArrayBuffer,
    },
    { shardSizeBytes: 4096 },
  );
  return [
    { name: 'model.json', bytes: new TextEncoder().encode(modelJson) },
    ...Object.entries(shards).map(([name, bytes]) => ({ name, bytes })),
  ];
}
