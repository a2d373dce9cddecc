import { concat, pick, squeeze, whyAt, withAxis } from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeEdit, NotFollowed, type Rule } from '../../follow/node-call.js';
import { withSizes } from './known-elements.js';

export const concatRule: Rule = (call) => {
  const inputs = call.inputs();
  const at = frontAxis(numberAt(call.attributes, 'axis', 1), inputs[0]!.axes.length);
  const value = concat(call.place, inputs, at);
  const known = inputs.map(({ sizes }, i) => (sizes === undefined ? undefined : call.sizes(i)));
  if (value.axes.length !== 1 || known.every((sizes) => sizes === undefined)) return { outputs: [value] };
  const sizes = known.flatMap((each, i) => {
    if (each !== undefined) return each;
    const { dim } = inputs[i]!.axes[0]!;
    return Array.from({ length: typeof dim === 'number' ? dim : 0 }, () => undefined);
  });
  return { outputs: [{ ...value, sizes }] };
};

export const split: Rule = (call) => {
  const x = call.input(0);
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const axis = x.axes[at]!;
  const fromInput = call.opset >= 13 && call.has(1);
  const given = fromInput ? call.numbers(1) : listAt(call.attributes, 'split');
  if (fromInput && given === undefined) throw new NotFollowed('its parts are computed');
  const size = axis.dim;
  if (typeof size !== 'number') {
    const why = whyAt(call.place, at, 'it is split, and its length is left open');
    call.axes.hold(axis, why);
    return {
      outputs: Array.from({ length: call.outputs }, (_, i) =>
        withAxis(x, at, call.axes.held(given?.[i] ?? call.open('part'), why)),
      ),
    };
  }
  const whole = Math.ceil(size / call.outputs);
  const parts =
    given ?? Array.from({ length: call.outputs }, (_, i) => Math.min(whole, Math.max(0, size - i * whole)));
  if (parts.reduce((sum, part) => sum + part, 0) !== size) throw new NotFollowed('its parts do not fill it');
  let from = 0;
  const known = call.sizes(0);
  const outputs = parts.map((part) => {
    const indices = Array.from({ length: part }, (_, i) => from + i);
    from += part;
    return withSizes(pick(call.place, x, at, indices), known && indices.map((index) => known[index]));
  });
  if (!call.axes.mayLose(axis)) return { outputs };
  return {
    outputs,
    edit(edit) {
      const sizes = outputs.map(({ axes }) => edit.lengthOf(axes[at]!) as number);
      if (call.opset >= 13) {
        edit.removeAttribute('num_outputs');
        edit.integers(1, sizes);
      } else edit.attribute('split', sizes);
    },
  };
};

export const gather: Rule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const axis = x.axes[at]!;
  const numbers = call.numbers(1);
  const own = call.sizes(0);
  const isOne = indices.axes.length === 0;
  if (numbers === undefined || typeof axis.dim !== 'number' || indices.axes.length > 1) {
    call.axes.hold(axis, whyAt(call.place, at, 'it is looked up by numbers that a run computes'));
    // A table of rows makes what is looked up.
    if (x.parameter) for (const [i, each] of x.axes.entries()) if (i !== at) call.axes.mark(each, 'makes');
    const axes = [...x.axes.slice(0, at), ...indices.axes, ...x.axes.slice(at + 1)];
    const zero = [...x.zero.slice(0, at), ...indices.axes.map(() => false), ...x.zero.slice(at + 1)];
    return { outputs: [{ axes, zero, parameter: false }] };
  }
  const size = axis.dim;
  const picked = numbers.map((index) => (index < 0 ? index + size : index));
  if (picked.some((index) => !(index >= 0 && index < size))) throw new NotFollowed('an index lies outside');
  const taken = pick(call.place, x, at, picked);
  const known = own && picked.map((index) => own[index]);
  if (isOne) {
    const output = squeeze(call.place, taken, [at]);
    return {
      outputs: [withSizes(output, known)],
      edit: (edit) => moveIndices(edit, 1, axis, picked, true),
    };
  }
  return { outputs: [withSizes(taken, known)], edit: (edit) => moveIndices(edit, 1, axis, picked, false) };
};

function moveIndices(
  edit: NodeEdit,
  input: number,
  axis: GraphValue['axes'][number],
  picked: readonly number[],
  one: boolean,
): void {
  const kept = edit.keptOf(axis);
  if (kept === undefined) return;
  const places = new Map(kept.map((index, place) => [index, place]));
  const moved = picked.flatMap((index) => places.get(index) ?? []);
  edit.integers(input, one ? moved[0]! : moved);
}
