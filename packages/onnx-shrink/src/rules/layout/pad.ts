import { type AxedValue, whyAt, withAxis } from '@synaprune/axes';
import { frontAxis, listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { readNumber } from '../numbers.js';

/** Padded along axes that then stay, or cut where pads are negative; the others go through. */
export const pad: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const pads = call.opset < 11 ? listAt(call.attributes, 'pads') : call.numbers(1);
  const named = call.has(3) ? call.numbers(3) : undefined;
  if (call.has(3) && named === undefined) throw new NotFollowed('which axes it pads is computed');
  const along = named?.map((axis) => frontAxis(axis, rank)) ?? x.axes.map((_, i) => i);
  if (pads !== undefined && pads.length !== 2 * along.length) throw new NotFollowed('its pads do not fit it');
  const declared = call.declared(0);
  let value: AxedValue = x;
  for (const [k, at] of along.entries()) {
    const [front, back] = [pads?.[k], pads?.[k + along.length]];
    if (front === 0 && back === 0) continue;
    const axis = x.axes[at]!;
    const why = whyAt(
      call.place,
      at,
      pads === undefined ? 'how much it is padded is computed' : 'it is padded',
    );
    call.axes.hold(axis, why);
    const known = typeof axis.dim === 'number' && pads !== undefined;
    const dim = known ? (axis.dim as number) + front! + back! : (declared?.[at] ?? call.open(`size ${at}`));
    value = withAxis(value, at, call.axes.held(dim, why));
  }
  return { outputs: [{ ...value, zero: padsWithZero(call) ? value.zero : value.zero.map(() => false) }] };
};

function padsWithZero(call: NodeCall): boolean {
  if (textAt(call.attributes, 'mode', 'constant') !== 'constant') return true;
  if (call.opset < 11) return numberAt(call.attributes, 'value', 0) === 0;
  return !call.has(2) || readNumber(call.input(2)) === 0;
}
