import { convolution, ints, text } from './graph-artifacts.js';

/** A value of a graph that is put together. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Puts a graph together, node by node. */
export interface Builder {
  readonly dice: (below: number) => number;
  node(op: string, inputs: readonly Value[], shape: readonly number[], attributes?: object): Value;
  /** Output `number` of a node that has several. */
  output(node: Value, number: number, shape: readonly number[]): Value;
  weight(...shape: readonly number[]): Value;
  numbers(shape: readonly number[], data: readonly number[]): Value;
}

/** Attributes of a node of floats. */
export const float = { T: { type: 'DT_FLOAT' } };
/** A node of one input, of its shape. */
export const one = (value: Value, op: string, to: Builder, attributes: object = {}): Value =>
  to.node(op, [value], value.shape, { ...float, ...attributes });

/** A vector of whole numbers. */
export function list(to: Builder, ...data: readonly number[]): Value {
  return to.numbers([data.length], data);
}

/** Adds something to a graph, if it can. */
export type Step = (to: Builder, x: Value, others: readonly Value[]) => Value | undefined;

const conv: Step = (to, x) => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const filters = 2 + to.dice(8);
  const fused = to.dice(2) === 0;
  const inputs = [x, to.weight(1 + to.dice(3), 3, c, filters)];
  if (!fused) return to.node('Conv2D', inputs, [n, h, w, filters], convolution());
  const attributes = { fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Relu6')] } }, num_args: { i: '1' } };
  const all = [...inputs, to.weight(filters)];
  return to.node('_FusedConv2D', all, [n, h, w, filters], convolution(attributes));
};

/** Of pictures. */
export const picture: readonly Step[] = [
  conv,
  conv,
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const copies = 1 + to.dice(2);
    const made = to.node(
      'DepthwiseConv2dNative',
      [x, to.weight(3, 3, c, copies)],
      [n, h, w, c * copies],
      convolution(),
    );
    return to.node('BiasAdd', [made, to.weight(c * copies)], made.shape, {
      ...float,
      data_format: text('NHWC'),
    });
  },
  (to, x) => {
    const c = x.shape[3]!;
    const parameters = Array.from({ length: 4 }, () => to.weight(c));
    return to.node('FusedBatchNormV3', [x, ...parameters], x.shape, {
      ...float,
      epsilon: { f: 0.01 },
      data_format: text('NHWC'),
      is_training: { b: false },
    });
  },
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const windows = {
      ksize: ints(1, 2, 2, 1),
      strides: ints(1, 2, 2, 1),
      padding: text('SAME'),
      data_format: text('NHWC'),
    };
    const op = to.dice(2) === 0 ? 'MaxPool' : 'AvgPool';
    return to.node(op, [x], [n, Math.ceil(h / 2), Math.ceil(w / 2), c], { ...float, ...windows });
  },
  // More channels, as residual blocks of some detectors put them on.
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const more = 1 + to.dice(4);
    const pads = to.numbers([4, 2], [0, 0, 1, 0, 0, 0, 0, more]);
    const padded = to.node('Pad', [x, pads], [n, h + 1, w, c + more], float);
    const other = conv(to, padded, [])!;
    const same = to.node(
      'Conv2D',
      [other, to.weight(1, 1, other.shape[3]!, c + more)],
      padded.shape,
      convolution(),
    );
    return to.node('AddV2', [padded, same], padded.shape, float);
  },
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const size = list(to, h * 2, w + 1);
    return to.node('ResizeBilinear', [x, size], [n, h * 2, w + 1, c], {
      ...float,
      align_corners: { b: false },
    });
  },
  // Channels that weigh channels.
  (to, x) => {
    const [n, , , c] = x.shape as [number, number, number, number];
    const mean = to.node('Mean', [x, list(to, 1, 2)], [n, 1, 1, c], { ...float, keep_dims: { b: true } });
    const small = to.node('Conv2D', [mean, to.weight(1, 1, c, 3)], [n, 1, 1, 3], convolution());
    const back = to.node(
      'Conv2D',
      [one(small, 'Relu', to), to.weight(1, 1, 3, c)],
      mean.shape,
      convolution(),
    );
    return to.node('Mul', [one(back, 'Sigmoid', to), x], x.shape, float);
  },
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const filters = 2 + to.dice(5);
    const shape = [n, h * 2, w * 2, filters];
    const attributes = convolution({ strides: ints(1, 2, 2, 1) });
    return to.node(
      'Conv2DBackpropInput',
      [list(to, ...shape), to.weight(3, 3, filters, c), x],
      shape,
      attributes,
    );
  },
  // Channels of groups shuffled.
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    if (c % 2 !== 0) return undefined;
    const apart = to.node('Reshape', [x, list(to, n, h, w, 2, c / 2)], [n, h, w, 2, c / 2], float);
    const turned = to.node('Transpose', [apart, list(to, 0, 1, 2, 4, 3)], [n, h, w, c / 2, 2], float);
    return to.node('Reshape', [turned, list(to, n, h, w, c)], x.shape, float);
  },
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    return to.node('Reshape', [x, list(to, -1, h * w, c)], [n, h * w, c], float);
  },
  (to, x) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const shape = to.node('Shape', [x], [4], { T: { type: 'DT_FLOAT' }, out_type: { type: 'DT_INT32' } });
    const masks = { begin_mask: { i: '0' }, end_mask: { i: '0' }, shrink_axis_mask: { i: '1' } };
    const at = (i: number) =>
      to.node('StridedSlice', [shape, list(to, i), list(to, i + 1), list(to, 1)], [], {
        T: { type: 'DT_INT32' },
        ...masks,
      });
    const whole = { T: { type: 'DT_INT32' } };
    const rest = to.node('Mul', [to.node('Mul', [at(1), at(2)], [], whole), at(3)], [], whole);
    const target = to.node('Pack', [at(0), rest], [2], {
      T: { type: 'DT_INT32' },
      axis: { i: '0' },
      N: { i: '2' },
    });
    return to.node('Reshape', [x, target], [n, h * w * c], float);
  },
];

/** Of matrices. */
export const matrix: readonly Step[] = [
  (to, x) => {
    const units = 2 + to.dice(8);
    const turned = to.dice(2) === 0;
    const weight = turned ? to.weight(units, x.shape[1]!) : to.weight(x.shape[1]!, units);
    return to.node('MatMul', [x, weight], [x.shape[0]!, units], { ...float, transpose_b: { b: turned } });
  },
  (to, x) => {
    const units = 2 + to.dice(8);
    const attributes = { fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Elu')] } }, num_args: { i: '1' } };
    const inputs = [x, to.weight(x.shape[1]!, units), to.weight(units)];
    return to.node('_FusedMatMul', inputs, [x.shape[0]!, units], { ...float, ...attributes });
  },
];

/** Heads that look at each other. */
export const sequence: Step = (to, x) => {
  const [n, t, c] = x.shape as [number, number, number];
  const [heads, width] = [2, 1 + to.dice(3)];
  const projected = () => {
    const flat = to.node('Reshape', [x, list(to, n * t, c)], [n * t, c], float);
    const made = to.node('MatMul', [flat, to.weight(c, heads * width)], [n * t, heads * width], float);
    const apart = to.node('Reshape', [made, list(to, n, t, heads, width)], [n, t, heads, width], float);
    return to.node('Transpose', [apart, list(to, 0, 2, 1, 3)], [n, heads, t, width], float);
  };
  const scores = to.node('BatchMatMulV2', [projected(), projected()], [n, heads, t, t], {
    ...float,
    adj_y: { b: true },
  });
  const mixed = to.node(
    'BatchMatMulV2',
    [one(scores, 'Softmax', to), projected()],
    [n, heads, t, width],
    float,
  );
  const back = to.node('Transpose', [mixed, list(to, 0, 2, 1, 3)], [n, t, heads, width], float);
  return to.node('Reshape', [back, list(to, n * t, heads * width)], [n * t, heads * width], float);
};
