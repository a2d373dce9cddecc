import { elementBudget } from '@synaprune/core';
import { channelGroups, channelImportance, type ListedGroup, shrinkOnnx } from '@synaprune/onnx-shrink';
import type { CheckedScan } from './options.js';
import { type PlainTensors, plainTensors } from './plain-tensors.js';
import type { Change, TrialPlan } from './trial.js';

/** Each group of channels alone: those that matter least are zero, with all that goes with them, which is as if cut. */
export function channelTrials(model: Uint8Array, { importance }: CheckedScan): TrialPlan {
  const { groups } = channelGroups(model);
  const ranked = channelImportance(model, importance === undefined ? {} : { importance });
  const dense = plainTensors(model);
  const isPlain = ({ members }: ListedGroup) => members.every(({ tensor }) => dense.has(tensor));
  const names = new Set(groups.filter(isPlain).flatMap(({ members }) => members.map(({ tensor }) => tensor)));
  const tensors = new Map(
    [...names].map((name) => [name, { shape: dense.shapeOf(name), values: dense.valuesOf(name) }]),
  );

  return {
    tensors,
    count: groups.length,
    async *at(level) {
      for (const group of groups) {
        const { name, channels } = group;
        const dropped = leastOf(ranked[name]!, Math.min(elementBudget(level, channels), channels - 1));
        yield {
          name,
          elements: channels,
          pruned: dropped.size,
          change: isPlain(group) ? zeroed(group, dropped, dense) : cut(group, dropped),
        };
      }
    },
  };

  function cut({ name, channels }: ListedGroup, dropped: ReadonlySet<number>): Change {
    const kept = [...Array(channels).keys()].filter((channel) => !dropped.has(channel));
    return { model: shrinkOnnx(model, { keep: { [name]: kept } }).model };
  }
}

/** The channels that matter least; of equals the last, as in a cut. */
function leastOf(importance: readonly number[], count: number): ReadonlySet<number> {
  const order = [...importance.keys()].sort((a, b) => importance[a]! - importance[b]! || b - a);
  return new Set(order.slice(0, count));
}

function zeroed({ members }: ListedGroup, dropped: ReadonlySet<number>, dense: PlainTensors): Change {
  const values = new Map<string, Float32Array>();
  for (const { tensor, axis, channels } of members) {
    const own = values.get(tensor) ?? dense.valuesOf(tensor);
    values.set(tensor, own);
    const stride = dense
      .shapeOf(tensor)
      .slice(axis + 1)
      .reduce((product, size) => product * size, 1);
    for (let at = 0; at < own.length; at += 1) {
      const channel = channels[Math.floor(at / stride) % channels.length]!;
      if (dropped.has(channel)) own[at] = 0;
    }
  }
  return { values };
}
