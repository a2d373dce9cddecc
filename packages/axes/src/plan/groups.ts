import type { Axes } from '../axes/axes-api.js';
import type { Axis, Side } from '../axes/axis.js';
import type { UnitKind } from '../units/units.js';

/** A tensor of the file, with the axes that a graph was followed by. */
export interface TensorAxes {
  readonly name: string;
  readonly axes: readonly Axis[];
}

/** A tensor along one of its axes, as a group has it. */
export interface Member {
  readonly tensor: TensorAxes;
  readonly axis: number;
  readonly side: Side | 'along';
  /** For every index of the axis: the number of the channel in the group, or -1 where it is of none. */
  readonly channels: Int32Array;
}

/** Channels that stand side by side, each with all that goes with it. */
export interface ChannelGroup {
  /** After the first tensor that makes the channels: `conv1.weight[0]`. */
  readonly name: string;
  readonly kind: 'channels' | 'units' | 'heads';
  readonly channels: number;
  readonly members: readonly Member[];
}

/** Channels that have to stay, and why. */
export interface HeldChannels {
  readonly name: string;
  readonly channels: number;
  readonly heldBy: string;
}

/** All groups of a graph. */
export interface ChannelGroups {
  readonly groups: readonly ChannelGroup[];
  readonly held: readonly HeldChannels[];
  /** Of an axis: for every index the group and the channel in it, or -1 twice. Undefined where all of it stays. */
  channelsOf(axis: Axis): { readonly groups: Int32Array; readonly channels: Int32Array } | undefined;
}

/**
 * The groups of a graph that was followed. Where an axis can lose the units of one of its factors or of another, as
 * whole heads or the same dimension of every head, the heads go, else the factor with more units; the others stay.
 */
export function chooseGroups(axes: Axes, tensors: readonly TensorAxes[]): ChannelGroups {
  const { units } = axes;
  // What is made and read by tensors alone has had no need of units so far.
  for (const tensor of tensors) for (const axis of tensor.axes) if (axis.sides.size > 0) axes.termsOf(axis);
  holdUnmade(axes, tensors);
  holdLonely(axes);
  holdSquares(axes);
  const survey = units.survey();
  const chosen = chooseFactors(survey);
  const numbers = new Map<number, { readonly group: number; readonly channel: number }>();
  const drafts = survey.groups.flatMap((group, number) => (chosen.has(number) ? [group] : []));
  for (const [group, draft] of drafts.entries()) {
    for (const [channel, unit] of draft.units.entries()) numbers.set(unit, { group, channel });
  }
  const ofTerm = (term: number) => {
    for (const unit of units.unitsOf(term)) {
      const number = numbers.get(unit);
      if (number !== undefined) return number;
    }
    return undefined;
  };
  const known = new Map<Axis, ReturnType<ChannelGroups['channelsOf']>>();
  const channelsOf = (given: Axis): ReturnType<ChannelGroups['channelsOf']> => {
    const axis = axes.resolve(given);
    if (known.has(axis)) return known.get(axis);
    const terms = axis.state.kind === 'units' ? axis.state.terms : undefined;
    const found = terms && {
      groups: new Int32Array(terms.length).fill(-1),
      channels: new Int32Array(terms.length).fill(-1),
    };
    let any = false;
    for (let i = 0; found !== undefined && i < terms!.length; i += 1) {
      const number = ofTerm(terms![i]!);
      if (number === undefined) continue;
      any = true;
      found.groups[i] = number.group;
      found.channels[i] = number.channel;
    }
    const answer = any ? found : undefined;
    known.set(axis, answer);
    return answer;
  };
  const members: Member[][] = drafts.map(() => []);
  for (const tensor of tensors) {
    for (const [at, axis] of tensor.axes.entries()) {
      const found = channelsOf(axis);
      if (found === undefined) continue;
      for (const group of new Set(found.groups)) {
        if (group < 0) continue;
        const channels = found.channels.map((channel, i) => (found.groups[i] === group ? channel : -1));
        members[group]!.push({ tensor, axis: at, side: sideOf(axis), channels });
      }
    }
  }
  const groups = drafts.map((draft, i): ChannelGroup => {
    const first = members[i]!.find(({ side }) => side === 'makes') ?? members[i]![0];
    const kinds = new Set<UnitKind>(draft.births.map(({ kind }) => kind));
    return {
      name: first === undefined ? draft.births[0]!.label : `${first.tensor.name}[${first.axis}]`,
      kind: draft.batch ? 'heads' : kinds.has('units') ? 'units' : 'channels',
      channels: draft.units.length,
      members: members[i]!,
    };
  });
  return { groups: distinctNames(groups), held: heldOf(axes, tensors), channelsOf };
}

function sideOf({ sides }: Axis): Member['side'] {
  return sides.has('makes') ? 'makes' : sides.has('reads') ? 'reads' : 'along';
}

/** Two groups may begin at one tensor: both halves of a fused kernel, for one. */
function distinctNames(groups: readonly ChannelGroup[]): ChannelGroup[] {
  const seen = new Map<string, number>();
  return groups.map((group) => {
    const count = (seen.get(group.name) ?? 0) + 1;
    seen.set(group.name, count);
    return count === 1 ? group : { ...group, name: `${group.name}#${count}` };
  });
}

/** Units that no tensor makes or reads, such as copies of something or elements of a shape, stay. */
function holdUnmade(axes: Axes, tensors: readonly TensorAxes[]): void {
  const { units } = axes;
  const made = new Set<number>();
  for (const axis of tensors.flatMap((tensor) => tensor.axes)) {
    const { state } = axes.resolve(axis);
    if (axis.sides.size === 0 || state.kind !== 'units') continue;
    for (const term of state.terms) for (const unit of units.unitsOf(term)) made.add(unit);
  }
  for (const group of units.survey().groups) {
    if (group.units.some((unit) => made.has(unit))) continue;
    for (const unit of group.units) units.hold(unit, 'no weight makes or reads it');
  }
}

/** Units without others beside them stay: an axis keeps one index at least. */
function holdLonely({ units }: Axes): void {
  for (const { units: own } of units.survey().groups) {
    if (own.length === 1) units.hold(own[0]!, 'it is the only one');
  }
}

/** Units that stand beside each other twice in one axis stay: an index there would go with two channels of one group. */
function holdSquares({ units }: Axes): void {
  const { products, groupOf, groups } = units.survey();
  const squares = new Set<number>();
  for (const product of products) {
    const own = product.map(groupOf);
    for (const [i, group] of own.entries()) if (own.indexOf(group) !== i) squares.add(group);
  }
  for (const group of squares) {
    for (const unit of groups[group]!.units) units.hold(unit, 'one axis is made of it and of itself');
  }
}

type SurveyOf = ReturnType<Axes['units']['survey']>;

/** Of groups that share products, those whose units go. */
function chooseFactors({ groups, groupOf, products }: SurveyOf): ReadonlySet<number> {
  const rivals = new Map<number, Set<number>>();
  for (const units of products) {
    const own = [...new Set(units.map(groupOf))];
    for (const one of own) {
      const others = rivals.get(one) ?? new Set();
      for (const other of own) if (other !== one) others.add(other);
      rivals.set(one, others);
    }
  }
  const rank = (number: number) => {
    const { batch, births, units } = groups[number]!;
    const copies = births.every(({ kind }) => kind === 'copies');
    return [batch && !copies ? 1 : 0, batch ? 1 : 0, units.length] as const;
  };
  const order = groups
    .map((_, number) => number)
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || a - b;
    });
  const chosen = new Set<number>();
  for (const number of order) {
    const others = rivals.get(number) ?? new Set();
    if (![...others].some((other) => chosen.has(other))) chosen.add(number);
  }
  return chosen;
}

/** What tensors make and has to stay, each unit once, by what holds it. */
function heldOf(axes: Axes, tensors: readonly TensorAxes[]): HeldChannels[] {
  const held: HeldChannels[] = [];
  const told = new Set<number>();
  for (const tensor of tensors) {
    for (const [at, given] of tensor.axes.entries()) {
      if (!given.sides.has('makes') || typeof given.dim !== 'number' || given.dim < 2) continue;
      const name = `${tensor.name}[${at}]`;
      const { state } = axes.resolve(given);
      const why = axes.whyHeld(given);
      if (why !== undefined) held.push({ name, channels: given.dim, heldBy: why });
      if (state.kind !== 'units') continue;
      const counts = new Map<string, number>();
      for (const term of state.terms) {
        const heldBy = axes.units.whyHeld(term);
        const parts = heldBy === undefined ? [] : axes.units.partsOf(term);
        if (parts.every((part) => told.has(part))) continue;
        for (const part of parts) told.add(part);
        counts.set(heldBy!, (counts.get(heldBy!) ?? 0) + 1);
      }
      for (const [heldBy, channels] of counts) held.push({ name, channels, heldBy });
    }
  }
  return held;
}
