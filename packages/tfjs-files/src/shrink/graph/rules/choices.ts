import { concat, pick, squeeze, unsqueeze, whyAt, withAxis } from '@synaprune/axes';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import type { FollowedNode, NodeCall, Rule } from '../node-call.js';
import { withSizes } from './arrangement.js';
import { frontAxis, numberOf } from './attributes.js';
import { sliceRules } from './slices.js';

/** More values than a node gives. */
const MOST_VALUES = 4096;

/** One behind the other. The axis comes last, of old first. */
const concatRule: Rule = (call) => {
  const old = call.op === 'Concat';
  const last = call.count - 1;
  const numbers = Array.from({ length: last }, (_, i) => (old ? i + 1 : i));
  const inputs = numbers.map((i) => call.input(i));
  if (inputs.length === 0) throw new NotFollowed(`${call.place.label}: it has no inputs`);
  const at = frontAxis(call, call.numbers(old ? 0 : last)[0], inputs[0]?.axes.length ?? 0);
  return { outputs: [joined(call, inputs, numbers, at)] };
};

/** Values one behind the other, with what is known of their elements. */
function joined(
  call: NodeCall,
  inputs: readonly ModelValue[],
  numbers: readonly number[],
  at: number,
): ModelValue {
  const rank = inputs[0]!.axes.length;
  if (inputs.some(({ axes }) => axes.length !== rank)) throw new NotFollowed('values of other ranks');
  const { axes, zero, parameter } = concat(call.place, inputs, at);
  const value = { axes, zero, parameter };
  if (rank !== 1 || inputs.every(({ sizes }) => sizes === undefined)) return value;
  const sizes = inputs.flatMap((input, i) => {
    if (input.sizes !== undefined) return call.sizes(numbers[i]!)!;
    const { dim } = input.axes[0]!;
    if (typeof dim !== 'number') throw new NotFollowed('how many there are is not known');
    return Array.from({ length: dim }, () => undefined);
  });
  return { ...value, sizes };
}

/** Values of one shape side by side, along a new axis. */
const pack: Rule = (call) => {
  const inputs = call.inputs();
  const at = frontAxis(call, numberOf(call, 'axis', 0), (inputs[0]?.axes.length ?? 0) + 1);
  const numbers = inputs.map((_, i) => i);
  const wide = inputs.map(({ sizes, ...input }) => withSizes(unsqueeze(call.place, input, [at]), sizes));
  return { outputs: [joined(call, wide, numbers, at)] };
};

/** The indices of an axis, each by itself. */
const unpack: Rule = (call) => {
  const x = call.input(0);
  const own = call.sizes(0);
  const at = frontAxis(call, numberOf(call, 'axis', 0), x.axes.length);
  const axis = x.axes[at]!;
  const count = numberOf(call, 'num', typeof axis.dim === 'number' ? axis.dim : 0);
  if (!(count >= 0 && count <= MOST_VALUES) || (typeof axis.dim === 'number' && axis.dim !== count)) {
    throw new NotFollowed(`${call.place.label}: it gives ${count} values`);
  }
  call.axes.hold(axis, whyAt(call.place, at, 'each of its indices is a value by itself'));
  const { axes, zero, parameter } = x;
  const outputs = Array.from({ length: count }, (_, i) => {
    const one = withAxis(
      { axes, zero, parameter },
      at,
      call.axes.held(1, whyAt(call.place, at, 'one of it')),
    );
    return withSizes(squeeze(call.place, one, [at]), own && [own[i]]);
  });
  return { outputs };
};

const split: Rule = (call) => {
  const x = call.input(1);
  const at = frontAxis(call, call.numbers(0)[0], x.axes.length);
  const count = numberOf(call, 'num_split', 1);
  const { dim } = x.axes[at]!;
  if (typeof dim !== 'number' || dim % count !== 0) {
    throw new NotFollowed(`${call.place.label}: its parts are computed`);
  }
  return parted(call, {
    input: 1,
    axisInput: 0,
    at,
    parts: Array.from({ length: count }, () => dim / count),
  });
};

const splitBySizes: Rule = (call) => {
  const x = call.input(0);
  const at = frontAxis(call, call.numbers(2)[0], x.axes.length);
  const given = call.numbers(1);
  const { dim } = x.axes[at]!;
  const rest = typeof dim === 'number' ? dim - given.reduce((sum, part) => sum + Math.max(part, 0), 0) : 0;
  const parts = given.map((part) => (part === -1 ? rest : part));
  return parted(call, { input: 0, axisInput: 2, at, parts });
};

function parted(
  call: NodeCall,
  {
    input,
    axisInput,
    at,
    parts,
  }: {
    readonly input: number;
    readonly axisInput: number;
    readonly at: number;
    readonly parts: readonly number[];
  },
): FollowedNode {
  const x = call.input(input);
  const known = call.sizes(input);
  const axis = x.axes[at]!;
  if (parts.reduce((sum, part) => sum + part, 0) !== axis.dim || parts.some((part) => part < 0)) {
    throw new NotFollowed(`${call.place.label}: its parts do not fill it`);
  }
  const { axes, zero, parameter } = x;
  let from = 0;
  const outputs = parts.map((part) => {
    const indices = Array.from({ length: part }, (_, i) => from + i);
    from += part;
    const value = pick(call.place, { axes, zero, parameter }, at, indices);
    return withSizes(value, known && indices.map((index) => known[index]));
  });
  return {
    outputs,
    edit(edit) {
      if (edit.keptOf(axis) === undefined) return;
      const sizes = outputs.map((output) => Number(edit.lengthOf(output.axes[at]!)));
      // Parts of one size each may be of different sizes from now on.
      edit.rewrite('SplitV', [input, sizes, axisInput]);
    },
  };
}

/** Operators that put values together and take them apart. */
export const choiceRules: Readonly<Record<string, Rule>> = {
  ...sliceRules,
  ConcatV2: concatRule,
  Concat: concatRule,
  Pack: pack,
  Unpack: unpack,
  Split: split,
  SplitV: splitBySizes,
};
