import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel } from '@synaprune/onnx/graph';
import { convertTfjs } from '@synaprune/tflite';

/** Numbers that look like weights. */
export const wave = (length: number, step = 1.7): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * step) * 0.5);

/** A small network for pictures of 3 × 8 × 8: two convolutions with a shortcut, then four logits. */
export function pictureModel(step?: number): Uint8Array {
  return buildModel({
    inputs: { picture: ['batch', 3, 8, 8] },
    tensors: {
      'conv1.weight': { shape: [16, 3, 3, 3], data: wave(432, step) },
      'conv2.weight': { shape: [16, 16, 3, 3], data: wave(2304, step) },
      'head.weight': { shape: [16, 4], data: wave(64, step) },
    },
    nodes: [
      ['Conv', ['picture', 'conv1.weight'], ['a'], { pads: [1, 1, 1, 1] }],
      ['Relu', ['a'], ['b']],
      ['Conv', ['b', 'conv2.weight'], ['c'], { pads: [1, 1, 1, 1] }],
      ['Add', ['b', 'c'], ['d']],
      ['GlobalAveragePool', ['d'], ['e']],
      ['Flatten', ['e'], ['f']],
      ['MatMul', ['f', 'head.weight'], ['logits']],
    ],
    outputs: ['logits'],
  });
}

/** A `.tflite` of the kind that LiteRT runs sparse: 3×3 with stride 2, two 1×1, and a mean. */
export function pointwiseModel(): Uint8Array {
  const convolution = (name: string, kernel: number, filters: number, strides: number, more = {}) => ({
    class_name: 'Conv2D',
    config: {
      name,
      kernel_size: [kernel, kernel],
      filters,
      strides: [strides, strides],
      use_bias: false,
      ...more,
    },
  });
  const first = { padding: 'same', batch_input_shape: [null, 9, 9, 3] };
  const layers = [
    convolution('first', 3, 8, 2, first),
    convolution('wide', 1, 32, 1),
    convolution('narrow', 1, 8, 1),
    { class_name: 'GlobalAveragePooling2D', config: { name: 'mean' } },
  ];
  return convertTfjs({
    modelTopology: { class_name: 'Sequential', config: { name: 'net', layers } },
    weightSpecs: [
      { name: 'first/kernel', shape: [3, 3, 3, 8], dtype: 'float32' },
      { name: 'wide/kernel', shape: [1, 1, 8, 32], dtype: 'float32' },
      { name: 'narrow/kernel', shape: [1, 1, 32, 8], dtype: 'float32' },
    ],
    weightData: wave(728).buffer as ArrayBuffer,
  });
}

/** The bytes of a .npy file. */
export function npy(
  data: Float32Array | Float64Array | BigInt64Array | Uint8Array,
  dims: readonly number[],
): Uint8Array {
  const type =
    data instanceof Float32Array
      ? '<f4'
      : data instanceof Float64Array
        ? '<f8'
        : data instanceof Uint8Array
          ? '|u1'
          : '<i8';
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims.join(', ')}${dims.length === 1 ? ',' : ''}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const size = Buffer.alloc(2);
  size.writeUInt16LE(header.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  return Buffer.concat([magic, size, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** A fresh folder with what the examples of `--help` use. */
export function modelFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-cli-')));
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  for (const name of ['samples', 'tfjs', 'tfjs/small']) mkdirSync(join(folder, name));
  put('model.onnx', pictureModel());
  put('model.tflite', pointwiseModel());
  put('samples/pictures.npy', npy(wave(6 * 192), [6, 3, 8, 8]));
  put('samples/more.bin', new Uint8Array(wave(192).buffer));
  put('recipe.json', JSON.stringify({ schedule: { kind: 'constantSparsity', sparsity: 0.25 } }));
  const dense = (name: string, units: number, activation: string) => ({
    class_name: 'Dense',
    config: { name, units, activation, use_bias: false },
  });
  const modelTopology = {
    class_name: 'Sequential',
    config: {
      layers: [
        { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 4] } },
        dense('first', 16, 'relu'),
        dense('second', 2, 'linear'),
      ],
    },
  };
  const weights = [
    { name: 'first/kernel', shape: [4, 16], dtype: 'float32' },
    { name: 'second/kernel', shape: [16, 2], dtype: 'float32' },
  ];
  const weightsManifest = [{ paths: ['weights.bin'], weights }];
  put('tfjs/model.json', JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
  put('tfjs/weights.bin', new Uint8Array(wave(96).buffer));
  return folder;
}
