import type { Axis } from '../axes/axis.js';
import type { Birth } from '../units/units.js';
import { contract } from './products.js';
import { type AxedValue, type Place, whyAt } from './value.js';

/** How the weights of a recurrent layer lie: gates one behind the other along one axis, each of all hidden units. */
export interface RecurrentWeights {
  readonly gates: number;
  readonly hidden: number;
  /** What reads the input, with its axes of gates and of inputs. */
  readonly input: { readonly weight: AxedValue; readonly gates: number; readonly inputs: number };
  /** What reads the state, with its axes of gates and of hidden units. */
  readonly state: { readonly weight: AxedValue; readonly gates: number; readonly hidden: number };
  /** What is added to or multiplied with gates, by how many of them it has. */
  readonly others: readonly { readonly value: AxedValue; readonly axis: number; readonly gates: number }[];
}

/**
 * The hidden units of a recurrent layer: each goes with its rows of every gate and with what reads it of the state.
 *
 * @param x whose axis `features` is read
 * @param stateIsZero whether a unit without weights has a state of 0
 * @throws SizesDiffer
 */
export function recurrentUnits(
  place: Place,
  x: AxedValue,
  features: number,
  { gates, hidden, input, state, others }: RecurrentWeights,
  stateIsZero: boolean,
): Axis {
  const { axes } = place;
  contract(place, { value: x, axis: features }, { value: input.weight, axis: input.inputs });
  const birth: Birth = { label: place.label, kind: 'units' };
  const units = axes.born(hidden, birth);
  const all = gatesOf(place, units, gates);
  const unite = (one: Axis, { axes: own }: AxedValue, axis: number) =>
    axes.unite(one, own[axis]!, whyAt(place, axis, 'it is that of its units'));
  unite(all, input.weight, input.gates);
  unite(all, state.weight, state.gates);
  unite(units, state.weight, state.hidden);
  for (const { value, axis, gates: own } of others) unite(gatesOf(place, units, own), value, axis);
  for (const { weight, gates: axis } of [input, state]) {
    if (weight.parameter) axes.mark(weight.axes[axis]!, 'makes');
  }
  if (state.weight.parameter) axes.mark(state.weight.axes[state.hidden]!, 'reads');
  if (!stateIsZero && !state.weight.zero[state.hidden]) {
    axes.hold(
      units,
      whyAt(place, state.hidden, 'it is added up over, and units are not 0 there without weights'),
    );
  }
  return units;
}

/** The terms of `units`, once for each gate. */
function gatesOf({ axes }: Place, units: Axis, gates: number): Axis {
  return axes.join(Array.from({ length: gates }, () => units));
}
