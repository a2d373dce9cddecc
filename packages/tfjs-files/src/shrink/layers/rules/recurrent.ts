import { type AxedValue, type Axis, computed, holdSome, recurrentUnits, whyAt } from '@synaprune/axes';
import { keepsZero } from '../../follow/activations.js';
import { NotFollowed } from '../../follow/followed.js';
import type { FollowedLayer, LayerCall, LayerRule } from '../layer-call.js';

/** How many blocks of units lie side by side, and how many states a step hands on. */
const KINDS: Readonly<Record<string, { readonly gates: number; readonly states: number }>> = {
  SimpleRNN: { gates: 1, states: 1 },
  GRU: { gates: 3, states: 1 },
  LSTM: { gates: 4, states: 2 },
};

/** One step of a cell: features in, units out. */
const cell: LayerRule = (call) => {
  const [x, ...states] = [call.input(0), ...call.inputs().slice(1)];
  const { gates } = KINDS[call.layer.className.replace(/Cell$/, '')]!;
  const [input, state] = [call.needed('kernel', 2), call.needed('recurrent_kernel', 2)];
  const bias = call.weight('bias');
  const hidden = state.axes[0]!.dim;
  if (bias !== undefined && bias.axes.length > 2) throw new NotFollowed(`${call.place.label}: its bias`);
  // One bias for what is read, another for the state.
  if (bias?.axes.length === 2) holdSome(call.place, bias, [0], 'it is that of its two biases');
  const zero = keepsZero(activationOf(call)) === true && states.every((each) => each.zero.at(-1));
  const units = recurrentUnits(
    call.place,
    x,
    x.axes.length - 1,
    {
      gates,
      hidden: Number(hidden),
      input: { weight: input, gates: 1, inputs: 0 },
      state: { weight: state, gates: 1, hidden: 0 },
      others: [
        ...(bias === undefined ? [] : [{ value: bias, axis: bias.axes.length - 1, gates }]),
        ...states.map((value) => ({ value, axis: value.axes.length - 1, gates: 1 })),
      ],
    },
    zero,
  );
  const rows = x.axes.slice(0, -1);
  const axes = [...rows, units];
  return {
    outputs: [
      computed(
        axes,
        axes.map((_, i) => i === rows.length && zero),
      ),
    ],
    multiplyAdds: [
      [...rows, ...input.axes],
      [...rows, ...state.axes],
    ],
    edit(config, { lengthOf }) {
      config.units = lengthOf(units);
    },
  };
};

function activationOf(call: LayerCall): string {
  const activation = call.setting('activation') ?? 'tanh';
  return typeof activation === 'string' ? activation : '';
}

/** A sequence, step by step: what a step gives at all steps or the last, and the states behind it where asked for. */
function unrolled(call: LayerCall, states: number, step: (x: AxedValue) => Stepped): FollowedLayer {
  const x = call.input(0);
  if (x.axes.length !== 3 || (call.setting('num_constants') ?? 0) !== 0) {
    throw new NotFollowed(`${call.place.label}: it reads no sequence`);
  }
  if (call.setting('time_major') === true) throw new NotFollowed(`${call.place.label}: time comes first`);
  const { place } = call;
  holdSome(place, x, [1], 'it is gone along step by step');
  const { output, ...rest } = step(x);
  const [rows, units] = [x.axes[0]!, output.axes.at(-1)!];
  const zero = output.zero.at(-1)!;
  const steps = place.axes.held(x.axes[1]!.dim, whyAt(place, 1, 'it is gone along step by step'));
  const value = (own: readonly Axis[]) =>
    computed(
      own,
      own.map((axis) => axis === units && zero),
    );
  const all = call.setting('return_sequences') === true ? [rows, steps, units] : [rows, units];
  const count = call.setting('return_state') === true ? states : 0;
  return {
    ...rest,
    outputs: [value(all), ...Array.from({ length: count }, () => value([rows, units]))],
  };
}

interface Stepped extends Omit<FollowedLayer, 'outputs'> {
  readonly output: AxedValue;
}

const layer: LayerRule = (call) => {
  const { states } = KINDS[call.layer.className]!;
  return unrolled(call, states, (x) => {
    const followed = cell({ ...call, input: (i) => (i === 0 ? x : call.input(i)) });
    return { ...followed, output: followed.outputs[0]! };
  });
};

/** A layer of cells, one or several on top of each other. */
const cells: LayerRule = (call) => {
  const [only] = call.layer.children;
  if (only === undefined) throw new NotFollowed(`${call.place.label}: its cell is not known`);
  const stacked = only.className === 'StackedRNNCells';
  const kind = KINDS[only.className.replace(/Cell$/, '')];
  if (stacked && (call.given.length > 1 || call.setting('return_state') === true)) {
    throw new NotFollowed(`${call.place.label}: states of several cells`);
  }
  return unrolled(call, kind?.states ?? 0, (x) => {
    const all = stacked ? only.children : [only];
    let value: AxedValue | undefined = x;
    for (const each of all) value = call.follow(each, [value, ...call.inputs().slice(1)])[0];
    if (value === undefined) throw new NotFollowed(`${call.place.label}: its cell is not followed`);
    return { output: value };
  });
};

export const recurrentRules: Readonly<Record<string, LayerRule>> = {
  SimpleRNN: layer,
  GRU: layer,
  LSTM: layer,
  SimpleRNNCell: cell,
  GRUCell: cell,
  LSTMCell: cell,
  RNN: cells,
};
