import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { GraphProto, NodeProto, ValueInfoProto } from '@synaprune/onnx';
import { placeOf } from '@synaprune/onnx/graph';
import type { GraphValue } from './graph-value.js';

/** A graph that is being followed: what its names stand for. What it does not know, the graph around it may. */
export interface Scope {
  readonly graph: GraphProto;
  /** `graph`, or `graph/If_0.then_branch`, as `findRoles` names graphs. */
  readonly place: string;
  /** The same for messages: `then_branch of node "if" (If)`. Undefined for the model's own graph. */
  readonly label: string | undefined;
  /** Undefined for what nothing is known of. */
  readonly values: Map<string, GraphValue | undefined>;
  readonly outer: Scope | undefined;
  readonly declared: ReadonlyMap<string, ValueInfoProto>;
}

/** A scope of a graph in which nothing has a name yet. */
export function openScope(graph: GraphProto, at: Pick<Scope, 'place' | 'label' | 'outer'>): Scope {
  const declared = new Map([...graph.valueInfo, ...graph.output].map((info) => [info.name, info]));
  return { ...at, graph, values: new Map(), declared };
}

/** What a name stands for, where it is one. */
export function findValue(
  scope: Scope,
  name: string,
): { readonly value: GraphValue | undefined } | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    if (at.values.has(name)) return { value: at.values.get(name) };
  }
  return undefined;
}

/** What an input of a node stands for. @throws PruneError `bad-model` when it is no name by then */
export function readValue(scope: Scope, name: string, node: NodeProto): GraphValue | undefined {
  const found = findValue(scope, name);
  if (found !== undefined) return found.value;
  throw new PruneError(
    'bad-model',
    `${placeIn(scope, node)} reads ${quote(name)}, which nothing before it computes: a graph's nodes stand in an ` +
      'order that they can run in, without circles',
  );
}

/** How messages name a node of a graph that may lie inside another. */
export function placeIn({ label }: Scope, node: NodeProto): string {
  return label === undefined ? placeOf(node) : `${placeOf(node)} in ${label}`;
}
