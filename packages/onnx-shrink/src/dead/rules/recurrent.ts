import { numberAt, textsAt } from '@synaprune/onnx/graph';
import { type Carried, carried, type KnownNumbers, typeOfAll } from '../carried.js';
import { contract, type Weights } from '../contract.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';

interface Kind {
  readonly gates: number;
  /** The gate that makes what the state becomes: where it is 0, a state of 0 stays 0. */
  readonly candidate: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  RNN: { gates: 1, candidate: 0 },
  GRU: { gates: 3, candidate: 2 },
  LSTM: { gates: 4, candidate: 3 },
};

/**
 * Every hidden unit reads the input and the state with its rows of all gates. Of what a unit comes to, only that it is 0 is
 * known: else it takes steps to get where it stays.
 */
const recurrent: DeadRule = (call) => {
  const { gates } = KINDS[call.op]!;
  const x = call.input(0);
  const [input, state] = [call.input(1).numbers(), call.input(2).numbers()];
  if (input === undefined || state === undefined) throw new NotKnown('its weights are computed');
  const first = call.node.output.findIndex((name) => name !== '');
  const made = call.axes(first);
  const rows = { axis: made.at(-1)!, at: made.length - 1 };
  const zeros = zeroUnits(call, input, state);
  const inputs = call.inputs();
  const finite = () => inputs.every((each) => each.finite());
  const readBy = (numbers: KnownNumbers): Weights => {
    const [directions, all, width] = numbers.shape as [number, number, number];
    const rowCount = all / gates;
    return {
      ...{ data: numbers.data, type: numbers.type, rowCount, width, step: 1, taps: 1 },
      ...{ firstColumn: () => 0, start: (row) => row * width },
      again: { count: directions * gates, stride: rowCount * width },
    };
  };
  contract(call, readBy(input), { x, axis: 2, rows, padded: false, foldable: false });
  const own = carried([call.input(2).axes[2]!], { finite, along: () => zeros });
  contract(call, readBy(state), { x: own, axis: 0, rows, padded: false, foldable: false });
  call.needs.require(x.axes[numberAt(call.attributes, 'layout', 0) === 0 ? 0 : 1]!);
  return call.node.output.map((name, i): Carried | undefined => {
    if (name === '') return undefined;
    const axes = call.axes(i);
    const along = (axis: number) => (axis === axes.length - 1 ? zeros : undefined);
    return carried(axes, { type: typeOfAll([call.input(1)]), finite, along });
  });
};

/** 0 for units whose state is 0 at every step, whatever is fed; NaN for others. */
function zeroUnits(call: DeadCall, input: KnownNumbers, state: KnownNumbers): Float64Array {
  const { gates, candidate } = KINDS[call.op]!;
  const [directions, hidden, features] = [state.shape[0]!, state.shape[2]!, input.shape[2]!];
  const units = new Float64Array(hidden).fill(Number.NaN);
  // Other activations may make something of 0.
  if (textsAt(call.attributes, 'activations') !== undefined) return units;
  const bias = call.has(3) ? call.input(3).numbers()?.data : [];
  const starts = [5, 6].filter((at) => call.has(at)).map((at) => call.input(at).along(2));
  const given = call.input(0).along(2);
  if (bias === undefined || !call.inputs().every((each) => each.finite())) return units;
  const isZero = (unit: number, direction: number): boolean => {
    const row = direction * gates * hidden + candidate * hidden + unit;
    for (let i = 0; i < features; i += 1) {
      if (input.data[row * features + i] !== 0 && given?.[i] !== 0) return false;
    }
    for (let i = 0; i < hidden; i += 1) if (state.data[row * hidden + i] !== 0) return false;
    const at = 2 * direction * gates * hidden + candidate * hidden + unit;
    return (bias[at] ?? 0) === 0 && (bias[at + gates * hidden] ?? 0) === 0;
  };
  return units.map((_, unit) => {
    const starting = starts.every((start) => start?.[unit] === 0);
    const all = Array.from({ length: directions }, (__, direction) => isZero(unit, direction));
    return starting && all.every(Boolean) ? 0 : Number.NaN;
  });
}

export const recurrentRules: Readonly<Record<string, DeadRule>> = {
  RNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
};
