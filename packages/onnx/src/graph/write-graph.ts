import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { encodeModel } from '../messages/codec.js';
import { tensorOf } from '../messages/tensors.js';
import { writeAttribute } from '../values/attributes.js';
import type { GraphNode, Value } from '../values/value.js';
import type { Graph } from './graph.js';
import { IR_VERSION, valueInfo } from './value-info.js';

/** An output of a graph and the name it goes by. */
export interface NamedOutput {
  readonly name: string;
  readonly value: Value;
}

/** The bytes of a graph: only nodes and constants that an output needs. */
export function writeGraph(
  graph: Graph,
  inputs: readonly Value[],
  outputs: readonly NamedOutput[],
  otherDomains: ReadonlyMap<string, bigint>,
): Uint8Array {
  const nodes = neededNodes(graph.nodes, outputs);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const constants = new Map<Value, TensorProto>();
  for (const value of [...used, ...outputs.map((output) => output.value)]) {
    if (value?.constant && !constants.has(value)) constants.set(value, tensorFor(value));
  }
  // An output whose value is nothing a node computed under that name is copied out.
  const copies = outputs.map(({ name, value }) =>
    create(NodeProtoSchema, {
      opType: 'Identity',
      name: `${name}/node`,
      input: [value.name],
      output: [name],
    }),
  );
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<Value, string>();
  const extra = copies.filter((_, index) => {
    const { name, value } = outputs[index]!;
    if (!computed.has(value) || names.has(value)) return true;
    names.set(value, name);
    return false;
  });
  const nameOf = (value: Value | undefined) => (value === undefined ? '' : (names.get(value) ?? value.name));
  const valueByName = new Map(outputs.map(({ name, value }) => [name, value]));
  for (const copy of extra) copy.input = [nameOf(valueByName.get(copy.output[0]!))];
  const domains = new Set(nodes.map(({ domain }) => domain).filter((domain) => domain !== ''));
  const versions: [string, bigint][] = [['', BigInt(graph.opset)]];
  for (const domain of domains) versions.push([domain, otherDomains.get(domain) ?? 1n]);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'synaprune',
    opsetImport: versions.map(([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version })),
    graph: create(GraphProtoSchema, {
      name: 'training step',
      node: [...nodes.map((node) => nodeMessage(node, nameOf)), ...extra],
      initializer: [...constants.values()],
      input: inputs.map((value) => valueInfo(value.name, value)),
      output: outputs.map(({ name, value }) => valueInfo(name, value)),
    }),
  });
  return encodeModel(model);
}

/** Nodes that an output needs, in their order. */
export function neededNodes(
  nodes: readonly GraphNode[],
  outputs: readonly NamedOutput[],
): readonly GraphNode[] {
  const wanted = new Set<Value | undefined>(outputs.map(({ value }) => value));
  return [...nodes]
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((output) => wanted.has(output))) return false;
      for (const input of node.inputs) wanted.add(input);
      return true;
    })
    .reverse();
}

function tensorFor(value: Value): TensorProto {
  const { tensor, numbers } = value.constant!;
  if (tensor === undefined) return tensorOf(value.name, value, numbers());
  return create(TensorProtoSchema, { ...tensor, name: value.name });
}

function nodeMessage(node: GraphNode, nameOf: (value: Value | undefined) => string) {
  const input = node.inputs.map(nameOf);
  while (input.at(-1) === '') input.pop();
  const output = node.outputs.map(nameOf);
  return create(NodeProtoSchema, {
    opType: node.op,
    domain: node.domain,
    name: `${output[0]}/node`,
    input,
    output,
    attribute: Object.entries(node.attributes).map(([name, value]) => writeAttribute(name, value)),
  });
}
