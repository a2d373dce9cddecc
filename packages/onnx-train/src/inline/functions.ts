import { PruneError } from '@synaprune/core';
import {
  type AttributeProto,
  AttributeProtoSchema,
  clone,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from '@synaprune/onnx';
import { placeOf } from '@synaprune/onnx/graph';
import { labelOf, type NodeCopier, rename } from './copy-nodes.js';

/** More nodes than any model has that people train. */
const MOST_NODES = 2 ** 18;

/** Functions may call others; deeper than this they call themselves. */
const DEEPEST = 64;

const standard = (domain: string) => (domain === 'ai.onnx' ? '' : domain);

const keyOf = (domain: string, name: string, overload: string) =>
  `${standard(domain)}::${name}${overload === '' ? '' : `:${overload}`}`;

/**
 * Puts the bodies of a model's functions where they are called, in its graph and in the graphs inside it.
 *
 * @param kept operators that the caller has rules for, by `domain::Name`: those calls stay
 * @throws PruneError `unsupported-operator` for a function of another version of the standard operators, one that calls
 *   itself, and bodies that together are too many nodes
 */
export function inlineFunctions(model: ModelProto, copier: NodeCopier, kept: ReadonlySet<string>): void {
  const functions = new Map(
    model.functions.map((body) => [keyOf(body.domain, body.name, body.overload), body]),
  );
  const version = model.opsetImport.find(({ domain }) => standard(domain) === '')?.version;
  const constants: NodeProto[] = [];
  const moved = new Set<FunctionProto>();
  let count = 0;
  if (model.graph === undefined) return;
  model.graph.node = expand(model.graph.node, 0);
  model.graph.node.unshift(...constants);
  model.functions = [];

  function expand(nodes: readonly NodeProto[], depth: number): NodeProto[] {
    return nodes.flatMap((node) => {
      count += 1;
      if (count > MOST_NODES) throw refusal(node, `functions come to more than ${MOST_NODES} nodes`);
      const body = functions.get(keyOf(node.domain, node.opType, node.overload));
      if (body === undefined || kept.has(`${node.domain}::${node.opType}`)) {
        for (const inner of graphsOf(node)) inner.node = expand(inner.node, depth);
        return [node];
      }
      if (depth >= DEEPEST)
        throw refusal(node, 'a function that calls itself has no place in a training step');
      return expand(written(node, body), depth + 1);
    });
  }

  function written(call: NodeProto, body: FunctionProto): NodeProto[] {
    const own = body.opsetImport.find(({ domain }) => standard(domain) === '')?.version;
    if (own !== undefined && version !== undefined && own !== version) {
      throw refusal(
        call,
        `the function is written in version ${own} of the operators, the model in version ${version}; write both in one (onnx.version_converter)`,
      );
    }
    const isConstant = (node: NodeProto) =>
      node.opType === 'Constant' &&
      standard(node.domain) === '' &&
      node.attribute.every(({ refAttrName }) => refAttrName === '');
    if (!moved.has(body)) constants.push(...body.node.filter(isConstant));
    moved.add(body);
    const names = new Map(body.input.map((name, index) => [name, call.input[index] ?? '']));
    const rest = body.node.filter((node) => !isConstant(node));
    const copied = copier.copy(rest, names, labelOf(call));
    const given = new Map(call.attribute.map((attribute) => [attribute.name, attribute]));
    for (const attribute of body.attributeProto) {
      if (!given.has(attribute.name)) given.set(attribute.name, attribute);
    }
    for (const node of copied.nodes) giveAttributes(node, given);
    const outputs = call.output.flatMap((name, index) => {
      const from = body.output[index];
      if (name === '' || from === undefined) return [];
      return [rename(copied.names.get(from) ?? from, name)];
    });
    return [...copied.nodes, ...outputs];
  }
}

function graphsOf(node: NodeProto): readonly GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);
}

/** Attributes that a function takes from its call; one that the call does not give is none. */
function giveAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): void {
  node.attribute = node.attribute.flatMap((attribute) => {
    if (attribute.refAttrName === '') return [attribute];
    const value = given.get(attribute.refAttrName);
    if (value === undefined) return [];
    const copy = clone(AttributeProtoSchema, value);
    copy.name = attribute.name;
    return [copy];
  });
  for (const inner of graphsOf(node)) for (const each of inner.node) giveAttributes(each, given);
}

function refusal(node: NodeProto, what: string): PruneError {
  return new PruneError('unsupported-operator', `${placeOf(node)}: ${what}`);
}
