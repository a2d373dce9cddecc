import { typeOf } from '../elements/element-type.js';
import { numberAt } from '../values/attributes.js';
import { broadcast } from '../values/broadcast.js';
import type { Value } from '../values/value.js';
import type { ShapeRule } from './rule.js';
import { floatType, oneType } from './types.js';

const same: ShapeRule = ([x]) => [{ type: x!.type, shape: x!.shape }];

const floats: ShapeRule = ([x]) => [{ type: floatType([x]), shape: x!.shape }];

/** Two operands, both there: a broken model may have fewer. */
function operands(inputs: readonly Value[]): readonly Value[] {
  if (inputs.length !== 2) throw new RangeError(`two inputs are needed, got ${inputs.length}`);
  return inputs;
}

function broadcastAll(inputs: readonly Value[]): readonly number[] {
  return inputs.reduce<readonly number[]>((shape, input) => broadcast(shape, input.shape), []);
}

const arithmetic: ShapeRule = (inputs) => [{ type: oneType(operands(inputs)), shape: broadcastAll(inputs) }];

const comparison: ShapeRule = (inputs) => [{ type: 'bool', shape: broadcastAll(operands(inputs)) }];

const power: ShapeRule = (inputs) => [{ type: inputs[0]!.type, shape: broadcastAll(operands(inputs)) }];

const where: ShapeRule = (inputs) => [{ type: inputs[1]!.type, shape: broadcastAll(inputs) }];

const cast: ShapeRule = ([x], attributes) => {
  const type = typeOf(numberAt(attributes, 'to', 0));
  if (type === undefined) throw new RangeError(`type number ${numberAt(attributes, 'to', 0)} is not known`);
  return [{ type, shape: x!.shape }];
};

/** A frozen part may be quantised; nothing is learned through it. */
const dequantized: ShapeRule = ([x, scale]) => [{ type: scale!.type, shape: x!.shape }];

const bool: ShapeRule = ([x]) => [{ type: 'bool', shape: x!.shape }];

const each = (names: string, rule: ShapeRule): Record<string, ShapeRule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

/** Operators that work on each element by itself. */
export const elementwiseShapes: Readonly<Record<string, ShapeRule>> = {
  ...each('Identity Neg Abs Relu Clip Sign Not PRelu BitwiseNot CumSum Trilu', same),
  ...each('Sqrt Exp Log Erf LeakyRelu Elu Selu Sigmoid HardSigmoid HardSwish Tanh Softplus', floats),
  ...each('Softsign Softmax LogSoftmax Reciprocal Floor Ceil Round Sin Cos Tan Asin Acos Atan', floats),
  ...each('Sinh Cosh Asinh Acosh Atanh Hardmax', floats),
  ...each('Add Sub Mul Div Min Max Mod BitShift BitwiseAnd BitwiseOr BitwiseXor', arithmetic),
  ...each('Equal Greater Less GreaterOrEqual LessOrEqual And Or Xor', comparison),
  ...each('IsNaN IsInf', bool),
  Pow: power,
  Where: where,
  Cast: cast,
  DequantizeLinear: dequantized,
};
