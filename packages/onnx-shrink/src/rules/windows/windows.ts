import { type AxedValue, computed, holdSome, whyAt } from '@synaprune/axes';
import { listAt } from '@synaprune/onnx/graph';
import type { NodeCall, Rule } from '../../follow/node-call.js';
import { resize } from './resize.js';
import { windowSizes } from './window-sizes.js';

/** Each channel by itself, in windows. */
export function pooled(call: NodeCall, x: AxedValue): AxedValue {
  const spatial = x.axes.map((_, i) => i).slice(2);
  holdSome(call.place, x, spatial, 'windows go along it');
  const kernel = listAt(call.attributes, 'kernel_shape') ?? [];
  const before = x.axes.slice(2).map(({ dim }) => dim);
  const sizes = windowSizes(call, before, kernel);
  const axes = x.axes.map((axis, i) =>
    i < 2 ? axis : call.axes.held(sizes[i - 2]!, whyAt(call.place, i, 'windows go along it')),
  );
  return computed(axes, x.zero);
}

/** Each channel by itself, all of it. */
export function pooledWhole(call: NodeCall, x: AxedValue): AxedValue {
  const spatial = x.axes.map((_, i) => i).slice(2);
  holdSome(call.place, x, spatial, 'it is pooled over');
  const one = (i: number) => call.axes.held(1, whyAt(call.place, i, 'it is pooled over'));
  return computed(
    x.axes.map((axis, i) => (i < 2 ? axis : one(i))),
    x.zero,
  );
}

const pool: Rule = (call) => {
  const x = call.input(0);
  const value = pooled(call, x);
  if (call.outputs > 1 && call.node.output[1] !== '') {
    holdSome(call.place, x, [0, 1], 'where the largest stand is counted over all of it');
  }
  return { outputs: [value, value] };
};

const globalPool: Rule = (call) => ({ outputs: [pooledWhole(call, call.input(0))] });

export const windowRules: Readonly<Record<string, Rule>> = {
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  Resize: resize,
  Upsample: resize,
};
