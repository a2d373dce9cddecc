import { elementsOf } from '@synaprune/core/checks';
import { type TensorProto, TensorProto_DataType, tensorToFloat32 } from '@synaprune/onnx';
import { type Graph, type NamedOutput, neededNodes, type Value } from '@synaprune/onnx/graph';
import type { StepFrozen } from '../options/training-step.js';

/** Smaller tensors stay in the graph: there they cost next to nothing, and a runtime may fold them into others. */
const LEAST_ELEMENTS = 2 ** 12;

/** Makes the nodes of a graph read large float32 tensors of the model from inputs, and tells of these. */
export function frozenInputs(
  graph: Graph,
  names: ReadonlyMap<TensorProto | undefined, string>,
  outputs: readonly NamedOutput[],
): readonly { readonly value: Value; readonly told: StepFrozen }[] {
  const found = new Map<TensorProto, { readonly value: Value; readonly told: StepFrozen }>();
  const fed = (value: Value | undefined): Value | undefined => {
    const tensor = value?.constant?.tensor;
    const name = names.get(tensor);
    if (value === undefined || tensor === undefined || name === undefined) return value;
    const { shape } = value;
    if (tensor.dataType !== TensorProto_DataType.FLOAT || elementsOf(shape) < LEAST_ELEMENTS) return value;
    const known = found.get(tensor);
    if (known !== undefined) return known.value;
    const input = graph.source(`frozen/${name}`, { type: 'float32', shape });
    const told = { name, shape, input: input.name, read: () => tensorToFloat32(tensor) };
    found.set(tensor, { value: input, told });
    return input;
  };
  const nodes = neededNodes(graph.nodes, outputs).map((node) => ({ ...node, inputs: node.inputs.map(fed) }));
  graph.nodes.splice(0, graph.nodes.length, ...nodes);
  return [...found.values()];
}
