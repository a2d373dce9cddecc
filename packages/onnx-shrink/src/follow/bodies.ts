import { type Dim, holdAll, type Place } from '@synaprune/axes';
import type { NodeProto, ValueInfoProto } from '@synaprune/onnx';
import { graphsOf } from '@synaprune/onnx/graph';
import type { GraphValue } from './graph-value.js';
import { type Body, NOT_FOLLOWED, NotFollowed } from './node-call.js';
import { findValue, openScope, placeIn, type Scope } from './scope.js';

/** What a graph inside a node is followed with. */
export interface Following {
  /** Of the node in its graph. */
  readonly index: number;
  /** All scopes so far. */
  readonly scopes: readonly Scope[];
  follow(scope: Scope, given: readonly (GraphValue | undefined)[]): Scope;
  hold(value: GraphValue, what: string): void;
  declared(info: ValueInfoProto | undefined): readonly Dim[] | undefined;
}

/** The graph that a node has for an attribute. @throws NotFollowed when there is none */
export function bodyOf(node: NodeProto, outer: Scope, attribute: string, following: Following): Body {
  const graph = node.attribute.find(({ name }) => name === attribute)?.g;
  if (graph === undefined) throw new NotFollowed(`it has no ${attribute}`);
  const own = node.name === '' ? `${node.opType}_${following.index}` : node.name;
  const place = `${outer.place}/${own}.${attribute}`;
  const label = `${attribute} of ${placeIn(outer, node)}`;
  let inside: readonly Scope[] = [];
  return {
    graph,
    declared: following.declared,
    follow(given) {
      const first = following.scopes.length;
      const scope = following.follow(openScope(graph, { place, label, outer }), given);
      inside = following.scopes.slice(first);
      return graph.output.map(({ name }) => findValue(scope, name)?.value);
    },
    hold(what) {
      for (const { values } of inside) {
        for (const value of values.values()) if (value !== undefined) following.hold(value, what);
      }
    },
  };
}

/** Holds what graphs inside a node read from outside it. */
export function holdCaptured(node: NodeProto, scope: Scope, place: Place): void {
  for (const body of node.attribute.flatMap(graphsOf)) {
    for (const inner of body.node) {
      for (const name of inner.input) holdNamed(scope, name, place);
      holdCaptured(inner, scope, place);
    }
    for (const { name } of body.output) holdNamed(scope, name, place);
  }
}

/** Also where a name inside hides it: then it stays for nothing. */
function holdNamed(scope: Scope, name: string, place: Place): void {
  const value = findValue(scope, name)?.value;
  if (value !== undefined) holdAll(place, value, NOT_FOLLOWED);
}
