import { elementsOf } from '@synaprune/core/checks';
import {
  encodeModel,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  tensorFromFloat32,
  tensorToFloat32,
  type ValueInfoProto,
} from '@synaprune/onnx';
import { type ElementType, graphsOf, typeOf, viewMessages } from '@synaprune/onnx/graph';
import type { StepInput } from '../options/training-step.js';

const { FLOAT, FLOAT16, BFLOAT16 } = TensorProto_DataType;

/** A model with nothing narrower than float32 in it, and what was. */
export interface WidenedModel {
  readonly bytes: Uint8Array;
  /** Types of tensors, inputs and outputs that were narrower, by name; none where the model is as it came. */
  readonly narrow: ReadonlyMap<string, ElementType>;
}

/** What of an attribute says the type that a node gives. */
const TYPE_ATTRIBUTES = new Set(['to', 'dtype', 'output_datatype', 'output_dtype', 'stash_type']);

/**
 * The model in float32 where it holds weights, or is to be fed or read, in float16 or bfloat16: tensors become the float32
 * that they are, and every cast to a narrower float one to float32. A model that is narrow only between casts stays as it
 * is, and computes there as it says.
 *
 * @param model not changed
 */
export function widenModel(model: Uint8Array): WidenedModel {
  const message = viewMessages(model);
  const narrow = narrowIn(message);
  if (narrow.size === 0) return { bytes: model, narrow };
  widenGraph(message.graph!);
  for (const { node } of message.functions) widenNodes(node);
  return { bytes: encodeModel(message), narrow };
}

const isNarrow = (type: number): boolean => type === FLOAT16 || type === BFLOAT16;

function narrowIn({ graph, functions }: ModelProto): Map<string, ElementType> {
  if (graph === undefined) return new Map();
  const tensors: (readonly [string, TensorProto])[] = [];
  const read = new Set<string>();
  lookInto(graph.node, graph.initializer, read, tensors);
  for (const { node } of functions) lookInto(node, [], read, tensors);
  const weights = tensors.filter(
    ([name, { dataType, dims }]) => isNarrow(dataType) && read.has(name) && elementsOf(dims.map(Number)) > 1,
  );
  const ends = [...graph.input, ...graph.output].flatMap(({ name, type }): [string, number][] =>
    type?.value.case === 'tensorType' && isNarrow(type.value.value.elemType)
      ? [[name, type.value.value.elemType]]
      : [],
  );
  const found = [...weights.map(([name, { dataType }]) => [name, dataType] as const), ...ends];
  return new Map(found.map(([name, type]) => [name, typeOf(type)!]));
}

/** Notes the tensors of a graph and of those inside it, and the names that nodes read. */
function lookInto(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  read: Set<string>,
  tensors: (readonly [string, TensorProto])[],
): void {
  for (const tensor of initializers) tensors.push([tensor.name, tensor]);
  for (const { opType, input, output, attribute } of nodes) {
    for (const name of input) read.add(name);
    for (const { name, t } of attribute) {
      if (opType === 'Constant' && name === 'value' && t !== undefined) tensors.push([output[0] ?? '', t]);
    }
    for (const inner of attribute.flatMap(graphsOf)) lookInto(inner.node, inner.initializer, read, tensors);
  }
}

function widenGraph(graph: GraphProto): void {
  graph.initializer = graph.initializer.map(widened);
  for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) widenInfo(info);
  widenNodes(graph.node);
}

function widenInfo({ type }: ValueInfoProto): void {
  if (type?.value.case === 'tensorType' && isNarrow(type.value.value.elemType)) {
    type.value.value.elemType = FLOAT;
  }
}

function widenNodes(nodes: readonly NodeProto[]): void {
  for (const { attribute } of nodes) {
    for (const each of attribute) {
      if (TYPE_ATTRIBUTES.has(each.name) && isNarrow(Number(each.i))) each.i = BigInt(FLOAT);
      if (each.t !== undefined) each.t = widened(each.t);
      for (const graph of graphsOf(each)) widenGraph(graph);
    }
  }
}

/** A tensor in float32. What lies in another file is refused by whoever looks into it. */
function widened(tensor: TensorProto): TensorProto {
  const outside = tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0;
  if (!isNarrow(tensor.dataType) || outside) return tensor;
  return tensorFromFloat32(tensor.name, tensorToFloat32(tensor), tensor.dims);
}

/** Inputs of a step that say what the model declares, where that is narrower. */
export function withModelTypes(
  inputs: readonly StepInput[],
  narrow: WidenedModel['narrow'],
): readonly StepInput[] {
  return inputs.map((input) => {
    const modelType = input.dtype === 'float32' ? narrow.get(input.modelName) : undefined;
    return modelType === undefined ? input : { ...input, modelType };
  });
}
