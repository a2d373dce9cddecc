import { cannot, type LayerCall, type LayerRule } from '../layer-call.js';
import type { Step, Value } from '../step.js';

/** An operator with one input and nothing to be told. */
export function unary(op: string, input: Value, name: string, options = '', settings = {}): Step {
  return { op, reads: [input], gives: { name, shape: input.shape }, constants: [], options, settings };
}

/** A function by its name in tfjs and Keras; none for `linear`. */
export function activate(call: LayerCall, input: Value, activation: unknown, name: string): readonly Step[] {
  const given =
    typeof activation === 'object' && activation !== null && 'class_name' in activation
      ? activation.class_name
      : activation;
  switch (String(given ?? 'linear').toLowerCase()) {
    case 'linear':
      return [];
    case 'relu':
      return [unary('RELU', input, name)];
    case 'relu6':
      return [unary('RELU6', input, name)];
    case 'sigmoid':
      return [unary('LOGISTIC', input, name)];
    case 'tanh':
      return [unary('TANH', input, name)];
    case 'softmax':
      return [unary('SOFTMAX', input, name, 'SoftmaxOptions', { beta: 1 })];
    default:
      throw cannot(call, `its activation ${JSON.stringify(activation)}`);
  }
}

/** Steps with a function behind the last of them. */
export function finished(call: LayerCall, steps: readonly Step[]): readonly Step[] {
  const last = steps.at(-1)!;
  return [...steps, ...activate(call, last.gives, call.setting('activation'), `${call.name}/activation`)];
}

export const activation: LayerRule = (call) => {
  return activate(call, call.input, call.setting('activation'), call.name);
};

export const relu: LayerRule = (call) => {
  const most = call.setting('max_value');
  for (const key of ['negative_slope', 'threshold']) {
    if ((call.setting(key) ?? 0) !== 0) throw cannot(call, `its ${key}`);
  }
  if (most === undefined) return [unary('RELU', call.input, call.name)];
  if (most === 6) return [unary('RELU6', call.input, call.name)];
  throw cannot(call, `its max_value ${JSON.stringify(most)}; 6 can, or none`);
};

export const leakyRelu: LayerRule = (call) => {
  const alpha = call.setting('alpha') ?? call.setting('negative_slope') ?? 0.3;
  return [unary('LEAKY_RELU', call.input, call.name, 'LeakyReluOptions', { alpha: Number(alpha) })];
};

export const softmax: LayerRule = (call) => {
  const axis = call.setting('axis') ?? -1;
  const last = call.input.shape.length - 1;
  if (axis !== -1 && axis !== last) throw cannot(call, `its axis ${JSON.stringify(axis)}; the last can`);
  return activate(call, call.input, 'softmax', call.name);
};
