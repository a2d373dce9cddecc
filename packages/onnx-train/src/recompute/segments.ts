import { elementsOf } from '@synaprune/core/checks';
import type { Graph, Value } from '@synaprune/onnx/graph';

/**
 * Cuts nodes, in their order, into segments about as heavy as each other, where little crosses the cut: what crosses is
 * kept, and what is inside comes and goes. As many as the root of how many there are unless told, which is where both
 * weigh the same.
 *
 * @returns how many nodes each has
 */
export function cutInSegments(
  nodes: readonly Graph['nodes'][number][],
  changing: ReadonlySet<Value | undefined>,
  count?: number,
): readonly number[] {
  const lastUse = new Map<Value, number>();
  for (const [at, { inputs }] of nodes.entries()) {
    for (const input of inputs) if (input !== undefined) lastUse.set(input, at);
  }
  const weights = nodes.map(({ outputs }) => outputs.reduce((sum, { shape }) => sum + elementsOf(shape), 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const heavy = weights.filter((weight) => weight * nodes.length >= total / 2).length;
  const segments = Math.max(1, Math.min(nodes.length, count ?? Math.round(Math.sqrt(heavy))));
  // What is read behind each node and computed before it.
  const crossing = new Array<number>(nodes.length).fill(0);
  for (const [at, { outputs }] of nodes.entries()) {
    for (const output of outputs) {
      const end = lastUse.get(output) ?? at;
      if (changing.has(output)) for (let i = at; i < end; i += 1) crossing[i]! += elementsOf(output.shape);
    }
  }
  const cuts: number[] = [];
  let weight = 0;
  const reached = weights.map((one) => {
    weight += one;
    return weight / total;
  });
  for (let segment = 1; segment < segments; segment += 1) {
    const [from, to] = [(segment - 0.5) / segments, (segment + 0.5) / segments];
    const near = nodes.flatMap((_, at) => (reached[at]! >= from && reached[at]! < to ? [at] : []));
    const best = near.reduce<number | undefined>(
      (least, at) => (least === undefined || crossing[at]! < crossing[least]! ? at : least),
      undefined,
    );
    if (best !== undefined && best + 1 < nodes.length && (cuts.at(-1) ?? 0) < best + 1) cuts.push(best + 1);
  }
  return [...cuts, nodes.length].map((cut, index) => cut - (index === 0 ? 0 : cuts[index - 1]!));
}
