import { type ElementType, typeOf } from '../elements/element-type.js';
import { type Attributes, listAt, numberAt, textAt } from '../values/attributes.js';
import { broadcast } from '../values/broadcast.js';
import type { ShapeRule } from './rule.js';
import { windowCounts, windowsOf } from './windows.js';

const quantize: ShapeRule = ([x, , zeroPoint], attributes) => {
  const code = numberAt(attributes, 'output_dtype', 0);
  const type = zeroPoint?.type ?? (code === 0 ? 'uint8' : typeOf(code));
  if (type === undefined) throw new RangeError(`type number ${code} is not known`);
  return [{ type, shape: x!.shape }];
};

const quantizeByRange: ShapeRule = ([x]) => [
  { type: 'uint8', shape: x!.shape },
  { type: 'float32', shape: [] },
  { type: 'uint8', shape: [] },
];

/** The shape of a product whose factors may be vectors. */
function productShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  const [inner, other] = [left.at(-1), right.at(-2)];
  if (inner === undefined || other === undefined) throw new RangeError('both need at least one axis');
  if (inner !== other) throw new RangeError(`${inner} columns meet ${other} rows`);
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  return [...batch, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])];
}

/** The shape of a convolution whose padding may be left to `auto_pad`. */
function convolved(x: readonly number[], w: readonly number[], attributes: Attributes): readonly number[] {
  const group = numberAt(attributes, 'group', 1);
  if (x.length !== w.length || x.length < 3) throw new RangeError('its kernel has another rank');
  if (w[1]! * group !== x[1] || w[0]! % group !== 0) {
    throw new RangeError(`its kernel is for ${w[1]! * group} channels in ${group} groups`);
  }
  const mode = textAt(attributes, 'auto_pad', 'NOTSET');
  const kernel = w.slice(2);
  if (mode.startsWith('SAME')) {
    const strides = listAt(attributes, 'strides') ?? kernel.map(() => 1);
    return [x[0]!, w[0]!, ...x.slice(2).map((size, axis) => Math.ceil(size / strides[axis]!))];
  }
  const { pads: _, ...unpadded } = attributes;
  const windows = windowsOf(mode === 'VALID' ? unpadded : attributes, kernel);
  return [x[0]!, w[0]!, ...windowCounts(x.slice(2), windows)];
}

const int32: ElementType = 'int32';

/** Operators of whole numbers that stand for floats. */
export const quantisedShapes: Readonly<Record<string, ShapeRule>> = {
  QuantizeLinear: quantize,
  DynamicQuantizeLinear: quantizeByRange,
  MatMulInteger: ([a, b]) => [{ type: int32, shape: productShape(a!.shape, b!.shape) }],
  QLinearMatMul: (inputs) => [
    { type: inputs[7]!.type, shape: productShape(inputs[0]!.shape, inputs[3]!.shape) },
  ],
  ConvInteger: ([x, w], attributes) => [{ type: int32, shape: convolved(x!.shape, w!.shape, attributes) }],
  QLinearConv: (inputs, attributes) => [
    { type: inputs[7]!.type, shape: convolved(inputs[0]!.shape, inputs[3]!.shape, attributes) },
  ],
};
