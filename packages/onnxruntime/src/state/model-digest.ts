import { hashDigits, hashText, hashWords } from '@synaprune/core/checks';
import type { AttributeProto, GraphProto, NodeProto, SparseTensorProto, TensorProto } from '@synaprune/onnx';
import { domainOf, graphsOf, viewMessages } from '@synaprune/onnx/graph';
import type { TensorPlace } from './trainer-state.js';

/**
 * What a model computes beside what a state holds of it: operators, attributes, wiring, and the values of tensors that
 * nothing trains. Names say nothing, but those of a state's tensors, and neither does the order of what is named.
 *
 * @param model in one piece
 * @returns eight hexadecimal digits. They find another model, not malice.
 */
export function modelDigest(model: Uint8Array, places: readonly TensorPlace[]): string {
  const inState = new Set(places.map(({ name }) => name));
  const { opsetImport, functions, graph } = viewMessages(model);
  let hash = hashText('');
  const add = (...facts: readonly unknown[]) => {
    hash = hashText(facts.map(String).join('\n'), hash);
  };
  const numbers = new Map<string, number>();
  const tensors = new Map<string, TensorProto | SparseTensorProto>();

  /** A name by when it was first met, and there by what it holds. */
  const addName = (name: string) => {
    if (name === '' || inState.has(name)) return add('name', name);
    const number = numbers.get(name) ?? numbers.size;
    add('number', number);
    if (number < numbers.size) return;
    numbers.set(name, number);
    const tensor = tensors.get(name);
    if (tensor !== undefined) addTensor(tensor);
  };

  const addTensor = (tensor: TensorProto | SparseTensorProto) => {
    if (isSparse(tensor)) {
      add('sparse', tensor.dims);
      for (const part of [tensor.values, tensor.indices]) if (part !== undefined) addTensor(part);
      return;
    }
    const { dataType, dims, floatData, int32Data, int64Data, uint64Data, doubleData } = tensor;
    add('tensor', dataType, dims);
    for (const list of [floatData, int32Data, int64Data, uint64Data, doubleData]) add(list);
    for (const bytes of [tensor.rawData, ...tensor.stringData]) hash = hashBytes(bytes, hash);
  };

  const addAttribute = (attribute: AttributeProto) => {
    const { name, type, refAttrName, f, i, s, floats, ints, strings, t, sparseTensor } = attribute;
    add('attribute', name, type, refAttrName, f, i, floats, ints);
    for (const bytes of [s, ...strings]) hash = hashBytes(bytes, hash);
    for (const tensor of [t, ...attribute.tensors]) if (tensor !== undefined) addTensor(tensor);
    for (const tensor of [sparseTensor, ...attribute.sparseTensors]) {
      if (tensor !== undefined) addTensor(tensor);
    }
    for (const inner of graphsOf(attribute)) addGraph(inner);
  };

  const addNode = ({ domain, opType, input, output, attribute }: NodeProto) => {
    add('node', domainOf(domain), opType);
    for (const name of input) addName(name);
    // A tensor of the state may be the value of a node.
    if (opType !== 'Constant' || !output.some((name) => inState.has(name))) {
      for (const each of sortedBy(attribute, ({ name }) => name)) addAttribute(each);
    }
    add('gives');
    for (const name of output) addName(name);
  };

  const addGraph = ({ input, output, node, initializer, sparseInitializer }: GraphProto) => {
    for (const tensor of initializer) tensors.set(tensor.name, tensor);
    for (const tensor of sparseInitializer) tensors.set(tensor.values?.name ?? '', tensor);
    add('graph');
    for (const { name } of input) if (!tensors.has(name)) addName(name);
    for (const each of node) addNode(each);
    add('gives');
    for (const { name } of output) addName(name);
  };

  for (const { domain, version } of sortedBy(opsetImport, ({ domain }) => domain)) {
    add('opset', domainOf(domain), version);
  }
  for (const own of sortedBy(functions, ({ domain, name }) => `${domain}\n${name}`)) {
    add('function', own.domain, own.name, own.attribute);
    for (const each of own.attributeProto) addAttribute(each);
    for (const name of own.input) addName(name);
    for (const each of own.node) addNode(each);
    for (const name of own.output) addName(name);
  }
  if (graph !== undefined) addGraph(graph);
  return hashDigits(hash);
}

function isSparse(tensor: TensorProto | SparseTensorProto): tensor is SparseTensorProto {
  return tensor.$typeName === 'onnx.SparseTensorProto';
}

/** By the code units of a key, as every machine sorts them. */
function sortedBy<T>(list: readonly T[], keyOf: (of: T) => string): readonly T[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Of the bytes, filled up to whole words, and of their count. */
function hashBytes(bytes: Uint8Array, start: number): number {
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return hashWords(words, hashText(String(bytes.length), start));
}
