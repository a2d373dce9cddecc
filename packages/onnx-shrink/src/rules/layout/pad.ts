import { type AxedValue, whyAt, withAxis } from '@synaprune/axes';
import { listAt } from '@synaprune/onnx/graph';
import { NotFollowed, type Rule } from '../../follow/node-call.js';

/** Padded along axes that then stay; the others go through. */
export const pad: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const pads = call.opset < 11 ? listAt(call.attributes, 'pads') : call.numbers(1);
  if (pads === undefined || call.has(3) || pads.length !== 2 * rank)
    throw new NotFollowed('its pads are computed');
  let value: AxedValue = x;
  for (const [i, axis] of x.axes.entries()) {
    const more = pads[i]! + pads[i + rank]!;
    if (pads[i] === 0 && pads[i + rank] === 0) continue;
    const why = whyAt(call.place, i, 'it is padded');
    call.axes.hold(axis, why);
    value = withAxis(
      value,
      i,
      call.axes.held(typeof axis.dim === 'number' ? axis.dim + more : call.open(`size ${i}`), why),
    );
  }
  return { outputs: [{ ...value, zero: call.has(2) ? value.zero.map(() => false) : value.zero }] };
};
