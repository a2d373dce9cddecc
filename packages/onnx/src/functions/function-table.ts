import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { FunctionProto, ModelProto, NodeProto } from 'onnx-buf';
import { domainOf } from '../domain.js';
import { graphsOf } from '../graph/graphs-of.js';

/** Nodes that a model may have once functions are put in; each costs memory. */
const MOST_NODES = 1 << 20;

/** Functions of a model that can be put where they are called. */
export interface FunctionTable {
  readonly bodies: ReadonlyMap<string, FunctionProto>;
  /** Versions of the operators that they are written in, by domain. */
  readonly imports: ReadonlyMap<string, bigint>;
}

/** What names the function that a node calls: no text that an operator can have is another's key. */
export function callKey(domain: string, name: string, overload: string): string {
  return `${domainOf(domain)}\0${name}\0${overload}`;
}

/** @throws PruneError `bad-model` when a function calls itself, is there twice, or all would have too many nodes */
export function readFunctions(model: ModelProto): FunctionTable {
  const all = new Map<string, FunctionProto>();
  for (const each of model.functions) {
    const key = callKey(each.domain, each.name, each.overload);
    if (all.has(key)) throw new PruneError('bad-model', `two functions are called ${quote(each.name)}`);
    all.set(key, each);
  }
  requireFinite(model, all);
  const imports = new Map<string, bigint>();
  for (const { domain, version } of model.opsetImport) imports.set(domainOf(domain), version);
  const bodies = new Map<string, FunctionProto>();
  for (const [key, each] of all) {
    const own = each.opsetImport.map(({ domain, version }) => [domainOf(domain), version] as const);
    if (own.some(([domain, version]) => (imports.get(domain) ?? version) !== version)) continue;
    for (const [domain, version] of own) imports.set(domain, version);
    bodies.set(key, each);
  }
  return { bodies, imports };
}

/** Counts the nodes of everything, callees first. */
function requireFinite(model: ModelProto, all: ReadonlyMap<string, FunctionProto>): void {
  const calls = new Map([...all].map(([key, { node }]) => [key, callsOf(node, all)]));
  const callers = new Map<string, string[]>([...all.keys()].map((key) => [key, []]));
  const waiting = new Map<string, number>();
  for (const [key, { called }] of calls) {
    waiting.set(key, called.size);
    for (const each of called.keys()) callers.get(each)!.push(key);
  }
  const sizes = new Map<string, number>();
  const sizeOf = ({ nodes, called }: Calls) => {
    let size = nodes;
    for (const [key, times] of called) size += times * sizes.get(key)!;
    return size;
  };
  const ready = [...waiting].flatMap(([key, count]) => (count === 0 ? [key] : []));
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    sizes.set(key, sizeOf(calls.get(key)!));
    for (const caller of callers.get(key)!) {
      const left = waiting.get(caller)! - 1;
      waiting.set(caller, left);
      if (left === 0) ready.push(caller);
    }
  }
  const stuck = [...all].find(([key]) => !sizes.has(key));
  if (stuck !== undefined)
    throw new PruneError('bad-model', `the function ${quote(stuck[1].name)} calls itself`);
  const size = sizeOf(callsOf(model.graph!.node, all));
  if (size <= MOST_NODES) return;
  throw new PruneError(
    'bad-model',
    `the model has ${size} nodes once functions are put in; the most is ${MOST_NODES}`,
  );
}

interface Calls {
  readonly nodes: number;
  /** How often it calls which function. */
  readonly called: ReadonlyMap<string, number>;
}

function callsOf(nodes: readonly NodeProto[], all: ReadonlyMap<string, FunctionProto>): Calls {
  const called = new Map<string, number>();
  let count = 0;
  const open = [nodes];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    count += list.length;
    for (const { domain, opType, overload, attribute } of list) {
      const key = callKey(domain, opType, overload);
      if (all.has(key)) called.set(key, (called.get(key) ?? 0) + 1);
      for (const { node } of attribute.flatMap(graphsOf)) open.push(node);
    }
  }
  return { nodes: count, called };
}
