import {
  type Dim,
  divideDim,
  productOf,
  reshape,
  transpose,
  unsqueeze,
  whyAt,
  withAxis,
} from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { LayerCall, LayerRule } from '../layer-call.js';
import { channelsAt } from '../settings.js';

const flatten: LayerRule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  // Channels come last in what is laid flat, wherever they are.
  const first = rank > 2 && channelsAt(call, rank) === 1;
  const order = first ? [0, ...range(2, rank), 1] : range(0, rank);
  const turned = transpose(x, order);
  const dims = turned.axes.map(({ dim }) => dim);
  return { outputs: [reshape(call.place, turned, [dims[0]!, productOf(dims.slice(1))])] };
};

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

const reshapeRule: LayerRule = (call) => {
  const x = call.input(0);
  const target = call.setting('target_shape');
  if (!Array.isArray(target)) throw new NotFollowed(`${call.place.label}: it has no target_shape`);
  const list: readonly unknown[] = target;
  const value = reshape(call.place, x, [x.axes[0]!.dim, ...resolve(call, list)]);
  return {
    outputs: [value],
    edit(config, { lengthOf }) {
      config.target_shape = list.map((edge, i) => {
        const length = lengthOf(value.axes[i + 1]!);
        return isLength(edge) && typeof length === 'number' ? length : edge;
      });
    },
  };
};

function isLength(edge: unknown): edge is number {
  return typeof edge === 'number' && Number.isSafeInteger(edge) && edge >= 0;
}

function resolve(call: LayerCall, target: readonly unknown[]): readonly Dim[] {
  const own = productOf(
    call
      .input(0)
      .axes.slice(1)
      .map(({ dim }) => dim),
  );
  const rest = divideDim(own, productOf(target.filter(isLength)));
  const unknown = target.filter((edge) => !isLength(edge)).length;
  return target.map((edge, i): Dim => {
    if (isLength(edge)) return edge;
    return (unknown === 1 ? rest : undefined) ?? call.open(`axis ${i + 1}`);
  });
}

const permute: LayerRule = (call) => {
  const x = call.input(0);
  const dims = call.setting('dims');
  const order = Array.isArray(dims) ? [0, ...(dims as number[])] : [];
  if (order.length !== x.axes.length || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw new NotFollowed(`${call.place.label}: no order of its axes`);
  }
  return { outputs: [transpose(x, order)] };
};

const repeat: LayerRule = (call) => {
  const x = call.input(0);
  const count = call.setting('n');
  if (x.axes.length !== 2 || !isLength(count)) throw new NotFollowed(`${call.place.label}: no vector`);
  const wide = unsqueeze(call.place, x, [1]);
  return {
    outputs: [withAxis(wide, 1, call.axes.held(count, whyAt(call.place, 1, 'it is repeated')))],
  };
};

export const arrangementRules: Readonly<Record<string, LayerRule>> = {
  Flatten: flatten,
  Reshape: reshapeRule,
  Permute: permute,
  RepeatVector: repeat,
};
