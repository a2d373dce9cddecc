import type { ElementType } from '../elements/element-type.js';
import type { Value } from '../values/value.js';
import type { ShapeRule } from './rule.js';

/** The type that all inputs have. @throws RangeError when they differ */
export function oneType(inputs: readonly (Value | undefined)[]): ElementType {
  const { type } = inputs[0]!;
  for (const input of inputs)
    if (input && input.type !== type) throw new RangeError(`${type} meets ${input.type}`);
  return type;
}

/** The float type that all inputs have. @throws RangeError when they differ, or it is none */
export function floatType(inputs: readonly (Value | undefined)[]): ElementType {
  const type = oneType(inputs);
  if (!type.includes('float')) throw new RangeError('it is for floats');
  return type;
}

/** A rule whose second input counts elements. */
export const indexed =
  (rule: ShapeRule): ShapeRule =>
  (inputs, ...rest) => {
    if (!/^int(32|64)$/.test(inputs[1]!.type)) throw new RangeError('indices are int32 or int64');
    return rule(inputs, ...rest);
  };
