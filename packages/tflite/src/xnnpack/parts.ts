import { zerosOf } from '../elements/zeros.js';
import type { Graph } from '../model/model.js';
import { type Layout, type Placing, placeNode, type Rules } from './layouts.js';
import { type Node, type NodeView, viewNodes } from './nodes.js';

/** Nodes that run in one layout, because they read what the others give. */
export interface Part {
  readonly nodes: readonly Node[];
  /** Elements of the filters of 1×1 convolutions, and how many of them are zero. */
  readonly elements: number;
  readonly zeros: number;
  /** What keeps it from running sparse, besides too few zeros. */
  readonly held: string | undefined;
  /** More than two thirds of the filters are zero, and nothing holds it. */
  readonly sparse: boolean;
}

/** How XNNPACK runs a subgraph that has something stored sparse in it. */
export interface Parting {
  readonly view: NodeView;
  readonly placings: ReadonlyMap<Node, Placing>;
  readonly parts: readonly Part[];
  readonly partOf: ReadonlyMap<Node, Part>;
  /** Where XNNPACK would take numbers for those of another layout: what such a file answers is wrong. */
  readonly leaks: readonly Node[];
}

/** A node while parts are put together, as XNNPACK does it. */
interface Draft {
  readonly node: Node;
  readonly index: number;
  layout: Layout | undefined;
  readonly reason: string | undefined;
  /** Why the part that it is in does not run sparse. */
  bad: string | undefined;
  leader: number;
}

/**
 * Parts a subgraph the way XNNPACK does, which is told that something is stored sparse: nodes that read of each other and
 * can run channel after channel make a part; one that reads what no such node gives, or gives what another kind of node
 * reads, spoils it.
 *
 * @param pruned whether to take every part for one with enough zeros
 */
export function partGraph(graph: Graph, rules: Rules, pruned = false): Parting {
  const view = viewNodes(graph);
  const placings = new Map(view.nodes.map((node) => [node, placeNode(graph, node, rules)] as const));
  const drafts = view.nodes.map((node, index): Draft => {
    const placing = placings.get(node)!;
    const [layout, reason] = 'layout' in placing ? [placing.layout, undefined] : [undefined, placing.reason];
    return { node, index, layout, reason, bad: undefined, leader: index };
  });
  const producers = new Map(
    drafts.flatMap((draft) => draft.node.operator.outputs.map((i) => [i, draft] as const)),
  );
  joinNodes(graph, drafts, producers);
  for (const { bad, leader } of drafts) drafts[leader]!.bad ??= bad;
  checkReaders(graph, drafts, view);
  const counted = countZeros(drafts);
  const held = (draft: Draft) => drafts[draft.leader]!.bad;
  const isSparse = (draft: Draft) => {
    const { zeros, elements } = counted.get(draft.leader) ?? { zeros: 0, elements: 0 };
    return held(draft) === undefined && (pruned ? elements > 0 : zeros * 3 > elements * 2);
  };
  const switched = new Set<number>();
  for (const draft of drafts) {
    if (isInside(draft) && isSparse(draft)) for (const read of draft.node.reads) switched.add(read);
  }
  const leaks = drafts.filter((draft) => leaksFrom(graph, draft, switched)).map(({ node }) => node);
  const partOf = new Map<Node, Part>();
  const parts: Part[] = [];
  for (const leader of new Set(drafts.map((draft) => draft.leader))) {
    const own = drafts.filter((draft) => draft.leader === leader && draft.layout !== undefined);
    if (own.length === 0) continue;
    const { zeros, elements } = counted.get(leader) ?? { zeros: 0, elements: 0 };
    const part: Part = {
      nodes: own.map(({ node }) => node),
      elements,
      zeros,
      held: held(own[0]!),
      sparse: isSparse(own[0]!),
    };
    parts.push(part);
    for (const node of part.nodes) partOf.set(node, part);
  }
  return { view, placings, parts, partOf, leaks };
}

/** Makes one part of nodes that read of each other, and marks those that read what they cannot. */
function joinNodes(graph: Graph, drafts: readonly Draft[], producers: ReadonlyMap<number, Draft>): void {
  const leaderOf = (index: number): number => {
    let leader = index;
    while (drafts[leader]!.leader !== leader) leader = drafts[leader]!.leader;
    for (let at = index; at !== leader; ) {
      const next = drafts[at]!.leader;
      drafts[at]!.leader = leader;
      at = next;
    }
    return leader;
  };
  let joined = false;
  const joinWhatIsRead = (draft: Draft): void => {
    for (const read of draft.node.reads) {
      const producer = producers.get(read);
      if (producer === undefined || !gives(producer) || producer.bad !== undefined) {
        draft.bad ??= whyBad(graph, draft, read, producer);
        continue;
      }
      // What is read inside is no end.
      if (producer.layout === 'inside or ends') producer.layout = 'inside';
      const [one, other] = [leaderOf(producer.index), leaderOf(draft.index)];
      if (one !== other) joined = true;
      drafts[Math.min(one, other)]!.leader = Math.max(one, other);
    }
  };
  for (const draft of drafts) {
    if (draft.layout === 'ends' || draft.layout === 'inside or ends') joinWhatIsRead(draft);
  }
  // Without an end nothing is changed at all.
  if (joined) {
    for (const draft of drafts) if (draft.bad === undefined && isInside(draft)) joinWhatIsRead(draft);
  } else {
    for (const draft of drafts)
      draft.bad ??= 'nothing behind it ends a sparse part: MEAN over height and width does';
  }
  for (const { index } of drafts) drafts[index]!.leader = leaderOf(index);
}

function isInside({ layout }: Draft): boolean {
  return layout === 'inside' || layout === 'ends' || layout === 'inside or ends';
}

function gives({ layout }: Draft): boolean {
  return layout === 'begins' || layout === 'inside' || layout === 'inside or ends';
}

function whyBad(graph: Graph, draft: Draft, read: number, producer: Draft | undefined): string {
  const name = nameOf(graph, draft.node);
  if (producer === undefined) return `${name} reads ${textOf(graph, read)}, which comes from outside`;
  return producer.bad ?? `${nameOf(graph, producer.node)}: ${producer.reason ?? 'it ends a part'}`;
}

/** All that is read inside of a part must be read inside of parts alone. */
function checkReaders(graph: Graph, drafts: readonly Draft[], { readers }: NodeView): void {
  const bad = (draft: Draft) => drafts[draft.leader]!.bad !== undefined;
  const inside = new Map<number, number>();
  const good = drafts.filter((draft) => isInside(draft) && !bad(draft));
  for (const { node } of good) for (const read of node.reads) inside.set(read, (inside.get(read) ?? 0) + 1);
  for (const draft of good) {
    if (bad(draft)) continue;
    const shared = draft.node.reads.find((read) => inside.get(read) !== readers.get(read));
    if (shared !== undefined) {
      drafts[draft.leader]!.bad = `${textOf(graph, shared)} is read outside of the part too`;
    }
  }
}

/** Elements and zeros of the 1×1 filters of each part, by its leader. */
function countZeros(drafts: readonly Draft[]): ReadonlyMap<number, { zeros: number; elements: number }> {
  const counted = new Map<number, { zeros: number; elements: number }>();
  for (const { node, leader } of drafts) {
    const filter = node.constants[1];
    if (!isPointwise(node) || filter === undefined) continue;
    const own = counted.get(leader) ?? { zeros: 0, elements: 0 };
    own.elements += filter.elements;
    own.zeros += zerosOf(filter);
    counted.set(leader, own);
  }
  return counted;
}

/** Whether it is a convolution of single pixels. */
export function isPointwise({ operator, window }: Node): boolean {
  return operator.op === 'CONV_2D' && window?.height.window === 1 && window.width.window === 1;
}

/** Whether a node reads in the one layout and gives in the other, which only ends can. */
function leaksFrom(graph: Graph, { node, layout }: Draft, switched: ReadonlySet<number>): boolean {
  if (layout !== 'inside') return false;
  const large = (i: number) => {
    const [, height = 1, width = 1, channels = 1, ...rest] = graph.tensors[i]?.shape ?? [];
    return rest.length > 0 || (height * width > 1 && channels > 1);
  };
  if (!node.reads.some((read) => switched.has(read) && large(read))) return false;
  return node.operator.outputs.some((output) => !switched.has(output) && large(output));
}

/** A node by the tensor that it gives: operators have no names. */
export function nameOf(graph: Graph, { operator }: Node): string {
  return `${operator.op} ${textOf(graph, operator.outputs[0] ?? -1)}`;
}

function textOf(graph: Graph, tensor: number): string {
  return JSON.stringify(graph.tensors[tensor]?.name || `tensor ${tensor}`);
}
