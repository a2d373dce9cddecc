import { type AxedValue, concat, elementwise, holdSome, unsqueeze, whyAt, withAxis } from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { LayerCall, LayerRule } from '../layer-call.js';

/** A layer at every step of a sequence. */
const timeDistributed: LayerRule = (call) => {
  const [part] = call.layer.children;
  const x = call.input(0);
  if (part === undefined || x.axes.length < 3) throw new NotFollowed(`${call.place.label}: it has no layer`);
  holdSome(call.place, x, [1], 'its layer goes along it');
  const without = <Each>(list: readonly Each[]) => list.filter((_, i) => i !== 1);
  const step: AxedValue = { axes: without(x.axes), zero: without(x.zero), parameter: false };
  const [made] = call.follow(part, [step]);
  if (made === undefined) return { outputs: [undefined] };
  const wide = unsqueeze(call.place, made, [1]);
  const steps = call.axes.held(x.axes[1]!.dim, whyAt(call.place, 1, 'its layer goes along it'));
  return { outputs: [withAxis(wide, 1, steps)] };
};

/** A layer over a sequence forwards and backwards. Where both are written as one they lose the same units. */
const bidirectional: LayerRule = (call) => {
  const [forward, backward] = call.layer.children;
  if (forward === undefined || backward === undefined || call.given.length !== 1) {
    throw new NotFollowed(`${call.place.label}: it has not two layers, or states`);
  }
  const [a, b] = [forward, backward].map((part) => call.follow(part, call.given));
  if (!a?.length || a.length !== b?.length || [...a, ...b].includes(undefined)) {
    throw new NotFollowed(`${call.place.label}: its layer is not followed`);
  }
  const [ahead, back] = [a as AxedValue[], b as AxedValue[]];
  if (forward.config === backward.config || (call.setting('backward_layer') ?? null) === null) {
    const [one, other] = [ahead[0]!.axes.at(-1)!, back[0]!.axes.at(-1)!];
    call.axes.unite(
      one,
      other,
      whyAt(call.place, ahead[0]!.axes.length - 1, 'both directions share a config'),
    );
  }
  return { outputs: [...merged(call, ahead[0]!, back[0]!), ...ahead.slice(1), ...back.slice(1)] };
};

function merged(call: LayerCall, a: AxedValue, b: AxedValue): readonly AxedValue[] {
  const mode = call.setting('merge_mode');
  switch (mode) {
    case 'concat':
      return [concat(call.place, [a, b], a.axes.length - 1)];
    case 'sum':
    case 'ave':
      return [elementwise(call.place, [a, b], 'all')];
    case 'mul':
      return [elementwise(call.place, [a, b], 'any')];
    case null:
      return [a, b];
    default:
      throw new NotFollowed(`${call.place.label}: merge_mode ${String(mode)}`);
  }
}

export const wrapperRules: Readonly<Record<string, LayerRule>> = {
  TimeDistributed: timeDistributed,
  Bidirectional: bidirectional,
};
