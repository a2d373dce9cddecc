import { type Axis, computed, divideDim, holdAll, holdSome, timesDim, whyAt } from '@synaprune/axes';
import { numberAt, textAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';

const BECOMES_PLACES = 'it becomes places';

/** Channels that become places: what is left are those that stand beside or behind the places. */
const depthToSpace: Rule = (call) => {
  const x = call.input(0);
  const block = numberAt(call.attributes, 'blocksize', 1);
  const [batch, channels, ...spatial] = x.axes;
  const size = channels?.dim;
  if (x.axes.length !== 4 || typeof size !== 'number' || size % block ** 2 !== 0) {
    throw new NotFollowed('its channels are no squares of blocks');
  }
  const places = block ** 2;
  const behind = textAt(call.attributes, 'mode', 'DCR') === 'CRD';
  const sizes = behind ? [size / places, places] : [places, size / places];
  const parts = call.axes.split(channels!, sizes, { label: call.place.label, kind: 'channels' });
  call.axes.hold(parts[behind ? 1 : 0]!, whyAt(call.place, 1, BECOMES_PLACES));
  holdSome(call.place, x, [2, 3], 'places are put beside it');
  const wide = spatial.map((axis, i) =>
    call.axes.held(timesDim(axis.dim, block), whyAt(call.place, i + 2, 'places are put beside it')),
  );
  return {
    outputs: [computed([batch!, parts[behind ? 0 : 1]!, ...wide], [x.zero[0]!, x.zero[1]!, false, false])],
  };
};

/** Places that become channels: every channel as often as a block has places. */
const spaceToDepth: Rule = (call) => {
  const x = call.input(0);
  const block = numberAt(call.attributes, 'blocksize', 1);
  if (x.axes.length !== 4) throw new NotFollowed('its input has not four axes');
  const [batch, channels, ...spatial] = x.axes as [Axis, Axis, ...Axis[]];
  holdSome(call.place, x, [2, 3], 'it becomes channels');
  const places = call.axes.held(block ** 2, whyAt(call.place, 1, 'it is that of places'));
  const small = spatial.map((axis, i) =>
    call.axes.held(
      divideDim(axis.dim, block) ?? call.declared(0)?.[i + 2] ?? call.open(`size ${i + 2}`),
      whyAt(call.place, i + 2, 'it becomes channels'),
    ),
  );
  return {
    outputs: [
      computed(
        [batch, call.axes.merge([places, channels]), ...small],
        [x.zero[0]!, x.zero[1]!, false, false],
      ),
    ],
  };
};

/** Each channel by itself, looked up where a run computes. */
const sampled =
  (first: 'x' | 'other', why: string, sizes: (call: NodeCall) => readonly (number | undefined)[]): Rule =>
  (call) => {
    const [x, other] = [call.input(0), call.input(1)];
    const spatial = x.axes.map((_, i) => i).slice(2);
    holdSome(call.place, x, first === 'x' ? spatial : [0, ...spatial], why);
    holdSome(
      call.place,
      other,
      other.axes.map((_, i) => i).filter((i) => i > 0),
      'it says where to look',
    );
    if (call.has(2)) holdAll(call.place, call.input(2), 'it says where to look');
    if (first === 'x')
      call.axes.unite(x.axes[0]!, other.axes[0]!, whyAt(call.place, 0, 'it is that of the batch'));
    else call.axes.hold(other.axes[0]!, whyAt(call.place, 0, 'it is that of places to look'));
    const known = sizes(call);
    const declared = call.declared(0);
    const wide = spatial.map((i, k) =>
      call.axes.held(known[k] ?? declared?.[i] ?? call.open(`size ${i}`), whyAt(call.place, i, why)),
    );
    const rows = first === 'x' ? x.axes[0]! : other.axes[0]!;
    const none = wide.map(() => false);
    return { outputs: [computed([rows, x.axes[1]!, ...wide], [false, x.zero[1]!, ...none])] };
  };

/** Operators that move between channels and places, or look up places. */
export const placeRules: Readonly<Record<string, Rule>> = {
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  GridSample: sampled('x', 'places of it are looked up', (call) =>
    call
      .input(1)
      .axes.slice(1, -1)
      .map(({ dim }) => (typeof dim === 'number' ? dim : undefined)),
  ),
  RoiAlign: sampled('other', 'places of it are looked up', (call) => [
    numberAt(call.attributes, 'output_height', 1),
    numberAt(call.attributes, 'output_width', 1),
  ]),
};
