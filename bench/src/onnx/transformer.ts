import { buildModel, float, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';
import { createRandom } from '../randoms.js';

/** A transformer to fine-tune, and one batch of noise to learn. */
export interface Transformer {
  readonly model: Uint8Array;
  /** All weights. */
  readonly elements: number;
  readonly inputs: { readonly x: Float32Array };
  readonly targets: { readonly y: Float32Array };
}

/** How large a transformer is. */
export interface TransformerSize {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
}

/** A base of 10.6 million weights, some ten million, that a page could fine-tune. */
export const TEN_MILLION: TransformerSize = { layers: 6, width: 384, heads: 6, batch: 4, length: 32 };

const CLASSES = 10;

/** An encoder as exporters write one: attention and two layers of four times the width, each behind its normalisation. */
export function transformer({ layers, width, heads, batch, length }: TransformerSize): Transformer {
  const tensors: Record<string, TensorParts> = {
    split: { shape: [4], type: 'int64', data: [batch, length, heads, width / heads] },
    join: { shape: [3], type: 'int64', data: [batch, length, width] },
    root: { shape: [], data: [Math.sqrt(width / heads)] },
  };
  const nodes: NodeParts[] = [];
  let seed = 1;
  const kernel = (name: string, shape: readonly [number, number]) => {
    const next = createRandom(seed++);
    const bound = 1 / Math.sqrt(shape[0]);
    const data = Float32Array.from({ length: shape[0] * shape[1] }, () => bound * (2 * next() - 1));
    tensors[name] = { shape, data };
  };
  const norm = (name: string, from: string): string => {
    tensors[`${name}.scale`] = { shape: [width], data: new Float32Array(width).fill(1) };
    tensors[`${name}.shift`] = { shape: [width], data: new Float32Array(width) };
    nodes.push([
      'LayerNormalization',
      [from, `${name}.scale`, `${name}.shift`],
      [name],
      { epsilon: float(1e-5) },
    ]);
    return name;
  };
  const linear = (name: string, from: string, shape: readonly [number, number]): string => {
    kernel(`${name}.weight`, shape);
    tensors[`${name}.bias`] = { shape: [shape[1]], data: new Float32Array(shape[1]) };
    nodes.push(['MatMul', [from, `${name}.weight`], [`${name}.product`]]);
    nodes.push(['Add', [`${name}.product`, `${name}.bias`], [name]]);
    return name;
  };
  const node = (op: string, inputs: readonly string[], output: string, attributes = {}): string => {
    nodes.push([op, inputs, [output], attributes]);
    return output;
  };
  let at = 'x';
  for (let layer = 0; layer < layers; layer += 1) {
    const own = (name: string) => `layer${layer}.${name}`;
    const normed = norm(own('norm1'), at);
    const [q, k, v] = ['q', 'k', 'v'].map((name) => {
      const all = linear(own(name), normed, [width, width]);
      const split = node('Reshape', [all, 'split'], `${all}.split`);
      return node('Transpose', [split], `${all}.heads`, { perm: name === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3] });
    }) as [string, string, string];
    const scores = node('Div', [node('MatMul', [q, k], own('scores')), 'root'], own('scaled'));
    const mixed = node('MatMul', [node('Softmax', [scores], own('attention')), v], own('mixed'));
    const turned = node('Transpose', [mixed], own('turned'), { perm: [0, 2, 1, 3] });
    const joined = node('Reshape', [turned, 'join'], own('joined'));
    const first = node('Add', [at, linear(own('out'), joined, [width, width])], own('first'));
    const up = linear(own('up'), norm(own('norm2'), first), [width, 4 * width]);
    const down = linear(own('down'), node('Relu', [up], own('relu')), [4 * width, width]);
    at = node('Add', [first, down], own('second'));
  }
  const pooled = node('ReduceMean', [norm('norm', at)], 'pooled', { axes: [1], keepdims: 0 });
  kernel('head.weight', [width, CLASSES]);
  node('MatMul', [pooled, 'head.weight'], 'y');
  const next = createRandom(99);
  const y = new Float32Array(batch * CLASSES);
  for (let row = 0; row < batch; row += 1) y[row * CLASSES + (row % CLASSES)] = 1;
  const floats = Object.values(tensors).filter(({ type }) => type === undefined);
  return {
    model: buildModel({
      inputs: { x: [batch, length, width] },
      tensors,
      nodes,
      outputs: { y: [batch, CLASSES] },
    }),
    elements: floats.reduce((sum, { data }) => sum + data.length, 0),
    inputs: { x: Float32Array.from({ length: batch * length * width }, () => 2 * next() - 1) },
    targets: { y },
  };
}
