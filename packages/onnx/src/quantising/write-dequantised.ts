import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { codeOf, typeOf } from '../elements/element-type.js';
import { graphsOf } from '../graph/graphs-of.js';
import { valueInfo } from '../graph/value-info.js';
import { tensorFromFloat32 } from '../messages/tensors.js';
import { writeAttribute } from '../values/attributes.js';
import type { Int8Tensor, ScaleLayout } from './int8.js';

/** A weight in 8 bits. */
export interface QuantisedWeight extends Int8Tensor {
  readonly layout: ScaleLayout;
}

/**
 * How codes become numbers: by `DequantizeLinear`, or by `Cast` and `Mul`, in operators that are older than its scales for
 * each output. Both give the same bits.
 */
export type DequantiseForm = 'DequantizeLinear' | 'Cast, Mul';

/** From this version of the format on initializers need not be inputs as well. */
const INITIALIZERS_ALONE = 4n;

/**
 * Puts the codes where the weights of the main graph were, and nodes in front that make of them what went by the names
 * before. The messages are changed.
 */
export function writeDequantised(
  model: ModelProto,
  weights: ReadonlyMap<string, QuantisedWeight>,
  form: DequantiseForm,
): void {
  const graph = model.graph!;
  const free = freeNames(model);
  const made = Array.from(weights, ([name, weight]) => {
    const { tensors, nodes } = (form === 'DequantizeLinear' ? dequantizeLinear : castAndMul)(
      name,
      weight,
      free,
    );
    replaceTensor(graph, name, tensors, model.irVersion < INITIALIZERS_ALONE);
    return nodes;
  });
  graph.node.unshift(...made.flat());
}

/** Tensors for a weight's codes and scales, and nodes that give the weight. */
interface Written {
  readonly tensors: readonly TensorProto[];
  readonly nodes: readonly NodeProto[];
}

function dequantizeLinear(name: string, weight: QuantisedWeight, free: FreeNames): Written {
  const { codes, scales, layout } = weight;
  const [codesName, scaleName, zeroName] = ['quantized', 'scale', 'zero_point'].map((what) =>
    free(`${name}_${what}`),
  ) as [string, string, string];
  const { axis } = layout;
  const dims = axis === undefined ? [] : [scales.length];
  return {
    tensors: [
      int8Tensor(codesName, layout.shape, codes),
      tensorFromFloat32(scaleName, scales, dims),
      int8Tensor(zeroName, dims, new Int8Array(scales.length)),
    ],
    nodes: [
      create(NodeProtoSchema, {
        opType: 'DequantizeLinear',
        name: free(`${name}_dequantize`),
        input: [codesName, scaleName, zeroName],
        output: [name],
        attribute: axis === undefined ? [] : [writeAttribute('axis', axis)],
      }),
    ],
  };
}

function castAndMul(name: string, { codes, scales, layout }: QuantisedWeight, free: FreeNames): Written {
  const [codesName, scaleName, castName] = ['quantized', 'scale', 'cast'].map((what) =>
    free(`${name}_${what}`),
  ) as [string, string, string];
  const { axis, shape } = layout;
  const dims = axis === undefined ? [] : shape.slice(axis).map((edge, i) => (i === 0 ? edge : 1));
  const node = (opType: string, input: string[], output: string, attribute: AttributeProto[] = []) =>
    create(NodeProtoSchema, { opType, name: free(`${name}_${opType}`), input, output: [output], attribute });
  return {
    tensors: [int8Tensor(codesName, shape, codes), tensorFromFloat32(scaleName, scales, dims)],
    nodes: [
      node('Cast', [codesName], castName, [writeAttribute('to', codeOf('float32'))]),
      node('Mul', [castName, scaleName], name),
    ],
  };
}

function int8Tensor(name: string, shape: readonly number[], elements: Int8Array): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: codeOf('int8'),
    dims: shape.map(BigInt),
    rawData: new Uint8Array(elements.slice().buffer),
  });
}

/** Initializers in the place of an initializer or of a `Constant`. */
function replaceTensor(graph: GraphProto, name: string, tensors: readonly TensorProto[], asInputs: boolean) {
  const at = graph.initializer.findIndex((tensor) => tensor.name === name);
  if (at < 0) {
    graph.initializer.push(...tensors);
    const constant = graph.node.findIndex(({ output }) => output.includes(name));
    graph.node.splice(constant, 1);
    return;
  }
  graph.initializer.splice(at, 1, ...tensors);
  const input = graph.input.findIndex((each) => each.name === name);
  if (input < 0 || !asInputs) return;
  const inputs = tensors.map(({ name: own, dataType, dims }) =>
    valueInfo(own, { type: typeOf(dataType)!, shape: dims.map(Number) }),
  );
  graph.input.splice(input, 1, ...inputs);
}

/** Gives a name that nothing in the model has, like the one wanted. */
type FreeNames = (wanted: string) => string;

function freeNames(model: ModelProto): FreeNames {
  const taken = new Set<string>();
  const graphs = [model.graph!];
  for (let graph = graphs.pop(); graph !== undefined; graph = graphs.pop()) {
    for (const { name } of [...graph.input, ...graph.output, ...graph.initializer]) taken.add(name);
    for (const { values } of graph.sparseInitializer) if (values) taken.add(values.name);
    for (const node of graph.node) {
      taken.add(node.name);
      for (const name of [...node.input, ...node.output]) taken.add(name);
      graphs.push(...node.attribute.flatMap(graphsOf));
    }
  }
  return (wanted) => {
    let name = wanted;
    for (let i = 1; taken.has(name); i += 1) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
}
