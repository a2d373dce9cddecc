import { elementsOf } from '@synaprune/core/checks';
import type { Graph, Value } from '@synaprune/onnx/graph';
import { cutInSegments } from './segments.js';

/** A node of a graph. */
type Node = Graph['nodes'][number];

/** Values of fewer elements are kept: they cost nothing, and computing them again costs a node. */
const FEW = 256;

/** What is to be computed again. */
export interface RecomputePlan {
  /** What the model and its loss compute. */
  readonly forward: ReadonlySet<Value>;
  /** What differs from batch to batch: what is computed of nothing else is kept. */
  readonly fed: readonly Value[];
  /** Parts of the model whose inside is computed again. */
  readonly segments: number | undefined;
}

/**
 * Makes gradients read values of the model that are computed again from those at the borders of segments, so that the
 * first ones are given back as soon as the model has read them.
 *
 * A runtime puts equal nodes into one, and runs nodes in an order of its own. So a segment begins anew by views of the
 * values at its border, with an axis put in front and taken away, which is counted from the front or from the back as an
 * element of what gradients came to so far chooses. No node is equal to one of the model then, and none can run before the
 * gradients of the segments behind it are done. (Not by Reshape with a shape that is computed: ONNX Runtime joins
 * one to a Reshape behind it, and cannot load the model then.)
 */
export function recomputeActivations(graph: Graph, { forward, fed, segments }: RecomputePlan): void {
  const changing = new Set<Value | undefined>(fed);
  const model = graph.nodes.filter((node) => {
    if (!node.outputs.some((output) => forward.has(output))) return false;
    if (!node.inputs.some((input) => changing.has(input))) return false;
    for (const output of node.outputs) changing.add(output);
    return true;
  });
  const segmentOf = new Map<Value, number>();
  const producers = new Map<Value, Node>();
  const lengths = cutInSegments(model, changing, segments);
  let at = 0;
  for (const [segment, length] of lengths.entries()) {
    for (const node of model.slice(at, at + length)) {
      for (const output of node.outputs) {
        segmentOf.set(output, segment);
        producers.set(output, node);
      }
    }
    at += length;
  }
  const places = new Map(model.map((node, place) => [node, place]));
  const last = lengths.length - 1;
  // What crosses a border lives on for the model's own sake.
  const crossing = new Set(
    model.flatMap(({ inputs, outputs }) =>
      inputs.filter((input) => input && segmentOf.get(input) !== segmentOf.get(outputs[0]!)),
    ),
  );
  const nodes: Node[] = [];
  const gates = new Map<number, Value>();
  const views = new Map<string, Value>();
  const again = new Map<Value, Value>();
  /** What came of values of the model that were read since the last gate, and went into nothing yet. */
  const readers = new Set<Value>();
  let names = 0;
  const fresh = ({ type, shape }: Pick<Value, 'type' | 'shape'>): Value => {
    names += 1;
    return { name: graph.source(`again/${names}`, { type, shape }).name, type, shape };
  };
  const push = (
    op: string,
    inputs: readonly Value[],
    kind: Pick<Value, 'type' | 'shape'>,
    attributes = {},
  ) => {
    const output = fresh(kind);
    nodes.push({ op, domain: '', inputs, outputs: [output], attributes } as Node);
    return output;
  };

  /** Whether something is above 0 that is known once all readers so far are: which of the two does not matter. */
  const gateOf = (segment: number): Value | undefined => {
    const known = gates.get(segment);
    const ends = [...readers].filter(({ type, shape }) => type === 'float32' && elementsOf(shape) > 0);
    if (known !== undefined || ends.length === 0) return known;
    const firsts = ends.map((value) => {
      const flat = push('Reshape', [value, graph.integers([-1])], {
        type: value.type,
        shape: [elementsOf(value.shape)],
      });
      const cut = [0, 1, 0].map((number) => graph.integers([number]));
      return push('Slice', [flat, ...cut], { type: value.type, shape: [1] });
    });
    const joined = push('Concat', firsts, { type: 'float32', shape: [firsts.length] }, { axis: 0 });
    const sum = push(
      'ReduceSum',
      [joined, graph.integers([0])],
      { type: 'float32', shape: [] },
      { keepdims: 0 },
    );
    const gate = push('Greater', [sum, graph.scalar(0)], { type: 'bool', shape: [] });
    gates.set(segment, gate);
    readers.clear();
    return gate;
  };

  /** A value at the border of a segment, as that begins anew. */
  const viewOf = (value: Value, segment: number): Value => {
    const key = `${segment} ${value.name}`;
    const known = views.get(key);
    const gate = gates.get(segment);
    if (known !== undefined || gate === undefined) return known ?? value;
    const { type, shape } = value;
    const ends = [graph.integers([0]), graph.integers([-1 - shape.length])];
    const axis = push('Where', [gate, ...ends], { type: 'int64', shape: [1] });
    const wide = push('Unsqueeze', [value, axis], { type, shape: [1, ...shape] });
    const view = push('Squeeze', [wide, graph.integers([0])], value);
    views.set(key, view);
    return view;
  };

  const isSmall = ({ shape }: Value): boolean => elementsOf(shape) < FEW;

  /** A value of a segment, computed again, and all of that segment that it needs. */
  const repeat = (value: Value, segment: number): Value => {
    const isInside = (input: Value | undefined): input is Value =>
      input !== undefined && segmentOf.get(input) === segment && !crossing.has(input);
    const needed = new Set<Node>();
    // A stack of its own: a segment may be deeper than calls can nest.
    const open = [value];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const node = producers.get(one)!;
      if (again.has(one) || needed.has(node)) continue;
      needed.add(node);
      open.push(...node.inputs.filter(isInside));
    }
    for (const node of [...needed].sort((a, b) => places.get(a)! - places.get(b)!)) {
      const inputs = node.inputs.map((input) => {
        if (input === undefined || !changing.has(input)) return input;
        if (isInside(input)) return again.get(input)!;
        return segmentOf.get(input) === segment || isSmall(input) ? input : viewOf(input, segment);
      });
      const outputs = node.outputs.map(fresh);
      nodes.push({ ...node, inputs, outputs });
      for (const [index, output] of node.outputs.entries()) again.set(output, outputs[index]!);
    }
    return again.get(value)!;
  };

  for (const node of graph.nodes.splice(0)) {
    if (node.outputs.some((output) => forward.has(output))) {
      nodes.push(node);
      continue;
    }
    let reads = false;
    const inputs = node.inputs.map((input) => {
      const segment = input === undefined ? undefined : segmentOf.get(input);
      if (input === undefined || segment === undefined) return input;
      reads = true;
      if (segment === last || isSmall(input) || crossing.has(input)) return input;
      return gateOf(segment) === undefined ? input : repeat(input, segment);
    });
    nodes.push({ ...node, inputs });
    const follows = inputs.filter((input) => input !== undefined && readers.delete(input)).length > 0;
    if (!reads && !follows) continue;
    for (const output of node.outputs) readers.add(output);
  }
  graph.nodes.push(...nodes);
}
