import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { domainOf } from '../domain.js';
import { decodeModel } from '../messages/codec.js';
import { survey } from '../weights/survey.js';
import { graphsOf } from './graphs-of.js';

/** A model whose branches and loops hold no tensors of their own. */
export interface HoistedModel {
  readonly model: ModelProto;
  /** Names that {@link findWeights} gives, by those in `model`, where the two differ. */
  readonly originals: ReadonlyMap<string, string>;
}

/**
 * A model, decoded, with the tensors of the graphs inside it (branches of `If`, bodies of `Loop` and `Scan`) moved out:
 * to the model's own graph, or as `Constant` nodes to the function that they are in. They go by the names that
 * {@link findWeights} gives. What the model computes stays the same.
 *
 * @throws PruneError `bad-model`
 *
 * @example
 * ```ts
 * import { buildModel, hoistTensors } from '@synaprune/onnx/graph';
 *
 * const branch = (by: number) => ({
 *   graph: { tensors: { w: { shape: [1], data: [by] } }, nodes: [['Mul', ['x', 'w'], ['y']]], outputs: ['y'] },
 * }) as const;
 * const model = buildModel({
 *   inputs: { x: [1], c: { type: 'bool', shape: [] } },
 *   nodes: [['If', ['c'], ['z'], { then_branch: branch(1), else_branch: branch(2) }, 'choice']],
 *   outputs: ['z'],
 * });
 * const { graph } = hoistTensors(model).model;
 * console.log(graph?.initializer.map(({ name }) => name)); // [ 'graph/choice.then_branch/w', 'graph/choice.else_branch/w' ]
 * ```
 */
export function hoistTensors(bytes: Uint8Array): HoistedModel {
  const model = decodeModel(bytes);
  const surveyed = new Map<string, string[]>();
  for (const { name, tensor } of survey('hoistTensors', bytes)) {
    const known = surveyed.get(tensor.place);
    if (known === undefined) surveyed.set(tensor.place, [name]);
    else known.push(name);
  }
  const taken = new Map<string, number>();
  if (model.graph !== undefined) countNames(model.graph, taken);
  for (const { input, node } of model.functions)
    countNames({ input: input.map((name) => ({ name })), node }, taken);
  const originals = new Map<string, string>();
  const { graph } = model;
  if (graph !== undefined) {
    const moved = moveOut(graph.node, 'graph');
    graph.initializer.push(...moved.tensors);
    graph.node.unshift(...moved.constants);
  }
  for (const body of model.functions) {
    const place = `function ${body.domain === '' ? body.name : `${body.domain}.${body.name}`}`;
    const moved = moveOut(body.node, place);
    const { kept, constants, names } = takeConstants(body.node, place, body.output);
    for (const node of kept) renameInputs(node, names);
    body.node = [...constants, ...moved.constants, ...moved.tensors.map(constantOf), ...kept];
  }
  return { model, originals };

  /** Takes the tensors out of the graphs that nodes hold. */
  function moveOut(nodes: readonly NodeProto[], place: string) {
    const tensors: TensorProto[] = [];
    const constants: NodeProto[] = [];
    for (const [index, node] of nodes.entries()) {
      const label = node.name === '' ? `${node.opType}_${index}` : node.name;
      for (const attribute of node.attribute) {
        const graphs = graphsOf(attribute);
        for (const [i, inner] of graphs.entries()) {
          const number = graphs.length > 1 ? `[${i}]` : '';
          const within = `${place}/${label}.${attribute.name}${number}`;
          const deeper = moveOut(inner.node, within);
          const found = clear(inner, within);
          tensors.push(...found.tensors, ...deeper.tensors);
          constants.push(...found.constants, ...deeper.constants);
        }
      }
    }
    return { tensors, constants };
  }

  /** Takes the tensors out of one graph. */
  function clear(inner: GraphProto, place: string) {
    const outputs = inner.output.map(({ name }) => name);
    const { kept, constants, names } = takeConstants(inner.node, place, outputs);
    const tensors = inner.initializer;
    for (const tensor of tensors) {
      const name = fresh(place, tensor.name);
      if (outputs.includes(tensor.name)) kept.unshift(identity(name, tensor.name));
      else names.set(tensor.name, name);
      tensor.name = name;
    }
    inner.initializer = [];
    inner.node = kept;
    for (const node of kept) renameInputs(node, names);
    return { tensors, constants };
  }

  function takeConstants(nodes: readonly NodeProto[], place: string, outputs: readonly string[]) {
    const kept: NodeProto[] = [];
    const constants: NodeProto[] = [];
    const names = new Map<string, string>();
    for (const node of nodes) {
      const standard = domainOf(node.domain) === '';
      const own = node.output[0] ?? '';
      // What a function's caller gives is another at each call.
      const given = node.attribute.some(({ refAttrName }) => refAttrName !== '');
      if (node.opType !== 'Constant' || !standard || own === '' || given) {
        kept.push(node);
        continue;
      }
      const name = fresh(place, own);
      if (outputs.includes(own)) kept.push(identity(name, own));
      else names.set(own, name);
      node.output = [name];
      constants.push(node);
    }
    return { kept, constants, names };
  }

  /** A name that nothing else in the model has. */
  function fresh(place: string, own: string): string {
    const original = surveyed.get(`${place}/${own}`)?.shift();
    const wanted = original ?? `${place}/${own}`;
    const alone = wanted === own ? taken.get(own) === 1 : !taken.has(wanted);
    let name = alone ? wanted : `${place}/${own}`;
    for (let count = 1; !alone && taken.has(name); count++) name = `${place}/${own}#${count}`;
    taken.set(name, Math.max(1, taken.get(name) ?? 0));
    if (original !== undefined && original !== name) originals.set(name, original);
    return name;
  }
}

/** How often each name is given, in a graph and those inside it. */
function countNames(
  graph: Pick<GraphProto, 'node'> & {
    readonly input: readonly { readonly name: string }[];
    readonly initializer?: readonly { readonly name: string }[];
  },
  counts: Map<string, number>,
): void {
  const given = new Set([...graph.input, ...(graph.initializer ?? [])].map(({ name }) => name));
  for (const { output } of graph.node) for (const name of output) given.add(name);
  for (const name of given) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { attribute } of graph.node) {
    for (const inner of attribute.flatMap(graphsOf)) countNames(inner, counts);
  }
}

/**
 * Other names for what a node reads, and for what the graphs inside it take from around them.
 *
 * @param names new names by old ones
 */
export function renameInputs(node: NodeProto, names: ReadonlyMap<string, string>): void {
  if (names.size === 0) return;
  node.input = node.input.map((name) => names.get(name) ?? name);
  for (const inner of node.attribute.flatMap(graphsOf)) {
    const own = new Set([...inner.input, ...inner.initializer].map(({ name }) => name));
    for (const { output } of inner.node) for (const name of output) own.add(name);
    const around = new Map([...names].filter(([name]) => !own.has(name)));
    for (const each of inner.node) renameInputs(each, around);
    for (const output of inner.output) output.name = around.get(output.name) ?? output.name;
  }
}

const identity = (from: string, to: string): NodeProto =>
  create(NodeProtoSchema, { opType: 'Identity', name: `${to}/copy`, input: [from], output: [to] });

function constantOf(tensor: TensorProto): NodeProto {
  const type = AttributeProto_AttributeType.TENSOR;
  return create(NodeProtoSchema, {
    opType: 'Constant',
    name: tensor.name,
    output: [tensor.name],
    attribute: [create(AttributeProtoSchema, { name: 'value', type, t: tensor })],
  });
}
