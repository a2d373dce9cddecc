import { type AxedValue, type Axis, computed, holdSome, recurrentUnits, whyAt } from '@synaprune/axes';
import { numberAt, textsAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../follow/graph-value.js';
import { type NodeCall, NotFollowed, type Rule } from '../follow/node-call.js';

interface Kind {
  readonly gates: number;
  /** How many activations a direction names. */
  readonly activations: number;
  /** Those that have to keep 0 for states to stay 0 without weights. */
  readonly ofState: readonly number[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  RNN: { gates: 1, activations: 1, ofState: [0] },
  GRU: { gates: 3, activations: 2, ofState: [1] },
  LSTM: { gates: 4, activations: 3, ofState: [1, 2] },
};

/** Activations of recurrent layers that make 0 of 0. `Affine` may add something. */
const KEEP_ZERO: ReadonlySet<string> = new Set(
  ['Tanh', 'Relu', 'LeakyRelu', 'ThresholdedRelu', 'ScaledTanh', 'Elu', 'Softsign'].map((name) =>
    name.toLowerCase(),
  ),
);

const WEIGHTS = { x: 0, input: 1, state: 2, bias: 3, lengths: 4, hidden: 5, cell: 6, peepholes: 7 } as const;

/** Hidden units go with their rows of every gate; where there are two directions, the same ones of both. */
const recurrent: Rule = (call) => {
  const { gates } = KINDS[call.op]!;
  const [x, input, state] = [call.input(0), call.input(1), call.input(2)];
  const { axes } = call;
  if (x.axes.length !== 3 || input.axes.length !== 3 || state.axes.length !== 3) {
    throw new NotFollowed('its input and weights have not three axes');
  }
  const hidden = state.axes[2]!.dim;
  if (typeof hidden !== 'number') throw new NotFollowed('how many units it has is left open');
  const batchFirst = numberAt(call.attributes, 'layout', 0) !== 0;
  const [time, batch] = batchFirst ? [1, 0] : [0, 1];
  const optional = (at: number) => (call.has(at) ? call.input(at) : undefined);
  const [bias, peepholes] = [optional(WEIGHTS.bias), optional(WEIGHTS.peepholes)];
  const states = [optional(WEIGHTS.hidden), optional(WEIGHTS.cell)].filter((each) => each !== undefined);
  holdSome(call.place, x, [time], 'it is gone along step by step');
  for (const weight of [input, state, bias, peepholes]) {
    if (weight !== undefined) holdSome(call.place, weight, [0], 'it is that of its directions');
  }
  const zero =
    keepsZero(call) &&
    [input, state, bias].every((weight) => weight?.zero[1] ?? true) &&
    states.every((each) => each.zero[2]);
  const units = recurrentUnits(
    call.place,
    x,
    2,
    {
      gates,
      hidden,
      input: { weight: input, gates: 1, inputs: 2 },
      state: { weight: state, gates: 1, hidden: 2 },
      others: [
        ...(bias === undefined ? [] : [{ value: bias, axis: 1, gates: 2 * gates }]),
        ...(peepholes === undefined ? [] : [{ value: peepholes, axis: 1, gates: 3 }]),
        ...states.map((value) => ({ value, axis: 2, gates: 1 })),
      ],
    },
    zero,
  );
  const rows = x.axes[batch]!;
  const directions = axes.held(input.axes[0]!.dim, whyAt(call.place, 0, 'it is that of its directions'));
  uniteBatch(call, rows, { states, batchFirst, lengths: optional(WEIGHTS.lengths) });
  const steps = axes.held(x.axes[time]!.dim, whyAt(call.place, time, 'it is gone along step by step'));
  const all = batchFirst ? [rows, steps, directions, units] : [steps, directions, rows, units];
  const last = batchFirst ? [rows, directions, units] : [directions, rows, units];
  const value = (own: readonly Axis[]): AxedValue =>
    computed(
      own,
      own.map((axis) => axis === units && zero),
    );
  return {
    outputs: [value(all), value(last), value(last)].slice(0, call.outputs),
    multiplyAdds: [input, state].map(({ axes: own }) => [rows, steps, ...own]),
    edit(edit) {
      if (call.attributes.hidden_size === undefined || edit.keptOf(units) === undefined) return;
      edit.attribute('hidden_size', edit.lengthOf(units) as number);
    },
  };
};

function keepsZero(call: NodeCall): boolean {
  const { activations, ofState } = KINDS[call.op]!;
  const named = textsAt(call.attributes, 'activations');
  return (named ?? []).every(
    (name, i) => !ofState.includes(i % activations) || KEEP_ZERO.has(name.toLowerCase()),
  );
}

interface OfBatch {
  readonly states: readonly GraphValue[];
  readonly batchFirst: boolean;
  readonly lengths: GraphValue | undefined;
}

/** States and lengths have a row for each of the batch. */
function uniteBatch(call: NodeCall, rows: Axis, { states, batchFirst, lengths }: OfBatch): void {
  const at = batchFirst ? 0 : 1;
  for (const { axes } of states)
    call.axes.unite(rows, axes[at]!, whyAt(call.place, at, 'it is that of the batch'));
  if (lengths !== undefined)
    call.axes.unite(rows, lengths.axes[0]!, whyAt(call.place, 0, 'it is that of the batch'));
  for (const state of states) {
    const directions = batchFirst ? 1 : 0;
    holdSome(call.place, state, [directions], 'it is that of its directions');
  }
}

export const recurrentRules: Readonly<Record<string, Rule>> = {
  RNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
};
