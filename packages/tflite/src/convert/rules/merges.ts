import { cannot, type LayerRule } from '../layer-call.js';
import type { Step } from '../step.js';

/** Two or more values, one with the other: of one shape, or one a channel in the place of many pixels. */
const merge =
  (op: string, options: string): LayerRule =>
  (call) => {
    const [first, ...others] = call.inputs;
    if (first === undefined || others.length === 0) throw cannot(call, 'it has one input');
    const steps: Step[] = [];
    let value = first;
    for (const [i, other] of others.entries()) {
      if (value.shape.length !== other.shape.length)
        throw cannot(call, 'its inputs have different numbers of axes');
      const shape = value.shape.map((edge, axis) => Math.max(edge, other.shape[axis]!));
      const fits = [value, other].every((each) =>
        each.shape.every((edge, axis) => edge === 1 || edge === shape[axis]),
      );
      if (!fits) throw cannot(call, `its inputs [${value.shape.join()}] and [${other.shape.join()}]`);
      const name = i === others.length - 1 ? call.name : `${call.name}/${i}`;
      const gives = { name, shape };
      steps.push({ op, reads: [value, other], gives, constants: [], options, settings: {}, activation: 0 });
      value = gives;
    }
    return steps;
  };

export const add: LayerRule = merge('ADD', 'AddOptions');
export const multiply: LayerRule = merge('MUL', 'MulOptions');
