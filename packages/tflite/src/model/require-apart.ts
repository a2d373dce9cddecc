import { quote } from '@synaprune/core/checks';
import { badModel } from '../format/bad-model.js';
import type { Graph } from './model.js';

type Span = readonly [from: number, to: number];

/**
 * Data that would be written to must be nobody else's: not a part of other data, and no part of the structure.
 *
 * @throws PruneError `bad-model`
 */
export function requireApart(bytes: Uint8Array, graphs: readonly Graph[], structure: readonly Span[]): void {
  const owners = new Map<string, string>();
  const spans: Span[] = [];
  for (const { tensors } of graphs) {
    for (const { data, name } of tensors) {
      if (data === undefined || data.length === 0) continue;
      const from = data.byteOffset - bytes.byteOffset;
      const key = `${from} ${from + data.length}`;
      if (!owners.has(key)) spans.push([from, from + data.length]);
      owners.set(key, name);
    }
  }
  spans.sort(([a], [b]) => a - b);
  const ownerOf = ([from, to]: Span) => quote(owners.get(`${from} ${to}`) ?? '');
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1];
    if (next !== undefined && next[0] < span[1]) {
      throw badModel(`the data of ${ownerOf(span)} and of ${ownerOf(next)} lie over each other`);
    }
  }
  for (const [from, to] of structure) {
    const after = firstEndingAfter(spans, from);
    const span = spans[after];
    if (span !== undefined && span[0] < to) {
      throw badModel(`the data of ${ownerOf(span)} lies over what says where things are, at byte ${from}`);
    }
  }
}

/** The first of spans in order, apart, that ends behind a byte. */
function firstEndingAfter(spans: readonly Span[], byte: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]![1] > byte) high = middle;
    else low = middle + 1;
  }
  return low;
}
