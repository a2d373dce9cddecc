import { PruneError } from '@synaprune/core';
import {
  create,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
} from '@synaprune/onnx';
import { namesOf } from '../cut/graph-names.js';
import { copyNode, type Names } from './copy-node.js';
import { callKey, type FunctionTable, readFunctions } from './function-table.js';
import { hoistedConstants } from './hoisted-constants.js';

/** Graphs inside graphs; what reads protocol buffers stops at 100 messages, which are 33 graphs. */
const DEEPEST_GRAPH = 32;

/**
 * Puts the bodies of a model's own functions where they are called, under names of their own, and takes away the functions
 * that nothing calls any more. Constants inside a function become one initializer, whoever calls it. A function that is
 * written for other versions of operators than the model stays a function.
 *
 * @returns whether anything was put anywhere
 * @throws PruneError `bad-model` when a function calls itself, or all of it would have too many nodes
 */
export function inlineFunctions(model: ModelProto): boolean {
  const graph = model.graph!;
  const table = readFunctions(model);
  if (table.bodies.size === 0) return false;
  const taken = new Set(namesOf(graph).taken);
  const hoisted = hoistedConstants(graph, (name) => freshName(taken, name));
  let calls = 0;
  expandGraph(graph, 1);
  importDomains(model, table);
  // A function is dropped as one that went in, by its domain, name and overload.
  model.functions = model.functions.filter(
    (each) => !table.bodies.has(callKey(each.domain, each.name, each.overload)),
  );
  return calls > 0;

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
      if (called !== undefined) {
        const inside = bodyOf(node, called);
        for (let i = inside.length - 1; i >= 0; i -= 1) open.push(inside[i]!);
        continue;
      }
      for (const { g, graphs } of node.attribute) {
        if (g !== undefined) expandGraph(g, depth + 1);
        for (const each of graphs) expandGraph(each, depth + 1);
      }
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
    };
    const attributes = new Map([...attributeProto, ...call.attribute].map((each) => [each.name, each]));
    const made: NodeProto[] = [];
    for (const node of nodes) {
      const constant = hoisted(node);
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

const domainOf = (domain: string) => (domain === 'ai.onnx' ? '' : domain);
