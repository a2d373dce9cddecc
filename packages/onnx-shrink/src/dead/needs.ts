import type { Axis, ChannelGroups } from '@synaprune/axes';
import type { NodeProto } from '@synaprune/onnx';

/** What a row of a product does with a channel: what it computes does not depend on it. */
export const LEAVES = 0;
/** It depends on it. */
export const READS = 1;
/** It adds one number for it everywhere but near the edge, where zeros stand instead. */
export const READS_AT_EDGES = 2;

/** An axis of what a node gives. */
export interface Rows {
  readonly axis: Axis;
  readonly at: number;
}

/** A node that adds channels up, each times a weight. */
export interface ProductNeeds {
  readonly node: NodeProto;
  /** The axis of what comes out, and which it is there; undefined where it has none for it. */
  readonly rows: Rows | undefined;
  readonly rowCount: number;
  /** The axis of what goes in. */
  readonly columns: Axis;
  /** How many columns a row goes over, and which is its first. */
  readonly width: number;
  readonly firstColumn: (row: number) => number;
  /** Of every row, for each of its columns: {@link LEAVES}, {@link READS} or {@link READS_AT_EDGES}. */
  readonly reads: Uint8Array;
  /** What every row gets from the columns that `gone` names, each carrying one number everywhere. */
  readonly amounts: (gone: (column: number) => boolean) => Float64Array;
}

/** Collects what nodes need. Channels are numbered through all groups. */
export interface Needs {
  /** All channels of an axis are needed. */
  require(axis: Axis): void;
  product(needs: ProductNeeds): void;
}

/** All that was collected. */
export interface CollectedNeeds extends Needs {
  readonly products: readonly ProductNeeds[];
  /** Of every group, which of its channels something needs: 1, or 0. @param edges whether those at edges count */
  live(edges: boolean): Uint8Array[];
  /** The channel of each index of an axis, or -1; undefined where it has none. */
  channelsOf(axis: Axis): Int32Array | undefined;
}

export function collectNeeds({ groups, channelsOf }: ChannelGroups): CollectedNeeds {
  const starts: number[] = [];
  let total = 0;
  for (const { channels } of groups) {
    starts.push(total);
    total += channels;
  }
  const required = new Uint8Array(total);
  const products: ProductNeeds[] = [];
  const numbered = (axis: Axis): Int32Array | undefined => {
    const found = channelsOf(axis);
    return found?.channels.map((channel, i) => (channel < 0 ? -1 : starts[found.groups[i]!]! + channel));
  };
  return {
    products,
    channelsOf: numbered,
    require(axis) {
      for (const channel of numbered(axis) ?? []) if (channel >= 0) required[channel] = 1;
    },
    product: (needs) => void products.push(needs),
    live(edges) {
      const live = Uint8Array.from(required);
      const open = products.map((product) => spreading(product, numbered, edges));
      // Most products stand in front of those that need them.
      open.reverse();
      for (let grew = true; grew; ) {
        grew = false;
        for (const spread of open) grew = spread(live) || grew;
      }
      return groups.map(({ channels }, i) => live.slice(starts[i], starts[i]! + channels));
    },
  };
}

/** Marks what the live rows of a product read; says whether anything was marked. */
function spreading(
  { rows, rowCount, columns, width, firstColumn, reads }: ProductNeeds,
  channelsOf: (axis: Axis) => Int32Array | undefined,
  edges: boolean,
): (live: Uint8Array) => boolean {
  const [rowChannels, columnChannels] = [rows && channelsOf(rows.axis), channelsOf(columns)];
  const done = new Uint8Array(rowCount);
  return (live) => {
    if (columnChannels === undefined) return false;
    let grew = false;
    for (let row = 0; row < rowCount; row += 1) {
      const own = rowChannels?.[row] ?? -1;
      if (done[row] === 1 || (own >= 0 && live[own] === 0)) continue;
      done[row] = 1;
      const first = firstColumn(row);
      for (let k = 0; k < width; k += 1) {
        const read = reads[row * width + k]!;
        if (read === LEAVES || (read === READS_AT_EDGES && !edges)) continue;
        const channel = columnChannels[first + k]!;
        if (channel < 0 || live[channel] === 1) continue;
        live[channel] = 1;
        grew = true;
      }
    }
    return grew;
  };
}
