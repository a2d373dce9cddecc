import { type AxedValue, type Axis, pick, whyAt, whyComputed, withAxis } from '@synaprune/axes';
import { frontAxis, listAt } from '@synaprune/onnx/graph';
import { type NodeCall, type NodeEdit, NotFollowed, type Rule } from '../../follow/node-call.js';
import { withSizes } from './known-elements.js';

/** Where parts begin or end: undefined where only a run knows. */
interface Bounds {
  readonly numbers: readonly (number | undefined)[] | undefined;
  /** Whether they are made of the lengths of axes that may become shorter. */
  readonly ofLengths: boolean;
}

/** What is taken of one axis. */
interface Part {
  readonly at: number;
  readonly axis: Axis;
  readonly by: number;
  readonly indices: readonly number[];
}

/** Longer than any axis. */
const MOST = 2 ** 31 - 1;

function boundsOf(call: NodeCall, input: number, name: string): Bounds {
  if (call.opset < 10) return { numbers: listAt(call.attributes, name), ofLengths: false };
  const sizes = call.sizes(input);
  const numbers = sizes?.map((size) => (typeof size?.dim === 'number' ? size.dim : undefined));
  const of = (sizes ?? []).flatMap((size) => size?.of ?? []);
  if (of.length === 0 || numbers!.every((number) => number !== undefined)) {
    return { numbers, ofLengths: of.length > 0 };
  }
  for (const axis of of) call.axes.hold(axis, whyComputed(call.place.label));
  return { numbers, ofLengths: false };
}

/** Parts of axes. Where one of every few indices is taken of an axis that loses some, it becomes a `Gather`. */
export const slice: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const old = call.opset < 10;
  const [starts, ends] = [boundsOf(call, 1, 'starts'), boundsOf(call, 2, 'ends')];
  const given = old ? listAt(call.attributes, 'axes') : call.has(3) ? call.numbers(3) : undefined;
  const steps = !old && call.has(4) ? call.numbers(4) : undefined;
  if ((!old && call.has(3) && given === undefined) || (!old && call.has(4) && steps === undefined)) {
    throw new NotFollowed('its axes or steps are computed');
  }
  const count = starts.numbers?.length ?? ends.numbers?.length ?? rank;
  const along = (given ?? x.axes.map((_, i) => i).slice(0, count)).map((axis) => frontAxis(axis, rank));
  const own = call.sizes(0);
  let known = own;
  let value: AxedValue = x;
  const parts: (Part | undefined)[] = along.map((at, k) => {
    const axis = x.axes[at]!;
    const [from, to, by] = [starts.numbers?.[k], ends.numbers?.[k], steps?.[k] ?? 1];
    if (typeof axis.dim !== 'number' || from === undefined || to === undefined) {
      if (from === 0 && by === 1 && to !== undefined && to >= MOST) return undefined;
      const why = whyAt(call.place, at, 'a part of it is taken, from or to where a run computes');
      call.axes.hold(axis, why);
      value = withAxis(value, at, call.axes.held(call.open(`size ${at}`), why));
      if (rank === 1) known = undefined;
      return undefined;
    }
    const indices = sliceIndices(axis.dim, from, to, by);
    if (Math.abs(by) !== 1 && along.length > 1) {
      call.axes.hold(axis, whyAt(call.place, at, 'a part of every few of it is taken, and parts of others'));
    }
    if (indices.length < axis.dim || by !== 1) value = pick(call.place, value, at, indices);
    if (rank === 1) known = own && indices.map((index) => own[index]);
    return { at, axis, by, indices };
  });
  return {
    outputs: [withSizes(value, known)],
    edit(edit) {
      const moves = parts.some((part) => part !== undefined && edit.keptOf(part.axis) !== undefined);
      if (moves || starts.ofLengths || ends.ofLengths) rewrite(edit, call, { parts, starts, ends });
    },
  };
};

function sliceIndices(size: number, from: number, to: number, by: number): readonly number[] {
  const bound = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const start = by > 0 ? bound(from, 0, size) : bound(from, 0, size - 1);
  const end = by > 0 ? bound(to, 0, size) : bound(to, -1, size - 1);
  const indices: number[] = [];
  for (let i = start; by > 0 ? i < end : i > end; i += by) indices.push(i);
  return indices;
}

function rewrite(
  edit: NodeEdit,
  call: NodeCall,
  {
    parts,
    starts,
    ends,
  }: { readonly parts: readonly (Part | undefined)[]; readonly starts: Bounds; readonly ends: Bounds },
): void {
  // "To the end" may be more than a number holds exactly.
  const exact = (number: number | undefined) =>
    number === undefined ? undefined : Math.min(Math.max(number, -MOST), MOST);
  const from = starts.numbers!.map(exact);
  const to = ends.numbers!.map(exact);
  for (const [k, part] of parts.entries()) {
    const kept = part && edit.keptOf(part.axis);
    if (part === undefined || kept === undefined) continue;
    const places = new Map(kept.map((index, place) => [index, place]));
    const moved = part.indices.flatMap((index) => places.get(index) ?? []);
    if (Math.abs(part.by) !== 1) {
      becomeGather(edit, call, part.at, moved);
      return;
    }
    from[k] = moved[0] ?? 0;
    const end = (moved.at(-1) ?? -part.by) + part.by;
    to[k] = end < 0 ? -MOST : end;
  }
  // What a run computes is of axes that stay, and none of it is made of lengths.
  if (call.opset < 10) {
    edit.attribute('starts', from as number[]);
    edit.attribute('ends', to as number[]);
  } else {
    writeBounds(edit, call, { input: 1, numbers: from });
    writeBounds(edit, call, { input: 2, numbers: to });
  }
}

/** Numbers where all are known; else what is known is put right beside what a run computes. */
function writeBounds(
  edit: NodeEdit,
  call: NodeCall,
  { input, numbers }: { readonly input: number; readonly numbers: readonly (number | undefined)[] },
): void {
  if (numbers.every((number) => number !== undefined)) edit.integers(input, numbers);
  else edit.correct(input, call.sizes(input)!, numbers);
}

function becomeGather(edit: NodeEdit, call: NodeCall, at: number, indices: readonly number[]): void {
  for (const name of ['starts', 'ends', 'axes']) edit.removeAttribute(name);
  call.node.input.splice(2);
  edit.integers(1, indices);
  edit.attribute('axis', at);
  edit.operator('Gather');
}
