import { type AxedValue, pick, whyAt, withAxis } from '@synaprune/axes';
import { frontAxis, listAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, type NodeEdit, NotFollowed, type Rule } from '../../follow/node-call.js';
import { withSizes } from './known-elements.js';

export const slice: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const old = call.opset < 10;
  const read = (input: number, name: string) => (old ? listAt(call.attributes, name) : call.numbers(input));
  const [starts, ends] = [read(1, 'starts'), read(2, 'ends')];
  const given = old ? listAt(call.attributes, 'axes') : call.has(3) ? call.numbers(3) : undefined;
  const steps = !old && call.has(4) ? call.numbers(4) : undefined;
  if ((!old && call.has(3) && given === undefined) || (!old && call.has(4) && steps === undefined)) {
    throw new NotFollowed('its axes or steps are computed');
  }
  const along = (given ?? x.axes.map((_, i) => i).slice(0, starts?.length ?? rank)).map((a) =>
    frontAxis(a, rank),
  );
  const own = call.sizes(0);
  let value: AxedValue = x;
  let known = own;
  const taken: { at: number; indices: readonly number[] | undefined }[] = [];
  for (const [k, at] of along.entries()) {
    const axis = x.axes[at]!;
    const [from, to, by] = [starts?.[k], ends?.[k], steps?.[k] ?? 1];
    if (typeof axis.dim !== 'number' || from === undefined || to === undefined) {
      // Only where it starts and ends may be computed, of lengths that nothing changes.
      for (const input of [1, 2]) for (const size of call.sizes(input) ?? []) void size;
      const whole = from === 0 && by === 1 && to !== undefined && to >= 2 ** 31 - 1;
      if (whole) continue;
      const why = whyAt(call.place, at, 'a part of it is taken, from or to where a run computes');
      call.axes.hold(axis, why);
      value = withAxis(value, at, call.axes.held(call.open(`size ${at}`), why));
      taken.push({ at, indices: undefined });
      continue;
    }
    const indices = sliceIndices(axis.dim, from, to, by);
    if (indices.length === axis.dim && by === 1) continue;
    if (Math.abs(by) !== 1) call.axes.hold(axis, whyAt(call.place, at, `every ${by}th of it is taken`));
    value = pick(call.place, value, at, indices);
    if (rank === 1) known = own && indices.map((index) => own[index]);
    taken.push({ at, indices });
  }
  const moving = taken.filter(({ at }) => call.axes.mayLose(x.axes[at]!));
  return {
    outputs: [withSizes(value, known)],
    ...(moving.length === 0
      ? {}
      : { edit: (edit) => moveSlice(edit, call, { x, along, starts, ends, steps, moving }) }),
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

interface SliceParts {
  readonly x: GraphValue;
  readonly along: readonly number[];
  readonly starts: readonly number[] | undefined;
  readonly ends: readonly number[] | undefined;
  readonly steps: readonly number[] | undefined;
  readonly moving: readonly { readonly at: number; readonly indices: readonly number[] | undefined }[];
}

function moveSlice(edit: NodeEdit, call: NodeCall, parts: SliceParts): void {
  const [starts, ends] = [[...parts.starts!], [...parts.ends!]];
  for (const { at, indices } of parts.moving) {
    const kept = edit.keptOf(parts.x.axes[at]!);
    if (kept === undefined || indices === undefined) continue;
    const places = new Map(kept.map((index, place) => [index, place]));
    const moved = indices.flatMap((index) => places.get(index) ?? []);
    const k = parts.along.indexOf(at);
    const by = parts.steps?.[k] ?? 1;
    starts[k] = moved[0] ?? 0;
    ends[k] = (moved.at(-1) ?? -1) + Math.sign(by);
    if (by < 0 && ends[k] < 0) ends[k] = -(2 ** 31);
  }
  if (call.opset < 10) {
    edit.attribute('starts', starts);
    edit.attribute('ends', ends);
    return;
  }
  edit.integers(1, starts);
  edit.integers(2, ends);
}
