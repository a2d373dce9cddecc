import { create } from '@bufbuild/protobuf';
import { PruneError } from '@synaprune/core';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
} from 'onnx-buf';
import { domainOf } from '../domain.js';
import { namesOf } from '../graph/graph-names.js';
import { graphsOf } from '../graph/graphs-of.js';
import { copyNode, type Names } from './copy-node.js';
import { callKey, type FunctionTable, readFunctions } from './function-table.js';
import { hoistedConstants } from './hoisted-constants.js';

/** Graphs inside graphs; what reads protocol buffers stops at 100 messages, which are 33 graphs. */
const DEEPEST_GRAPH = 32;

/** What {@link inlineFunctions} may be told. */
export interface InlineOptions {
  /** Calls that stay, by `domain::Name`. */
  readonly kept?: ReadonlySet<string>;
  /** What the constants of functions become: initializers (unless told), or nodes as they were. */
  readonly constants?: 'initializers' | 'nodes';
  /** Whether nodes keep the names that they have in their function, however often it is called. Off unless told. */
  readonly keepsNodeNames?: boolean;
}

/**
 * Puts the bodies of a model's own functions where they are called, under names of their own, and takes away the functions
 * that nothing calls any more. A constant inside a function becomes one of the graph's, whoever calls it. A function that
 * is written for other versions of operators than the model stays a function.
 *
 * @returns whether anything was put anywhere
 * @throws PruneError `bad-model` when a function calls itself, or all of it would have too many nodes
 *
 * @example
 * ```ts
 * import { decodeModel } from '@synaprune/onnx';
 * import { buildModel, inlineFunctions } from '@synaprune/onnx/graph';
 *
 * const model = decodeModel(
 *   buildModel({
 *     inputs: { x: [2] },
 *     functions: { 'own::Twice': { inputs: ['a'], nodes: [['Add', ['a', 'a'], ['b']]], outputs: ['b'] } },
 *     nodes: [['own::Twice', ['x'], ['y']]],
 *     outputs: ['y'],
 *   }),
 * );
 * console.log(inlineFunctions(model), model.graph?.node.map(({ opType }) => opType)); // true [ 'Add' ]
 * ```
 */
export function inlineFunctions(model: ModelProto, options: InlineOptions = {}): boolean {
  const { kept, constants = 'initializers', keepsNodeNames = false } = options;
  const graph = model.graph!;
  const table = readFunctions(model);
  if (table.bodies.size === 0) return false;
  const taken = new Set(namesOf(graph).taken);
  const hoisted = hoistedConstants(constants, (name) => freshName(taken, name));
  let calls = 0;
  expandGraph(graph, 1);
  graph.initializer.push(...hoisted.initializers);
  graph.node.unshift(...hoisted.nodes);
  importDomains(model, table);
  // A function is dropped as one that went in, by its domain, name and overload.
  model.functions = model.functions.filter(
    ({ domain, name, overload }) =>
      !table.bodies.has(callKey(domain, name, overload)) || isKept({ domain, opType: name }),
  );
  return calls > 0;

  function isKept({ domain, opType }: Pick<NodeProto, 'domain' | 'opType'>): boolean {
    return kept?.has(`${domain}::${opType}`) === true;
  }

  function expandGraph(body: GraphProto, depth: number): void {
    if (depth > DEEPEST_GRAPH) {
      throw new PruneError(
        'bad-model',
        `graphs lie inside graphs more than ${DEEPEST_GRAPH} deep once functions are put in`,
      );
    }
    const open = [...body.node].reverse();
    const done: NodeProto[] = [];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const called = table.bodies.get(callKey(node.domain, node.opType, node.overload));
      if (called !== undefined && !isKept(node)) {
        const inside = bodyOf(node, called);
        for (let i = inside.length - 1; i >= 0; i -= 1) open.push(inside[i]!);
        continue;
      }
      for (const each of node.attribute.flatMap(graphsOf)) expandGraph(each, depth + 1);
      done.push(node);
    }
    body.node = done;
  }

  /** The nodes of a function as one call of it needs them. */
  function bodyOf(
    call: NodeProto,
    { input, output, node: nodes, attributeProto }: ModelProto['functions'][number],
  ): NodeProto[] {
    calls += 1;
    const prefix = `${call.name || call.opType}/${calls}/`;
    const known = new Map<string, string>([['', '']]);
    for (const [i, name] of input.entries()) known.set(name, call.input[i] ?? '');
    const given = new Map<string, string>();
    for (const [i, name] of output.entries()) {
      const to = call.output[i] ?? '';
      if (to !== '' && !known.has(name) && !given.has(name)) given.set(name, to);
    }
    const names: Names = {
      prefix,
      read: (name) => known.get(name) ?? freshName(taken, prefix + name),
      write(name) {
        if (name === '') return '';
        const to = given.get(name) ?? freshName(taken, prefix + name);
        given.delete(name);
        known.set(name, to);
        return to;
      },
      fresh: (name) => freshName(taken, prefix + name),
      label: ({ name, opType }) => (keepsNodeNames ? name : freshName(taken, prefix + (name || opType))),
    };
    const attributes = new Map([...attributeProto, ...call.attribute].map((each) => [each.name, each]));
    const made: NodeProto[] = [];
    for (const node of nodes) {
      const constant = hoisted.nameOf(node);
      if (constant === undefined) made.push(copyNode(node, names, attributes));
      else known.set(node.output[0]!, constant);
    }
    for (const [i, name] of output.entries()) {
      const to = call.output[i] ?? '';
      const from = names.read(name);
      if (to === '' || from === to || from === '') continue;
      made.push(
        create(NodeProtoSchema, {
          opType: 'Identity',
          name: freshName(taken, prefix + to),
          input: [from],
          output: [to],
        }),
      );
    }
    return made;
  }
}

/** A name that nothing has, and that is taken from now on. */
function freshName(taken: Set<string>, name: string): string {
  let fresh = name;
  for (let count = 2; taken.has(fresh); count += 1) fresh = `${name}#${count}`;
  taken.add(fresh);
  return fresh;
}

/** Versions of operators that functions import and the model does not. */
function importDomains(model: ModelProto, { imports }: FunctionTable): void {
  for (const [domain, version] of imports) {
    if (model.opsetImport.some((each) => domainOf(each.domain) === domain)) continue;
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version }));
  }
}
