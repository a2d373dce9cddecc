import { type AxedValue, computed, holdAll, normaliseOver, type Place } from '@synaprune/axes';
import { NOT_FOLLOWED } from './followed.js';

/** Functions of each element by itself that make 0 of 0. */
const KEEP_ZERO: ReadonlySet<string> = new Set([
  ...['elu', 'gelu', 'gelunew', 'leakyrelu', 'linear', 'mish', 'relu', 'relu6', 'selu', 'silu', 'softsign'],
  ...['swish', 'tanh'],
]);

/** Functions of each element by itself that make something else of 0. */
const MOVE_ZERO: ReadonlySet<string> = new Set(['exponential', 'hardsigmoid', 'sigmoid', 'softplus']);

/** Whether an activation makes 0 of 0; undefined where it is no function of each element by itself, or unknown. */
export function keepsZero(activation: string): boolean | undefined {
  const name = activation.replaceAll('_', '').toLowerCase();
  if (KEEP_ZERO.has(name)) return true;
  return MOVE_ZERO.has(name) ? false : undefined;
}

/** The same axes, of which nothing may be said to be 0 any more. */
export function moved(value: AxedValue): AxedValue {
  return { ...value, zero: value.zero.map(() => false) };
}

/** What an activation of layers makes of a value. */
export function activate(place: Place, value: AxedValue, activation: unknown): AxedValue {
  if (activation === undefined || activation === null) return value;
  const name = typeof activation === 'string' ? activation : '';
  const zero = keepsZero(name);
  if (zero !== undefined) return zero ? value : moved(value);
  if (['softmax', 'logsoftmax'].includes(name.replaceAll('_', '').toLowerCase())) {
    return normaliseOver(place, value, [value.axes.length - 1]);
  }
  holdAll(place, value, `the activation ${name === '' ? 'that it has' : `"${name}"`}: ${NOT_FOLLOWED}`);
  return computed(
    value.axes,
    value.zero.map(() => false),
  );
}
