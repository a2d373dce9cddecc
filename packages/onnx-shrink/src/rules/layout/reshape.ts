import {
  type AxedValue,
  type Axis,
  type Dim,
  divideDim,
  type KnownSize,
  knownNumber,
  productOf,
  reshape,
  sameDim,
  whyAt,
} from '@synaprune/axes';
import { listAt, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, type NodeEdit, NotFollowed, NotWritable, type Rule } from '../../follow/node-call.js';
import { withSizes } from './known-elements.js';

export const reshapeRule: Rule = (call) => {
  const x = call.input(0);
  const own = call.sizes(0);
  const target = call.opset < 5 ? listAt(call.attributes, 'shape')?.map(knownNumber) : call.sizes(1);
  const zeroCopies = numberAt(call.attributes, 'allowzero', 0) === 0;
  const dims = resolve(call, x, target, zeroCopies);
  const value = reshape(call.place, x, dims);
  const wrong = value.axes.flatMap((axis, i) =>
    mayBeWrong(call, target?.[i], { axis, copied: zeroCopies && x.axes[i] === axis }) ? [i] : [],
  );
  // One can be whatever is left of the others.
  const known = target?.every((size) => size !== undefined && size.dim !== -1) ?? false;
  for (const i of known && wrong.length === 1 ? [] : wrong) {
    call.axes.hold(value.axes[i]!, whyAt(call.place, i, 'how long it gets is computed'));
  }
  return {
    outputs: [withSizes(value, own)],
    ...(target === undefined
      ? {}
      : { edit: (edit) => correctShape(edit, target, { value, zeroCopies, opset: call.opset }) }),
  };
};

/** Whether a target would be another than that of the smaller value, and no number puts it right. */
function mayBeWrong(
  call: NodeCall,
  size: KnownSize | undefined,
  { axis, copied }: { readonly axis: Axis; readonly copied: boolean },
): boolean {
  if (size === undefined) return true;
  if (size.dim === -1 || (size.dim === 0 && copied)) return false;
  const factors = call.axes.factorsOf(axis);
  if (factors.length === 1) return false;
  // A multiple of what only a run knows is right where it is computed of the lengths of what goes.
  const of = size.of.map(call.axes.resolve);
  return factors.some((factor) => call.axes.mayLose(factor) && !of.includes(factor));
}

function resolve(
  call: NodeCall,
  x: GraphValue,
  target: readonly (KnownSize | undefined)[] | undefined,
  zeroCopies: boolean,
): readonly Dim[] {
  const declared = call.declared(0);
  if (target === undefined) {
    if (declared === undefined) throw new NotFollowed('the new shape is computed');
    return declared;
  }
  const dims = target.map((size, i): Dim | undefined => {
    if (size?.dim === 0 && zeroCopies) return x.axes[i]?.dim;
    return size === undefined ? declared?.[i] : size.dim;
  });
  const total = productOf(x.axes.map(({ dim }) => dim));
  const free = dims.indexOf(-1);
  const unknown = dims.flatMap((dim, i) => (dim === undefined || dim === -1 ? [i] : []));
  if (unknown.length === 1) {
    const rest = productOf(dims.filter((_, i) => i !== unknown[0]) as Dim[]);
    const size = divideDim(total, rest);
    if (size !== undefined) dims[unknown[0]!] = size;
  }
  if (free >= 0 && dims[free] === -1) dims[free] = declared?.[free] ?? call.open('the rest');
  return dims.map((dim, i) => dim ?? call.open(`size ${i}`));
}

interface Reshaped {
  readonly value: AxedValue;
  readonly zeroCopies: boolean;
  readonly opset: number;
}

/** Writes a target shape anew where the one that is computed would not be that of the smaller value. */
function correctShape(
  edit: NodeEdit,
  target: readonly (KnownSize | undefined)[],
  { value: { axes }, zeroCopies, opset }: Reshaped,
): void {
  const wanted = target.map((size, i) => {
    if (size === undefined || (size.dim === 0 && zeroCopies)) return undefined;
    if (size.dim === -1) return -1;
    const after = edit.lengthOf(axes[i]!);
    if (typeof after === 'number') return after;
    // Several axes in one, of which one is left open and another shrank: what is left, of which there is one.
    return sameDim(after, size.after(edit.lengthOf)) ? undefined : -1;
  });
  const isFree = (size: KnownSize | undefined, i: number) =>
    size === undefined || size.dim === -1 || wanted[i] === -1;
  if (wanted.includes(-1) && target.filter(isFree).length > 1)
    throw new NotWritable('more than one of the lengths that it takes would be left open');
  if (opset >= 5) edit.correct(1, target, wanted);
  else
    edit.attribute(
      'shape',
      target.map((size, i) => wanted[i] ?? (size!.dim as number)),
    );
}

export const flatten: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const given = numberAt(call.attributes, 'axis', 1);
  const axis = given < 0 ? given + rank : given;
  const dims = x.axes.map(({ dim }) => dim);
  return { outputs: [reshape(call.place, x, [productOf(dims.slice(0, axis)), productOf(dims.slice(axis))])] };
};
