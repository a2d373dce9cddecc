import type { TfjsShards } from '../files/decode-tfjs.js';
import { encodeTfjs } from '../files/encode-tfjs.js';
import { convolution, graphArtifacts, placeholder, text } from './graph-artifacts.js';

/** Small models of all kinds, as files. */
export function smallFiles(): readonly { readonly modelJson: string; readonly shards: TfjsShards }[] {
  return [encodeTfjs(layers(), { shardSizeBytes: 700 }), encodeTfjs(graph()), encodeTfjs(strings())];
}

function layers() {
  const layer = (name: string, className: string, more: object = {}) => ({
    class_name: className,
    name,
    config: { name, ...more },
    inbound_nodes: [] as unknown[],
  });
  const inner = {
    ...layer('inner', 'Sequential', { layers: [layer('deep', 'Dense', { units: 4 })] }),
    inbound_nodes: [[['stack', 0, 0, {}]]],
  };
  const cells = { class_name: 'StackedRNNCells', config: { name: 'cells', cells: [layer('g', 'GRUCell')] } };
  const specs = [
    spec('bi/forward_l/kernel', [4, 16]),
    spec('bi/backward_l/lstm_cell/kernel', [4, 16], { dtype: 'float16' }),
    spec('each/kernel', [8, 8], { dtype: 'uint8', scale: 0.01, min: -1.28 }),
    spec('stack/RNNCell_0/recurrent_kernel', [4, 12], { dtype: 'uint16', scale: 0.001, min: -0.5 }),
    spec('deep/kernel', [4, 4]),
    spec('deep/bias', [4]),
    { ...spec('deep/kernel/m', [4, 4]), group: 'optimizer' },
  ];
  return {
    format: 'layers-model',
    modelTopology: {
      keras_version: '2.11.0',
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'model',
          layers: [
            layer('in', 'InputLayer', { batch_input_shape: [null, 6, 4] }),
            {
              ...layer('bi', 'Bidirectional', { layer: layer('l', 'LSTM') }),
              inbound_nodes: [[['in', 0, 0, {}]]],
            },
            {
              ...layer('each', 'TimeDistributed', { layer: layer('d', 'Dense') }),
              inbound_nodes: [[['bi', 0, 0]]],
            },
            {
              ...layer('stack', 'RNN', { cell: cells }),
              inbound_nodes: [[['each', 0, 0, { mask: ['in', 0, 0] }]]],
            },
            inner,
          ],
          input_layers: [['in', 0, 0]],
          output_layers: ['inner', 1, 0],
        },
      },
    },
    weightSpecs: specs,
    weightData: data(256 + 128 + 64 + 96 + 64 + 16 + 64),
  };
}

function graph() {
  const nodeDef = [
    { name: 'inside', op: 'Const', attr: { dtype: { type: 1 } } },
    { name: 'product', op: 'MatMul', input: ['v', 'inside:output:0', '^inside'], attr: {} },
  ];
  const signature = (name: string) => ({
    name,
    inputArg: [{ name: 'v', type: 1 }],
    outputArg: [{ name: 'out' }],
  });
  const f = { func: { name: 'body' } };
  const one = Float32Array.from({ length: 64 }, (_, i) => i - 20);
  return {
    ...graphArtifacts(
      [
        placeholder('x', -1, 8),
        ['turned', 'Transpose', ['a', 'turn']],
        [
          'first',
          '_FusedMatMul',
          ['x', 'turned', 'bias'],
          { fused_ops: { list: { s: [text('BiasAdd').s] } } },
        ],
        ['image', 'Reshape', ['first', 'size']],
        ['conv', 'Conv2D', ['image', 'b'], convolution({ data_format: { s: [78, 72, 87, 67] } })],
        ['called', 'StatelessIf', ['x', 'first'], { then_branch: f, else_branch: f }],
        ['split', 'Split', ['turn', 'called:0']],
        ['y', 'AddV2', ['split:1', 'first', '^conv']],
      ],
      {
        a: { shape: [8, 8], data: one },
        turn: { shape: [2], data: [1, 0], ints: true },
        bias: { shape: [8], data: one.slice(0, 8) },
        size: { shape: [4], data: [-1, 2, 2, 2], ints: true },
        b: { shape: [2, 2, 2, 8], data: one },
        inside: { shape: [8, 8], data: one },
      },
      {
        library: { function: [{ signature: signature('body'), nodeDef, ret: { out: 'product:product:0' } }] },
      },
    ),
    signature: { outputs: { y: { name: 'y:0' } } },
  };
}

function strings() {
  const bytes = Uint8Array.of(2, 0, 0, 0, 104, 105, 0, 0, 0, 0, 1, 0, 0, 0, 33);
  return {
    modelTopology: {
      node: [
        { name: 's', op: 'Const' },
        { name: 'k', op: 'Const' },
        { name: 'c', op: 'Const' },
      ],
    },
    weightSpecs: [
      { name: 's', shape: [3], dtype: 'string' },
      { name: 'k', shape: [], dtype: 'bool' },
      { name: 'c', shape: [1], dtype: 'complex64' },
    ],
    weightData: Uint8Array.from([...bytes, 1, ...new Uint8Array(8)]).buffer,
  };
}

function spec(
  name: string,
  shape: readonly number[],
  quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; scale?: number; min?: number },
) {
  return { name, shape, dtype: 'float32', ...(quantization === undefined ? {} : { quantization }) };
}

function data(length: number): ArrayBuffer {
  return Uint8Array.from({ length }, (_, i) => (i * 37) % 61).buffer;
}
