import type { Cut, Item, TensorBackend } from '../../contract/backend.js';

/** Units whose scores are on the host. */
export interface HostUnits {
  /** A score a unit, as a magnitude. */
  readonly magnitudes: Int32Array;
}

/** One byte a unit: 1 is kept. */
export type HostUnitMask = Uint8Array;

type HostUnitItem = Item<HostUnits, HostUnitMask>;

/**
 * The verbs on units whose scores are on the host. Plain, and linear but for one sort: there are far fewer units than
 * elements, or a backend that wants it faster has the verbs itself.
 */
export function unitsOnHost(): TensorBackend<HostUnits, HostUnitMask> {
  return {
    contract: 1,
    manifest: {
      name: 'units on the host',
      scores: ['magnitude'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
    },
    shape: ({ magnitudes }) => [magnitudes.length],
    createMask: ({ magnitudes }) => new Uint8Array(magnitudes.length).fill(1),
    disposeMask: () => {},
    readMask: (mask) => packFlags(mask),
    writeMask: (mask, packed) => mask.set(unpackFlags(packed, mask.length)),
    countKept: (masks) => masks.map((mask) => mask.reduce((sum, flag) => sum + flag, 0)),
    countBelow: (items, limits) =>
      limits.map((limit) => items.map((item) => keptMagnitudes(item).filter((own) => own < limit).length)),
    findCut: (items, count) => cutAt(items, count),
    drop: (groups) => {
      for (const { items, cut } of groups) {
        let { ties } = cut;
        for (const { weight, mask } of items) {
          for (const [i, magnitude] of weight.magnitudes.entries()) {
            if (mask[i] === 0 || magnitude > cut.magnitude || (magnitude === cut.magnitude && ties === 0))
              continue;
            if (magnitude === cut.magnitude) ties -= 1;
            mask[i] = 0;
          }
        }
      }
    },
    enforce: () => {},
    read: ({ magnitudes }) => new Float32Array(magnitudes.buffer, magnitudes.byteOffset, magnitudes.length),
    combine: (into, from, how) => {
      for (let i = 0; i < into.length; i += 1) {
        if (from[i] === 1) into[i] = how === 'or' ? 1 : 0;
      }
    },
  };
}

function cutAt(items: readonly HostUnitItem[], count: number): Cut {
  const lists = items.map(keptMagnitudes);
  const sorted = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    sorted.set(list, at);
    at += list.length;
  }
  sorted.sort();
  const magnitude = sorted[count - 1]!;
  return { magnitude, ties: count - sorted.indexOf(magnitude) };
}

function keptMagnitudes({ weight, mask }: HostUnitItem): Int32Array {
  return weight.magnitudes.filter((_, i) => mask[i] === 1);
}

/** Flags as packed bits. */
export function packFlags(flags: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i += 1) packed[i >> 3]! |= flags[i]! << (i % 8);
  return packed;
}

/** Packed bits as flags. */
export function unpackFlags(packed: Uint8Array, elements: number): Uint8Array {
  return Uint8Array.from({ length: elements }, (_, i) => (packed[i >> 3]! >> (i % 8)) & 1);
}
