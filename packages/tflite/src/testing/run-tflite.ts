import * as tf from '@tensorflow/tfjs';
import { readFloats } from '../elements/quantised-values.js';
import type { Table } from '../format/decode.js';
import { numberOf, tableOf, tablesOf } from '../format/fields.js';
import type { Graph, Operator, Tensor } from '../model/model.js';
import { openModel } from '../model/open-model.js';

/** Runs a model's first subgraph by operations of tfjs, which know nothing of how it was written. */
export function runTflite(bytes: Uint8Array, ...images: readonly Float32Array[]): Float32Array[] {
  const [graph] = openModel('test', bytes).graphs;
  return tf.tidy(() => {
    const values = new Map<number, tf.Tensor>();
    for (const tensor of graph!.tensors) {
      if (tensor.data !== undefined) values.set(tensor.index, constantOf(tensor));
    }
    for (const [i, input] of graph!.inputs.entries()) {
      values.set(input, tf.tensor(images[i]!, graph!.tensors[input]!.shape as number[]));
    }
    for (const operator of graph!.operators) {
      const read = operator.inputs.map((i) => values.get(i)!);
      values.set(operator.outputs[0]!, compute(graph!, operator, read));
    }
    return graph!.outputs.map((output) => values.get(output)!.dataSync() as Float32Array);
  });
}

function constantOf(tensor: Tensor): tf.Tensor {
  const shape = tensor.shape as number[];
  if (tensor.sparse) return tf.tensor(densify(tensor), shape);
  if (tensor.type === 'int32') {
    return tf.tensor(new Int32Array(Uint8Array.from(tensor.data!).buffer), shape, 'int32');
  }
  return tf.tensor(readFloats(tensor)!, shape);
}

/** What a tensor that is stored sparse along its last axis stands for. */
export function densify({ data, elements, shape, table, type }: Tensor): Float32Array {
  const own = Uint8Array.from(data!).buffer;
  const stored = type === 'float16' ? readFloats({ ...halves(own) })! : new Float32Array(own);
  const last = tablesOf(tableOf(table, 'sparsity')!, 'dimensions').at(-1)!;
  const list = (name: string) => tableOf(last, name)!.values as Uint8Array;
  const [segments, indices] = [list('segments'), list('indices')];
  const made = new Float32Array(elements);
  const columns = shape.at(-1)!;
  for (let row = 0; row + 1 < segments.length; row += 1) {
    for (let at = segments[row]!; at < segments[row + 1]!; at += 1) {
      made[row * columns + indices[at]!] = stored[at]!;
    }
  }
  return made;
}

function halves(buffer: ArrayBuffer): Tensor {
  const elements = buffer.byteLength / 2;
  const data = new Uint8Array(buffer);
  return { data, elements, type: 'float16', shape: [elements] } as unknown as Tensor;
}

function compute(graph: Graph, { op, options, outputs }: Operator, all: readonly tf.Tensor[]): tf.Tensor {
  const [a, b, c] = all;
  const dilations: [number, number] = [numberOf(options, 'dilationH', 1), numberOf(options, 'dilationW', 1)];
  const strides: [number, number] = [numberOf(options, 'strideH', 1), numberOf(options, 'strideW', 1)];
  const padding = numberOf(options, 'padding') === 0 ? 'same' : 'valid';
  const image = a as tf.Tensor4D;
  const shape = graph.tensors[outputs[0]!]!.shape as number[];
  switch (op) {
    case 'DENSIFY':
    case 'DEQUANTIZE':
      return a!;
    case 'CONV_2D': {
      const filter = b!.transpose([1, 2, 3, 0]) as tf.Tensor4D;
      return activated(options, tf.conv2d(image, filter, strides, padding, 'NHWC', dilations).add(c!));
    }
    case 'DEPTHWISE_CONV_2D': {
      const multiplier = b!.shape[3]! / image.shape[3];
      const filter = b!.reshape([b!.shape[1]!, b!.shape[2]!, image.shape[3], multiplier]) as tf.Tensor4D;
      return activated(
        options,
        tf.depthwiseConv2d(image, filter, strides, padding, 'NHWC', dilations).add(c!),
      );
    }
    case 'PAD': {
      const amounts = b!.dataSync();
      const pairs = Array.from({ length: a!.rank }, (_, i): [number, number] => [
        amounts[2 * i]!,
        amounts[2 * i + 1]!,
      ]);
      return tf.pad(a!, pairs);
    }
    case 'REVERSE_V2':
      return tf.reverse(a!, [b!.dataSync()[0]!]);
    case 'MEAN':
      return tf.mean(a!, [...b!.dataSync()]).reshape(shape);
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D': {
      const window: [number, number] = [numberOf(options, 'filterHeight'), numberOf(options, 'filterWidth')];
      const pool = op === 'MAX_POOL_2D' ? tf.maxPool : tf.avgPool;
      return activated(options, pool(image, window, strides, padding));
    }
    case 'ADD':
      return activated(options, a!.add(b!));
    case 'MUL':
      return activated(options, a!.mul(b!));
    case 'TANH':
      return a!.tanh();
    case 'LEAKY_RELU':
      return tf.leakyRelu(a!, numberOf(options, 'alpha'));
    case 'CONCATENATION':
      return tf.concat([...all], numberOf(options, 'axis'));
    case 'LOGISTIC':
      return a!.sigmoid();
    case 'RELU':
      return a!.relu();
    case 'RELU6':
      return a!.relu6();
    case 'SOFTMAX':
      return tf.softmax(a!);
    case 'RESHAPE':
      return a!.reshape(shape);
    case 'FULLY_CONNECTED': {
      const flat = a!.reshape([-1, b!.shape[1]!]) as tf.Tensor2D;
      return activated(
        options,
        tf
          .matMul(flat, b as tf.Tensor2D, false, true)
          .add(c ?? 0)
          .reshape(shape),
      );
    }
    default:
      throw new Error(`${op} is not run in tests`);
  }
}

function activated(options: Table, tensor: tf.Tensor): tf.Tensor {
  const kinds = [(each: tf.Tensor) => each, tf.relu, undefined, tf.relu6];
  return kinds[numberOf(options, 'activation')]!(tensor);
}
