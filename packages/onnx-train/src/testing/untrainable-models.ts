import type { GraphParts } from '@synaprune/onnx/graph';
import { randomTensor, type TestModel, type TestNode } from './models.js';

/** A product with something trained, `h`, `[2, 4]`, before the nodes in question, which end in `y`. */
export const after = (nodes: readonly TestNode[], more: Partial<TestModel> = {}): TestModel => ({
  ...more,
  inputs: { x: { shape: [2, 3] }, ...more.inputs },
  tensors: { w: randomTensor([3, 4]), ...more.tensors },
  nodes: [['MatMul', ['x', 'w'], ['h']], ...nodes],
  outputs: ['y'],
});

/** The same as an image, `i`, `[1, 1, 2, 4]`. */
const image = (nodes: readonly TestNode[], tensors: TestModel['tensors'] = {}): TestModel =>
  after([['Reshape', ['h', 'square'], ['i']], ...nodes], {
    tensors: { square: { type: 'int64', shape: [4], data: [1, 1, 2, 4] }, ...tensors },
  });

/** Integers as a tensor. */
const list = (...data: number[]) => ({ type: 'int64' as const, shape: [data.length], data });

/** A round of a loop. */
const round: GraphParts = {
  inputs: { i: { type: 'int64', shape: [] }, goes: { type: 'bool', shape: [] }, k: [2, 4] },
  nodes: [
    ['Identity', ['goes'], ['going']],
    ['Neg', ['k'], ['next']],
  ],
  outputs: ['going', 'next'],
};

/** What is said of a node: operator and node, why, and what would do. */
export const untrainable: Readonly<
  Record<string, readonly [TestModel, place: string, why: RegExp, instead: RegExp]>
> = {
  If: [
    after([['If', ['h'], ['y']]]),
    'node "if1" (If)',
    /condition is computed when it runs/,
    /branches: \{ "if1": 'then' \}/,
  ],
  Loop: [
    after([
      ['ReduceSum', ['h'], ['s'], { keepdims: 0 }],
      ['Cast', ['s'], ['n'], { to: 7 }],
      ['Loop', ['n', '', 'h'], ['y'], { body: { graph: round } }],
    ]),
    'node "loop3" (Loop)',
    /number of rounds is computed when it runs/,
    /fixed number of rounds/,
  ],
  NonMaxSuppression: [
    after([['NonMaxSuppression', ['h', 'h'], ['y']]]),
    'node "nonmaxsuppression1" (NonMaxSuppression)',
    /as large as its data say, \[n, 3\]/,
    /shapes: \{ "y": \[n, 3\] \}/,
  ],
  'an unknown operator': [
    after([['Warp', ['h'], ['y']]]),
    'node "warp1" (Warp)',
    /no place/,
    /rules: \{ "Warp": \{ shapes, gradient \} \}/,
  ],
  'a computed shape': [
    after([
      ['Cast', ['x'], ['n'], { to: 7 }],
      ['Expand', ['h', 'n'], ['y']],
    ]),
    'node "expand2" (Expand)',
    /what Expand gives is as large as numbers say that are computed when it runs, or trained/,
    /say how large it is in the batches of this step, shapes: \{ "y": \[…\] \}, as findShapes .*, or name an output/,
  ],
  'a batch in a Reshape': [
    after([['Reshape', ['h', 's'], ['y']]], { tensors: { s: list(1, 4) } }),
    'node "reshape1" (Reshape)',
    /\[2, 4\] cannot become \[1, 4\].* exporter wrote the batch into it/,
    /export with a dynamic batch .*, or build the step for that batch \(inputs\)/,
  ],
  'a batch in a Reshape that infers the rest': [
    after(
      [
        ['Reshape', ['h', 's'], ['f']],
        ['MatMul', ['f', 'v'], ['y']],
      ],
      {
        tensors: { s: list(1, -1), v: randomTensor([4, 2]) },
      },
    ),
    'node "matmul2" (MatMul)',
    /8 columns meet 4 rows/,
    /node "reshape1" \(Reshape\) before it makes \[1, 8\] of \[2, 4\].* dynamic batch/,
  ],
  'a long sequence': [
    {
      inputs: { x: { shape: [2000, 2, 3] } },
      tensors: { k: randomTensor([1, 2, 3]), r: randomTensor([1, 2, 2]) },
      nodes: [['RNN', ['x', 'k', 'r'], ['y'], { hidden_size: 2 }]],
      outputs: ['y'],
    },
    'node "rnn0" (RNN)',
    /a sequence of 2000 steps is too long/,
    /train on shorter ones \(inputs\)/,
  ],
  'Resize by squares': [
    image([['Resize', ['i', '', 'scales'], ['y'], { mode: 'square' }]], {
      scales: { shape: [4], data: [1, 1, 2, 2] },
    }),
    'node "resize2" (Resize)',
    /by square, half_pixel/,
    /nearest, linear or cubic/,
  ],
  'no gradient rule': [
    after([['EyeLike', ['h'], ['y']]]),
    'node "eyelike1" (EyeLike)',
    /EyeLike has no gradient rule/,
    /rules: \{ "EyeLike": \{ gradient \} \} can give one/,
  ],
  'an output that is not computed': [
    image([['MaxPool', ['i'], ['z', 'y'], { kernel_shape: [2, 2] }]]),
    'node "maxpool2" (MaxPool)',
    /its output "y" is not computed/,
    /name an output of the model/,
  ],
  'statistics that are computed': [
    after(
      [
        ['ReduceMean', ['h'], ['m'], { axes: [0], keepdims: 0 }],
        ['BatchNormalization', ['h', 's', 's', 'm', 's'], ['y']],
      ],
      { tensors: { s: randomTensor([4]) } },
    ),
    'node "batchnormalization2" (BatchNormalization)',
    /running statistics are computed/,
    /batchNormalization: 'inference'/,
  ],
  'a setting of a version to come': [
    after([['Softmax', ['h'], ['y'], { temperature: { float: 2 } }]], { opset: 40 }),
    'node "softmax1" (Softmax)',
    /the attribute "temperature", which Softmax did not have up to version 28 .* version 40/,
    /export the model with version 28 or an older one/,
  ],
  'a range too long to be listed': [
    after(
      [
        ['Range', ['from', 'to', 'by'], ['r']],
        ['Cast', ['r'], ['f'], { to: 1 }],
        ['ReduceMean', ['f'], ['m'], { keepdims: 0 }],
        ['Add', ['h', 'm'], ['y']],
      ],
      {
        tensors: {
          from: { type: 'int64', shape: [], data: [0] },
          to: { type: 'int64', shape: [], data: [1e9] },
          by: { type: 'int64', shape: [], data: [1] },
        },
      },
    ),
    'node "range1" (Range)',
    /1000000000 elements/,
    /make it an input or a tensor/,
  ],
  'MaxUnpool of windows that overlap': [
    image([['MaxUnpool', ['i', 'at'], ['y'], { kernel_shape: [2, 2] }]], {
      at: { type: 'int64', shape: [1, 1, 2, 4], data: [0, 1, 2, 3, 4, 5, 6, 7] },
    }),
    'node "maxunpool2" (MaxUnpool)',
    /windows that overlap/,
    /strides of at least the kernel/,
  ],
  'a complex signal under a window': [
    after(
      [
        ['Reshape', ['h', 'shape'], ['signal']],
        ['STFT', ['signal', 'step', 'window'], ['y']],
      ],
      {
        tensors: {
          ...{ shape: list(1, 4, 2), step: list(1), window: { shape: [2], data: [0.5, 0.5] } },
          w: randomTensor([3, 4]),
        },
      },
    ),
    'node "stft2" (STFT)',
    /runtimes differ/,
    /real part and the imaginary one apart/,
  ],
};
