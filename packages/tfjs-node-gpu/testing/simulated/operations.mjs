// @ts-check
/*
 * How TensorFlow's operations, as tfjs-node asks for them, are put to tfjs's cpu kernels. TensorFlow takes
 * axes, shapes and the like as input tensors; the kernels take them as attributes.
 */

/** @typedef {import('@tensorflow/tfjs').TensorInfo} Info */

/**
 * What an operation is called with.
 *
 * @typedef {object} Call
 * @property {readonly Info[]} inputs
 * @property {(index: number) => number[]} numbers the values of an input
 * @property {(name: string) => any} attribute
 */

/**
 * A call of a cpu kernel.
 *
 * @typedef {object} KernelCall
 * @property {string} kernel
 * @property {Readonly<Record<string, Info>> | readonly Info[]} inputs
 * @property {Readonly<Record<string, unknown>>} [attributes]
 */

/** @param {string} kernel @returns {(call: Call) => KernelCall} */
const unary =
  (kernel) =>
  ({ inputs }) => ({ kernel, inputs: { x: at(inputs, 0) } });

/** @param {string} kernel @returns {(call: Call) => KernelCall} */
const binary =
  (kernel) =>
  ({ inputs }) => ({ kernel, inputs: { a: at(inputs, 0), b: at(inputs, 1) } });

/** @param {string} kernel @param {string} axesName @returns {(call: Call) => KernelCall} */
const reduction =
  (kernel, axesName) =>
  ({ inputs, numbers, attribute }) => ({
    kernel,
    inputs: { x: at(inputs, 0) },
    attributes: { [axesName]: numbers(1), keepDims: attribute('keep_dims') },
  });

const sameName = {
  unary:
    'Neg Exp Log Log1p Sqrt Rsqrt Square Abs Relu Tanh Sigmoid IsNan LogicalNot Sign Floor Round Reciprocal Elu Erf ZerosLike OnesLike',
  binary:
    'Add Sub RealDiv Maximum Minimum Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr SquaredDifference Pow FloorDiv',
};

/** Every operation that is simulated, by TensorFlow's name. @type {Readonly<Record<string, (call: Call) => KernelCall>>} */
export const operations = {
  ...Object.fromEntries(sameName.unary.split(' ').map((name) => [name, unary(name)])),
  ...Object.fromEntries(sameName.binary.split(' ').map((name) => [name, binary(name)])),
  AddV2: binary('Add'),
  Mul: binary('Multiply'),
  Div: binary('RealDiv'),
  Identity: unary('Identity'),
  Sum: reduction('Sum', 'axis'),
  Mean: reduction('Mean', 'axis'),
  Prod: reduction('Prod', 'axis'),
  Max: reduction('Max', 'reductionIndices'),
  Min: reduction('Min', 'axis'),
  Any: reduction('Any', 'axis'),
  All: reduction('All', 'axis'),
  BatchMatMulV2: ({ inputs, attribute }) => ({
    kernel: 'BatchMatMul',
    inputs: { a: at(inputs, 0), b: at(inputs, 1) },
    attributes: { transposeA: attribute('adj_x'), transposeB: attribute('adj_y') },
  }),
  Softmax: ({ inputs }) => ({
    kernel: 'Softmax',
    inputs: { logits: at(inputs, 0) },
    attributes: { dim: at(inputs, 0).shape.length - 1 },
  }),
  Select: ({ inputs }) => ({
    kernel: 'Select',
    inputs: { condition: at(inputs, 0), t: at(inputs, 1), e: at(inputs, 2) },
  }),
  Cast: ({ inputs, attribute }) => ({
    kernel: 'Cast',
    inputs: { x: at(inputs, 0) },
    attributes: { dtype: attribute('DstT') },
  }),
  Fill: ({ inputs, numbers }) => ({
    kernel: 'Fill',
    inputs: {},
    attributes: { shape: numbers(0), value: numbers(1)[0], dtype: at(inputs, 1).dtype },
  }),
  Reshape: ({ inputs, numbers }) => ({
    kernel: 'Reshape',
    inputs: { x: at(inputs, 0) },
    attributes: { shape: numbers(1) },
  }),
  ExpandDims: ({ inputs, numbers }) => ({
    kernel: 'ExpandDims',
    inputs: { input: at(inputs, 0) },
    attributes: { dim: numbers(1)[0] },
  }),
  Transpose: ({ inputs, numbers }) => ({
    kernel: 'Transpose',
    inputs: { x: at(inputs, 0) },
    attributes: { perm: numbers(1) },
  }),
  Tile: ({ inputs, numbers }) => ({
    kernel: 'Tile',
    inputs: { x: at(inputs, 0) },
    attributes: { reps: numbers(1) },
  }),
  Slice: ({ inputs, numbers }) => ({
    kernel: 'Slice',
    inputs: { x: at(inputs, 0) },
    attributes: { begin: numbers(1), size: numbers(2) },
  }),
  StridedSlice: ({ inputs, numbers, attribute }) => ({
    kernel: 'StridedSlice',
    inputs: { x: at(inputs, 0) },
    attributes: {
      begin: numbers(1),
      end: numbers(2),
      strides: numbers(3),
      beginMask: attribute('begin_mask'),
      endMask: attribute('end_mask'),
      ellipsisMask: attribute('ellipsis_mask'),
      newAxisMask: attribute('new_axis_mask'),
      shrinkAxisMask: attribute('shrink_axis_mask'),
    },
  }),
  SplitV: ({ inputs, numbers }) => ({
    kernel: 'SplitV',
    inputs: { x: at(inputs, 0) },
    attributes: { numOrSizeSplits: numbers(1), axis: numbers(2)[0] },
  }),
  Unpack: ({ inputs, attribute }) => ({
    kernel: 'Unpack',
    inputs: { value: at(inputs, 0) },
    attributes: { axis: attribute('axis') },
  }),
  Pack: ({ inputs, attribute }) => ({ kernel: 'Pack', inputs, attributes: { axis: attribute('axis') } }),
  ConcatV2: ({ inputs, numbers }) => ({
    kernel: 'Concat',
    inputs: inputs.slice(0, -1),
    attributes: { axis: numbers(inputs.length - 1)[0] },
  }),
  OneHot: ({ inputs, numbers }) => ({
    kernel: 'OneHot',
    inputs: { indices: at(inputs, 0) },
    attributes: {
      depth: numbers(1)[0],
      onValue: numbers(2)[0],
      offValue: numbers(3)[0],
      dtype: at(inputs, 2).dtype,
    },
  }),
  GatherV2: ({ inputs, numbers, attribute }) => ({
    kernel: 'GatherV2',
    inputs: { x: at(inputs, 0), indices: at(inputs, 1) },
    attributes: { axis: numbers(2)[0], batchDims: attribute('batch_dims') },
  }),
  UnsortedSegmentSum: ({ inputs, numbers }) => ({
    kernel: 'UnsortedSegmentSum',
    inputs: { x: at(inputs, 0), segmentIds: at(inputs, 1) },
    attributes: { numSegments: numbers(2)[0] },
  }),
  TopKV2: ({ inputs, numbers, attribute }) => ({
    kernel: 'TopK',
    inputs: { x: at(inputs, 0) },
    attributes: { k: numbers(1)[0], sorted: attribute('sorted') },
  }),
  Cumsum: ({ inputs, numbers, attribute }) => ({
    kernel: 'Cumsum',
    inputs: { x: at(inputs, 0) },
    attributes: { axis: numbers(1)[0], exclusive: attribute('exclusive'), reverse: attribute('reverse') },
  }),
};

/** Operations that only carry values along: they compute nothing, so that nothing can be flushed. */
export const carriers = new Set(
  'Identity Select Reshape ExpandDims Transpose Tile Slice StridedSlice SplitV Unpack Pack ConcatV2 GatherV2 Fill OneHot'.split(
    ' ',
  ),
);

/** @param {readonly Info[]} inputs @param {number} index @returns {Info} */
function at(inputs, index) {
  const input = inputs[index];
  if (input === undefined) throw new Error(`needs an input ${index}, got ${inputs.length} inputs`);
  return input;
}
