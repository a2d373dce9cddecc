import * as tf from '@tensorflow/tfjs';
import { randoms } from './randoms.js';

type Node = readonly [name: string, op: string, inputs: readonly string[], attr?: object];

const text = (value: string) => ({ s: btoa(value) });
const ints = (...values: readonly number[]) => ({ list: { i: values.map(String) } });
const fused = (...names: readonly string[]) => ({
  fused_ops: { list: { s: names.map((name) => btoa(name)) } },
  num_args: { i: '1' },
});
const window = (stride: number, padding: string, more: object = {}) => ({
  strides: ints(1, stride, stride, 1),
  dilations: ints(1, 1, 1, 1),
  padding: text(padding),
  data_format: text('NHWC'),
  ...more,
});

/** Nodes of a small picture model, as converters write them: a residual block between a stem and a head. */
const NODES: readonly Node[] = [
  ['stem', '_FusedConv2D', ['x', 'stem/w', 'stem/b'], window(2, 'SAME', fused('BiasAdd', 'Relu'))],
  ['deep/w/read', 'Identity', ['deep/w']],
  ['deep', 'DepthwiseConv2dNative', ['stem', 'deep/w/read'], window(1, 'SAME')],
  ['deep/relu', 'Relu6', ['deep']],
  [
    'point',
    'Conv2D',
    ['deep/relu', 'point/w'],
    window(1, 'EXPLICIT', { explicit_paddings: ints(0, 0, 0, 0, 0, 0, 0, 0) }),
  ],
  ['point/add', 'AddV2', ['point', 'point/b']],
  ['sum', 'AddV2', ['stem', 'point/add']],
  ['mean', 'Mean', ['sum', 'axes'], { keep_dims: { b: false } }],
  ['hidden', '_FusedMatMul', ['mean', 'hidden/w', 'hidden/b'], fused('BiasAdd', 'Relu')],
  ['logits', 'MatMul', ['hidden', 'out/w'], { transpose_b: { b: true } }],
  ['y', 'Softmax', ['logits']],
];

const WEIGHTS: Readonly<Record<string, readonly number[]>> = {
  'stem/w': [3, 3, 3, 8],
  'stem/b': [8],
  'deep/w': [3, 3, 8, 1],
  'point/w': [1, 1, 8, 8],
  'point/b': [8],
  'hidden/w': [8, 16],
  'hidden/b': [16],
  'out/w': [5, 16],
};

/** What the small picture model is saved as: 8 × 8 pixels of 3 channels in, 5 classes out. */
export function pictureArtifacts(): tf.io.ModelArtifacts {
  const type = { type: 'DT_FLOAT' };
  const shape = { shape: { dim: [-1, 8, 8, 3].map((size) => ({ size: String(size) })) } };
  const values = Object.values(WEIGHTS).flatMap((edges, i) => [
    ...randoms(
      i + 1,
      edges.reduce((size, edge) => size * edge, 1),
    ),
  ]);
  const axes = Int32Array.of(1, 2);
  const data = new Uint8Array(4 * values.length + axes.byteLength);
  data.set(new Uint8Array(Float32Array.from(values).buffer));
  data.set(new Uint8Array(axes.buffer), 4 * values.length);
  return {
    format: 'graph-model',
    modelTopology: {
      versions: {},
      node: [
        { name: 'x', op: 'Placeholder', attr: { dtype: type, shape } },
        ...Object.keys(WEIGHTS).map((name) => ({ name, op: 'Const', attr: { dtype: type } })),
        { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
        ...NODES.map(([name, op, input, attr = {}]) => ({ name, op, input, attr: { T: type, ...attr } })),
      ],
    },
    weightSpecs: [
      ...Object.entries(WEIGHTS).map(([name, edges]) => ({
        name,
        shape: [...edges],
        dtype: 'float32' as const,
      })),
      { name: 'axes', shape: [2], dtype: 'int32' },
    ],
    weightData: data.buffer,
  };
}

/** The small picture model, loaded. */
export function createPictureModel(): Promise<tf.GraphModel> {
  return tf.loadGraphModel(tf.io.fromMemory(pictureArtifacts()));
}
