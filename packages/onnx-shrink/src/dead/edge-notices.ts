import type { ChannelGroup, Kept } from '@synaprune/axes';
import type { Notice } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { placeOf } from '@synaprune/onnx/graph';
import { READS_AT_EDGES } from './needs.js';
import type { WalkedModel } from './walk-model.js';

/** What is told of channels that stay only because zeros stand beside what they carry. */
export function edgeNotices({ needs }: WalkedModel, groups: readonly ChannelGroup[], kept: Kept): Notice[] {
  const without = needs.live(false);
  let start = 0;
  return groups.flatMap(({ name, channels }, i): Notice[] => {
    const from = start;
    start += channels;
    const stay = Array.from(kept[i]!.keys()).filter(
      (channel) => kept[i]![channel] === 1 && without[i]![channel] === 0,
    );
    const readers = new Set(stay.flatMap((channel) => readersOf(needs, from + channel)));
    if (readers.size === 0) return [];
    return [
      {
        code: 'constant-at-edges',
        message:
          `${stay.length} of ${channels} channels of ${quote(name)} carry one number other than 0 and stay: ` +
          `${[...readers].join(', ')} reads zeros beside them, so that what they add is another number at the edges`,
        weights: [name],
      },
    ];
  });
}

/** The nodes that read a channel at edges. */
function readersOf({ products, channelsOf }: WalkedModel['needs'], channel: number): string[] {
  return products.flatMap(({ node, columns, rowCount, width, firstColumn, reads }) => {
    const column = channelsOf(columns)?.indexOf(channel) ?? -1;
    if (column < 0) return [];
    for (let row = 0; row < rowCount; row += 1) {
      const k = column - firstColumn(row);
      if (k >= 0 && k < width && reads[row * width + k] === READS_AT_EDGES) return [placeOf(node)];
    }
    return [];
  });
}
