// @ts-check
/*
 * Where libtensorflow 2 keeps what an operation takes and makes, as its kernels are registered for
 * DEVICE_GPU (`tensorflow/core/kernels/`). An input under `host` is registered with HostMemory: an axis, a
 * shape. All others are in device memory where their type is under `device`, and what is made of them too. Of a
 * type that is not listed, int32 above all, the kernel takes and makes host memory or there is none, and the
 * runtime copies.
 */

/**
 * @typedef {object} Residency
 * @property {readonly string[]} device types of inputs whose kernel works in device memory
 * @property {readonly number[]} [host] inputs that live in host memory; `-1` is the last
 * @property {string} source file in `tensorflow/core/kernels/`
 */

/** Every operation that pruning may use. @type {Readonly<Record<string, Residency>>} */
export const residencies = {
  Abs: { device: ['float32'], source: 'cwise_op_abs.cc' },
  IsNan: { device: ['float32'], source: 'cwise_op_isnan.cc' },
  Less: { device: ['float32'], source: 'cwise_op_less.cc' },
  LessEqual: { device: ['float32'], source: 'cwise_op_less_equal.cc' },
  Equal: { device: ['float32'], source: 'cwise_op_equal_to_1.cc' },
  LogicalAnd: { device: ['bool'], source: 'cwise_op_logical_and.cc' },
  LogicalNot: { device: ['bool'], source: 'cwise_op_logical_not.cc' },
  LogicalOr: { device: ['bool'], source: 'cwise_op_logical_or.cc' },
  Select: { device: ['float32', 'bool'], source: 'cwise_op_select.cc' },
  Cast: { device: ['float32', 'bool'], source: 'cast_op.cc' },
  Sum: { device: ['float32'], host: [1], source: 'reduction_ops_sum.cc' },
  Cumsum: { device: ['float32'], host: [1], source: 'scan_ops.cc' },
  Fill: { device: ['float32'], host: [0], source: 'constant_op.cc' },
  ZerosLike: { device: ['float32'], source: 'constant_op.cc' },
  Reshape: { device: ['float32', 'bool'], host: [1], source: 'reshape_op.cc' },
  Slice: { device: ['float32', 'bool'], host: [1, 2], source: 'slice_op.cc' },
  ConcatV2: { device: ['float32', 'bool'], host: [-1], source: 'concat_op.cc' },
  Pack: { device: ['float32'], source: 'pack_op.cc' },
};

/**
 * Why an operation would leave the device, or undefined where it does not.
 *
 * @param {import('./simulated/binding.mjs').Operation} operation
 * @returns {string | undefined}
 */
export function leavesDevice({ name, inputs, outputs }) {
  const residency = residencies[name];
  if (residency === undefined) return `${name} is not in the table`;
  const host = (residency.host ?? []).map((index) => (index < 0 ? inputs.length + index : index));
  const wrong = [
    ...inputs.filter(({ dtype }, index) => !host.includes(index) && !residency.device.includes(dtype)),
    ...outputs.filter(({ dtype }) => dtype === 'int32'),
  ][0];
  return wrong && `${name} computes ${wrong.dtype} of [${wrong.shape}] on the host`;
}
