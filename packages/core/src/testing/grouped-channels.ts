import type { ChannelGroup } from '../selection/patterns/groups/channel-groups.js';
import type { ArrayWeight } from './array-backend.js';

/* What groups of channels must come to, by sorting lists: the oracle of their tests. */

/** Weights by name. */
export type Net = Readonly<Record<string, ArrayWeight>>;

/** Which channels of each group are kept. */
export type Kept = readonly (readonly boolean[])[];

/** Units of the smallest float32, as whole numbers. */
const fixed = (value: number): bigint => BigInt(value * 2 ** 149);
const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
const neighbour = (value: number, step: number): number => {
  float[0] = value;
  bits[0]! += step;
  return float[0];
};

/** The largest float32 that is no more than what these magnitudes make together. */
export function pooledBelow(values: readonly number[], pool: 'l2' | 'mean' | 'max'): number {
  if (pool === 'max') return Math.max(...values);
  const sum = values.reduce((all, value) => all + (pool === 'l2' ? fixed(value) ** 2n : fixed(value)), 0n);
  const fits = (value: number): boolean =>
    (pool === 'l2' ? fixed(value) ** 2n : fixed(value) * BigInt(values.length)) <= sum;
  const near = values.reduce((all, value) => all + (pool === 'l2' ? value * value : value), 0);
  let result = Math.fround(pool === 'l2' ? Math.sqrt(near) : near / values.length);
  while (!fits(result)) result = neighbour(result, -1);
  while (fits(neighbour(result, 1))) result = neighbour(result, 1);
  return result;
}

/** Flat indices of a slice. */
export function sliceOf({ shape }: ArrayWeight, axis: number, index: number): number[] {
  const stride = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
  const elements = shape.reduce((product, edge) => product * edge, 1);
  return Array.from({ length: elements }, (_, i) => i).filter(
    (i) => Math.floor(i / stride) % shape[axis]! === index,
  );
}

/** Where a channel is: weight, axis and index. */
function placesOf({ members }: ChannelGroup, channel: number) {
  return members.flatMap((member) =>
    member.channels.flatMap((own, index) => (own === channel ? [{ ...member, index }] : [])),
  );
}

export function scoreOfChannel(
  net: Net,
  group: ChannelGroup,
  channel: number,
  pool: 'l2' | 'mean' | 'max',
): number {
  const makers = placesOf(group, channel).filter(
    ({ side, tensor }) => side === 'makes' && net[tensor]!.shape.length > 1,
  );
  const slices = makers.map(({ tensor, axis, index }) => {
    const { values } = net[tensor]!;
    return pooledBelow(
      sliceOf(net[tensor]!, axis, index).map((i) => Math.abs(values[i]!)),
      pool,
    );
  });
  return pooledBelow(slices, pool);
}

/** Drops the lowest channels until so many are dropped, none that a weight or group cannot spare. */
export function dropLowest(
  net: Net,
  groups: readonly ChannelGroup[],
  kept: Kept,
  count: number,
  pool: 'l2' | 'mean' | 'max',
): boolean[][] | 'floor-conflict' {
  const order = groups
    .flatMap((group, g) =>
      kept[g]!.flatMap((isKept, channel) =>
        isKept ? [{ g, channel, score: scoreOfChannel(net, group, channel, pool) }] : [],
      ),
    )
    .sort((a, b) => a.score - b.score || a.g - b.g || a.channel - b.channel);
  const needed = new Set<object>();
  const axes = new Map<string, Set<string>>();
  for (const [g, { members }] of groups.entries()) {
    needed.add(order.findLast((one) => one.g === g)!);
    for (const { tensor, axis, channels } of members) {
      const key = `${tensor}/${axis}`;
      const own = axes.get(key) ?? new Set();
      for (const channel of channels) if (channel >= 0) own.add(`${g}/${channel}`);
      axes.set(key, own);
    }
  }
  for (const [key, own] of axes) {
    const [tensor, axis] = key.split('/');
    // Where some index is of no channel, something stays anyway.
    if (own.size < net[tensor!]!.shape[Number(axis)]!) continue;
    needed.add(order.findLast(({ g, channel }) => own.has(`${g}/${channel}`))!);
  }
  const before = kept.flat().filter((isKept) => !isKept).length;
  const spare = order.filter((one) => !needed.has(one)).slice(0, Math.max(0, count - before));
  if (spare.length < count - before) return 'floor-conflict';
  const gone = new Set(spare.map(({ g, channel }) => `${g}/${channel}`));
  return kept.map((flags, g) => flags.map((isKept, channel) => isKept && !gone.has(`${g}/${channel}`)));
}

/** The masks of weights that these channels leave. */
export function masksOf(net: Net, groups: readonly ChannelGroup[], kept: Kept): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(net).map(([name, weight]) => {
      const flags = Array.from(weight.values, () => 1);
      for (const [g, group] of groups.entries()) {
        for (const [channel, isKept] of kept[g]!.entries()) {
          if (isKept) continue;
          for (const { tensor, axis, index } of placesOf(group, channel)) {
            if (tensor === name) for (const i of sliceOf(weight, axis, index)) flags[i] = 0;
          }
        }
      }
      return [name, flags];
    }),
  );
}

/** Every index of a kernel's axis a channel of its own, in their order. */
export const inOrder = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
