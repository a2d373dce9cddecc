import { create } from '@bufbuild/protobuf';
import { elementsOf, quote, requireOptions } from '@synaprune/core/checks';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Element } from '../elements/element.js';
import type { ElementType } from '../elements/element-type.js';
import { showShape } from '../elements/kind.js';
import { encodeModel } from '../messages/codec.js';
import { tensorOf } from '../messages/tensors.js';
import { type Attribute, writeAttribute } from '../values/attributes.js';
import { IR_VERSION, type Size, valueInfo } from './value-info.js';

/** What is declared of an input or output: a shape of float32, or a type and, unless any will do, a shape. */
export type Declared = readonly Size[] | { readonly type?: ElementType; readonly shape?: readonly Size[] };

/** A tensor and its elements, row-major; float32 unless told. */
export interface TensorParts {
  readonly shape: readonly number[];
  readonly data: ArrayLike<Element>;
  readonly type?: ElementType;
}

/** What an attribute holds: also a graph, as those of `If` and `Loop`, or a tensor, as that of `Constant`. */
export type AttributeParts = Attribute | { readonly graph: GraphParts } | { readonly tensor: TensorLike };

type TensorLike = TensorParts | TensorProto;

/**
 * A node: operator, names of inputs, names of outputs, attributes, and its own name, `gemm0` or the like unless told.
 * An operator of another domain than ONNX's goes by `com.microsoft::FusedMatMul`. An empty name leaves an input or
 * output out.
 */
export type NodeParts = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, AttributeParts>>,
  name?: string,
];

/** A graph, written down. */
export interface GraphParts {
  readonly inputs?: Readonly<Record<string, Declared>>;
  /** Initializers, by the names that nodes read them under; or messages that have their names. */
  readonly tensors?: Readonly<Record<string, TensorLike>> | readonly TensorProto[];
  /** In an order that they can run in. */
  readonly nodes?: readonly NodeParts[];
  /** Names, or names with what is declared of them. */
  readonly outputs?: readonly string[] | Readonly<Record<string, Declared>>;
}

/** A function that a model defines. */
export interface FunctionParts {
  readonly inputs: readonly string[];
  readonly nodes: readonly NodeParts[];
  readonly outputs: readonly string[];
}

/** A model, written down. */
export interface ModelParts extends GraphParts {
  /** Functions of its own, by domain and name, `own::Twice`. */
  readonly functions?: Readonly<Record<string, FunctionParts>>;
  /** The version of the standard operators; 17 unless told. */
  readonly opset?: number;
}

const GRAPH_KEYS = ['inputs', 'tensors', 'nodes', 'outputs'];

/**
 * The bytes of a small model, for tests, examples and what is computed by a graph of a few nodes. That the graph makes
 * sense is for those who read it to see.
 *
 * @throws TypeError when a part has an unknown key
 * @throws RangeError when a tensor has not as many elements as its shape needs
 *
 * @example
 * ```ts
 * import { findWeights } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: { kernel: { shape: [8, 16], data: new Float32Array(128).fill(0.5) } },
 *   nodes: [
 *     ['MatMul', ['x', 'kernel'], ['h']],
 *     ['Relu', ['h'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * console.log(findWeights(model).map(({ reason }) => reason)); // [ 'kernel of MatMul' ]
 * ```
 */
export function buildModel({ opset = 17, functions = {}, ...graph }: ModelParts): Uint8Array {
  const domains = new Set<string>();
  const message = graphMessage('graph', graph, domains);
  const bodies = Object.entries(functions).map(([key, { inputs, nodes, outputs }]) => {
    const [name, domain] = operatorOf(key);
    const node = nodeMessages(nodes, domains);
    return { name, domain, input: [...inputs], output: [...outputs], node };
  });
  const opsetImport = ['', ...domains].map((domain) =>
    create(OperatorSetIdProtoSchema, { domain, version: domain === '' ? BigInt(opset) : 1n }),
  );
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport,
      graph: message,
      functions: bodies.map((body) => create(FunctionProtoSchema, { ...body, opsetImport })),
    }),
  );
}

function graphMessage(name: string, parts: GraphParts, domains: Set<string>): GraphProto {
  const given: unknown = parts;
  requireOptions('buildModel', '', given, GRAPH_KEYS);
  const { inputs = {}, tensors = {}, nodes = [], outputs = [] } = parts;
  return create(GraphProtoSchema, {
    name,
    input: declarations(inputs),
    initializer: isList(tensors)
      ? [...tensors]
      : Object.entries(tensors).map(([each, tensor]) => tensorMessage(each, tensor)),
    node: nodeMessages(nodes, domains),
    output: isList(outputs)
      ? outputs.map((each) => create(ValueInfoProtoSchema, { name: each }))
      : declarations(outputs),
  });
}

function nodeMessages(nodes: readonly NodeParts[], domains: Set<string>): NodeProto[] {
  return nodes.map(([key, input, output, attributes = {}, name], index) => {
    const [opType, domain] = operatorOf(key);
    if (domain !== '') domains.add(domain);
    return create(NodeProtoSchema, {
      opType,
      domain,
      name: name ?? `${opType.toLowerCase()}${index}`,
      input: [...input],
      output: [...output],
      attribute: Object.entries(attributes).map(([each, value]) => attributeMessage(each, value, domains)),
    });
  });
}

/** `['FusedMatMul', 'com.microsoft']` of `com.microsoft::FusedMatMul`. */
function operatorOf(key: string): readonly [op: string, domain: string] {
  const at = key.lastIndexOf('::');
  return at < 0 ? [key, ''] : [key.slice(at + 2), key.slice(0, at)];
}

function declarations(values: Readonly<Record<string, Declared>>): ValueInfoProto[] {
  return Object.entries(values).map(([name, declared]) =>
    valueInfo(name, { type: 'float32', ...(isList(declared) ? { shape: declared } : declared) }),
  );
}

function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value);
}

function tensorMessage(name: string, tensor: TensorLike): TensorProto {
  if ('$typeName' in tensor) return { ...tensor, name };
  const { type = 'float32', shape, data } = tensor;
  if (data.length !== elementsOf(shape)) {
    throw new RangeError(
      `buildModel needs ${elementsOf(shape)} elements for ${quote(name)} of shape ${showShape(shape)}, got ${data.length}`,
    );
  }
  return tensorOf(name, { type, shape }, data);
}

function attributeMessage(name: string, value: AttributeParts, domains: Set<string>): AttributeProto {
  const { GRAPH, TENSOR } = AttributeProto_AttributeType;
  if (typeof value === 'object' && 'graph' in value) {
    const g = graphMessage(name, value.graph, domains);
    return create(AttributeProtoSchema, { name, type: GRAPH, g });
  }
  if (typeof value === 'object' && 'tensor' in value) {
    return create(AttributeProtoSchema, { name, type: TENSOR, t: tensorMessage('', value.tensor) });
  }
  return writeAttribute(name, value);
}
