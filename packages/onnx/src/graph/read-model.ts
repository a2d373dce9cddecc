import { PruneError } from '@synaprune/core';
import type { FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import { domainOf } from '../domain.js';
import { type ElementType, typeOf } from '../elements/element-type.js';
import { faultOf, MOST_AXES } from '../elements/kind.js';
import { decodeModel } from '../messages/codec.js';
import { kindOfTensor, tensorOf } from '../messages/tensors.js';
import { placeOf } from './place.js';

/** An input of the model that a caller feeds: dimensions that the file leaves open are undefined. */
export interface ModelInput {
  readonly name: string;
  /** Undefined for what is no tensor: a sequence, a map, an optional value. */
  readonly type: ElementType | undefined;
  readonly dimensions: readonly (number | undefined)[] | undefined;
}

/** A model as messages, looked over: what graphs are made of. Weights are found, and written, in its bytes. */
export interface SourceModel {
  readonly nodes: readonly NodeProto[];
  readonly opset: number;
  /** Versions of operators of other domains. */
  readonly otherDomains: ReadonlyMap<string, bigint>;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly string[];
  /** Tensors of the file by the name that nodes read them under: initializers and `Constant` nodes. */
  readonly tensors: ReadonlyMap<string, TensorProto>;
  /** Names of initializers that are written as sparse ones. */
  readonly sparse: ReadonlySet<string>;
  /** What computes a name. `Constant` nodes are not among them. */
  readonly producers: ReadonlyMap<string, NodeProto>;
  /** Functions of the model's own. */
  readonly functions: readonly FunctionProto[];
  /** Every name in the graph. */
  readonly names: ReadonlySet<string>;
}

/** Reads a model. @throws PruneError `bad-model` */
export function readModel(bytes: Uint8Array): SourceModel {
  return sourceOf(decodeModel(bytes));
}

/** The same of a model that is decoded; what it gives lies in the messages. @throws PruneError `bad-model` */
export function sourceOf(message: ModelProto): SourceModel {
  const { graph } = message;
  const version = message.opsetImport.find(({ domain }) => domainOf(domain) === '')?.version;
  // A model of other domains alone, trees for example, need not say which standard operators it has none of.
  const without = graph?.node.every(({ domain }) => domainOf(domain) !== '');
  if (graph === undefined || (version === undefined && !without)) {
    throw new PruneError('bad-model', 'a model needs a graph and the version of its operators');
  }
  const opset = Number(version ?? 1);
  if (opset < 1) throw new PruneError('bad-model', `the model's operators are of version ${opset}`);
  return { opset, ...readGraph(graph), otherDomains: otherDomains(message), functions: message.functions };
}

function otherDomains(message: ModelProto): Map<string, bigint> {
  const others = message.opsetImport.filter(({ domain }) => domainOf(domain) !== '');
  return new Map(others.map(({ domain, version }) => [domain, version]));
}

function readGraph(graph: GraphProto) {
  const tensors = new Map<string, TensorProto>();
  const producers = new Map<string, NodeProto>();
  const names = new Set<string>();
  for (const { name } of graph.input) {
    if (names.has(name)) throw new PruneError('bad-model', `two inputs are called "${name}"`);
    names.add(name);
  }
  const given = new Set(names);
  for (const tensor of graph.initializer) {
    if (tensors.has(tensor.name))
      throw new PruneError('bad-model', `two initializers are called "${tensor.name}"`);
    // Lengths first: a shape may be as long as the file.
    if (tensor.dims.length > MOST_AXES) kindOfTensor(tensor);
    tensors.set(tensor.name, tensor);
    names.add(tensor.name);
  }
  const initializers = new Set(tensors.keys());
  for (const node of graph.node) {
    for (const name of node.input) names.add(name);
    for (const name of node.output) {
      if (name === '') continue;
      if (producers.has(name) || tensors.has(name) || given.has(name))
        throw new PruneError('bad-model', `"${name}" is computed twice, the second time by ${placeOf(node)}`);
      names.add(name);
      const tensor = isConstant(node) ? constantTensor(node) : undefined;
      if (tensor === undefined) producers.set(name, node);
      else tensors.set(name, tensor);
    }
  }
  const inputs = graph.input.filter(({ name }) => !initializers.has(name)).map(readInput);
  const outputs = graph.output.map(({ name }) => name);
  const sparse = new Set(graph.sparseInitializer.map(({ values }) => values?.name ?? ''));
  return { nodes: graph.node, inputs, outputs, tensors, sparse, producers, names };
}

/** Whether a node is a `Constant`. */
function isConstant(node: NodeProto): boolean {
  return node.opType === 'Constant' && domainOf(node.domain) === '';
}

function constantTensor(node: NodeProto): TensorProto | undefined {
  const [attribute] = node.attribute;
  const name = node.output[0]!;
  switch (attribute?.name) {
    case 'value':
      return attribute.t;
    case 'value_float':
      return tensorOf(name, { type: 'float32', shape: [] }, [attribute.f]);
    case 'value_floats':
      return tensorOf(name, { type: 'float32', shape: [attribute.floats.length] }, attribute.floats);
    case 'value_int':
      return tensorOf(name, { type: 'int64', shape: [] }, [attribute.i]);
    case 'value_ints':
      return tensorOf(name, { type: 'int64', shape: [attribute.ints.length] }, attribute.ints);
    default:
      return undefined;
  }
}

function readInput({ name, type }: ValueInfoProto): ModelInput {
  if (type?.value.case !== 'tensorType') return { name, type: undefined, dimensions: undefined };
  const { elemType, shape } = type.value.value;
  const element = typeOf(elemType);
  if (element === undefined)
    throw new PruneError('bad-model', `input "${name}" has a type with number ${elemType}`);
  if (shape !== undefined && shape.dim.length > MOST_AXES) {
    throw new PruneError('bad-model', `input "${name}" has ${faultOf(new Array(shape.dim.length))}`);
  }
  const dimensions = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value >= 0n ? Number(value.value) : undefined,
  );
  return { name, type: element, dimensions };
}
