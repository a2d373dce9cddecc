import { elementsOf } from '@synaprune/core/checks';
import { badModel } from '../../format/bad-model.js';
import { cannot, imageOf, type LayerCall, type LayerRule } from '../layer-call.js';
import type { Step } from '../step.js';

function reshape(call: LayerCall, shape: readonly number[]): Step {
  return {
    op: 'RESHAPE',
    reads: [call.input],
    gives: { name: call.name, shape },
    constants: [{ name: `${call.name}/shape`, shape: [shape.length], values: Int32Array.from(shape) }],
    options: 'ReshapeOptions',
    settings: { newShape: Int32Array.from(shape) },
  };
}

export const flatten: LayerRule = (call) => [reshape(call, [1, elementsOf(call.input.shape)])];

export const reshapeTo: LayerRule = (call) => {
  const target = call.setting('target_shape');
  const list: readonly unknown[] = Array.isArray(target) ? target : [];
  const all = elementsOf(call.input.shape);
  const known = list.filter((each) => typeof each === 'number' && each >= 0) as number[];
  const shape = list.map((each) => (each === -1 || each === null ? all / elementsOf(known) : Number(each)));
  const open = list.length - known.length;
  if (open > 1 || elementsOf(shape) !== all || !shape.every(Number.isSafeInteger)) {
    throw badModel(`${call.label} cannot make ${JSON.stringify(target)} of [${call.input.shape.join()}]`);
  }
  return [reshape(call, [1, ...shape])];
};

export const zeroPadding: LayerRule = (call) => {
  const [, height, width, channels] = imageOf(call);
  const given = call.setting('padding') ?? 1;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given, given];
  const ends = list.map((each): readonly unknown[] => (Array.isArray(each) ? each : [each, each]));
  const [[top, bottom] = [], [left, right] = []] = ends;
  const amounts = [top, bottom, left, right].map(Number);
  if (ends.length !== 2 || !amounts.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    throw badModel(
      `${call.label} needs padding to be zeros around height and width, got ${JSON.stringify(given)}`,
    );
  }
  const [above = 0, below = 0, before = 0, behind = 0] = amounts;
  return [
    {
      op: 'PAD',
      reads: [call.input],
      gives: { name: call.name, shape: [1, height + above + below, width + before + behind, channels] },
      constants: [
        {
          name: `${call.name}/zeros`,
          shape: [4, 2],
          values: Int32Array.of(0, 0, above, below, before, behind, 0, 0),
        },
      ],
      options: 'PadOptions',
      settings: {},
    },
  ];
};

export const concatenate: LayerRule = (call) => {
  const { shape } = call.input;
  const axis = Number(call.setting('axis') ?? -1);
  const at = axis < 0 ? axis + shape.length : axis;
  const alike = call.inputs.every((each) => each.shape.with(at, 0).join() === shape.with(at, 0).join());
  if (!(at >= 1 && at < shape.length) || !alike) throw cannot(call, `its axis ${axis} of [${shape.join()}]`);
  const edge = call.inputs.reduce((sum, each) => sum + each.shape[at]!, 0);
  return [
    {
      op: 'CONCATENATION',
      reads: call.inputs,
      gives: { name: call.name, shape: shape.with(at, edge) },
      constants: [],
      options: 'ConcatenationOptions',
      settings: { axis: at },
    },
  ];
};

/** What a layer does in training only. */
export const nothing: LayerRule = () => [];
