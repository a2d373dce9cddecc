import type { ShrinkReport, ShrunkTensor } from '@synaprune/axes';
import {
  decodeModel,
  encodeModel,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
} from '@synaprune/onnx';

const { FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT8, UINT8 } = TensorProto_DataType;
const bytesOf: Readonly<Record<number, number>> = {
  [FLOAT]: 4,
  [FLOAT16]: 2,
  [BFLOAT16]: 2,
  [DOUBLE]: 8,
  [INT8]: 1,
  [UINT8]: 1,
};
const integers: readonly number[] = [INT8, UINT8];

/**
 * The model at its full size, with zeros in place of all that a report says was removed: what makes a removed channel,
 * what is added to it and what reads it, quantised weights at their zero point. What divides a channel stays, as its
 * zero would make no number. A shrunken model computes what this one computes, wherever nothing mixes across channels.
 *
 * It knows the report and the file, and nothing of how channels were found.
 *
 * @throws Error when the report names a tensor that the file does not hold, or says a shape that it has not
 */
export function maskedDense(bytes: Uint8Array, report: Pick<ShrinkReport, 'tensors'>): Uint8Array {
  const model = decodeModel(bytes);
  const nodes = [...allNodes(model)];
  const tensors = allTensors(model);
  const places = new Map(placedTensors('graph', model.graph!));
  for (const shrunk of report.tensors) {
    const found = (tensors.get(shrunk.name) ?? []).filter((tensor) => places.get(tensor) === shrunk.place);
    if (found.length === 0) throw new Error(`the file has no tensor "${shrunk.name}" (${shrunk.place})`);
    for (const tensor of found) maskTensor(tensor, shrunk, nodes, tensors);
  }
  return encodeModel(model);
}

function maskTensor(
  tensor: TensorProto,
  { name, shape, axes }: ShrunkTensor,
  nodes: readonly NodeProto[],
  tensors: ReadonlyMap<string, readonly TensorProto[]>,
): void {
  const dims = tensor.dims.map(Number);
  if (dims.join() !== shape.before.join()) {
    throw new Error(`the report says that "${name}" was [${shape.before}], and it is [${dims}]`);
  }
  for (const { axis, kept } of axes) {
    const sorted = kept.every(
      (index, i) => index < dims[axis]! && index >= 0 && (i === 0 || kept[i - 1]! < index),
    );
    if (!sorted || kept.length !== shape.after[axis]) {
      throw new Error(
        `"${name}" becomes [${shape.after}], and along axis ${axis} the report keeps [${kept}]`,
      );
    }
  }
  const size = bytesOf[tensor.dataType];
  const uses = usesOf(name, nodes);
  if (size === undefined || uses.some(isNoSummand)) return;
  toRaw(tensor, size);
  const quantised = integers.includes(tensor.dataType);
  const zero = quantised ? zeroPoints(dims, uses, tensors) : () => 0n;
  const view = new DataView(tensor.rawData.buffer, tensor.rawData.byteOffset, tensor.rawData.byteLength);
  for (const { axis, kept } of axes) {
    const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
    const stays = new Set(kept);
    const count = dims.reduce((a, b) => a * b, 1);
    for (let index = 0; index < count; index += 1) {
      if (stays.has(Math.floor(index / inner) % dims[axis]!)) continue;
      const value = zero(index);
      for (let byte = 0; byte < size; byte += 1) {
        view.setUint8(index * size + byte, Number((value >> BigInt(8 * byte)) & 0xffn));
      }
    }
  }
}

interface Use {
  readonly node: NodeProto;
  readonly input: number;
}

/** Where a tensor is read, also through what only passes it on. */
function usesOf(name: string, nodes: readonly NodeProto[]): Use[] {
  return nodes.flatMap((node) =>
    node.input.flatMap((each, input): Use[] => {
      if (each !== name) return [];
      const passes = ['Identity', 'Cast', 'Transpose', 'Reshape', 'Unsqueeze', 'Squeeze'].includes(
        node.opType,
      );
      return passes && input === 0 ? usesOf(node.output[0]!, nodes) : [{ node, input }];
    }),
  );
}

/** Divisors, exponents, variances, scales and zero points. */
function isNoSummand({ node, input }: Use): boolean {
  switch (node.opType) {
    case 'Div':
    case 'Pow':
      return input === 1;
    case 'BatchNormalization':
      return input === 4;
    case 'QuantizeLinear':
    case 'DequantizeLinear':
      return input > 0;
    case 'MatMulInteger':
    case 'ConvInteger':
      return input > 1;
    case 'QLinearConv':
    case 'QLinearMatMul':
    case 'QGemm':
      return ![0, 3, node.opType === 'QGemm' ? 6 : 8].includes(input);
    default:
      return false;
  }
}

const zeroPointInputs: Readonly<Record<string, number>> = {
  'DequantizeLinear 0': 2,
  'QLinearConv 3': 5,
  'QLinearMatMul 3': 5,
  'QGemm 3': 5,
  'ConvInteger 1': 3,
  'MatMulInteger 1': 3,
  'DynamicQuantizeMatMul 1': 3,
};

/** The integer that stands for zero, of every element. */
function zeroPoints(
  dims: readonly number[],
  uses: readonly Use[],
  tensors: ReadonlyMap<string, readonly TensorProto[]>,
): (index: number) => bigint {
  const [use] = uses;
  const input = zeroPointInputs[`${use?.node.opType} ${use?.input}`];
  if (use === undefined || input === undefined) {
    throw new Error(`nothing is known of zero points where ${use?.node.opType} reads input ${use?.input}`);
  }
  const name = use.node.input[input] ?? '';
  if (name === '') return () => 0n;
  const [points] = tensors.get(name) ?? [];
  if (points === undefined) throw new Error(`the zero point "${name}" is no constant`);
  toRaw(points, bytesOf[points.dataType]!);
  const given = use.node.attribute.find((attribute) => attribute.name === 'axis')?.i;
  const turned = use.node.attribute.find((attribute) => attribute.name === 'transB')?.i === 1n;
  const otherwise =
    use.node.opType === 'QLinearConv' || turned ? 0 : use.node.opType === 'DequantizeLinear' ? 1 : -1;
  const axis = Number(given ?? otherwise);
  const along = axis < 0 ? axis + dims.length : axis;
  const inner = dims.slice(along + 1).reduce((a, b) => a * b, 1);
  const several = points.rawData.length > 1;
  return (index) => BigInt(points.rawData[several ? Math.floor(index / inner) % dims[along]! : 0]!);
}

/** The elements as bytes, where they came in a typed field. */
function toRaw(tensor: TensorProto, size: number): void {
  const list = [...tensor.floatData, ...tensor.int32Data, ...tensor.doubleData];
  if (tensor.rawData.length > 0 || list.length === 0) {
    tensor.rawData = Uint8Array.from(tensor.rawData);
    return;
  }
  const raw = new Uint8Array(list.length * size);
  const view = new DataView(raw.buffer);
  for (const [i, value] of list.entries()) {
    if (tensor.dataType === FLOAT) view.setFloat32(4 * i, value, true);
    else if (tensor.dataType === DOUBLE) view.setFloat64(8 * i, value, true);
    else if (size === 2) view.setUint16(2 * i, value & 0xffff, true);
    else view.setUint8(i, value & 0xff);
  }
  tensor.rawData = raw;
  tensor.floatData = [];
  tensor.int32Data = [];
  tensor.doubleData = [];
}

/** The graph of a model, and those of its branches. */
export function* allGraphs(model: ModelProto): Generator<GraphProto> {
  const inside = function* (graph: GraphProto): Generator<GraphProto> {
    yield graph;
    for (const attribute of graph.node.flatMap((node) => node.attribute)) {
      if (attribute.g !== undefined) yield* inside(attribute.g);
    }
  };
  yield* inside(model.graph!);
}

function* allNodes(model: ModelProto): Generator<NodeProto> {
  for (const graph of allGraphs(model)) yield* graph.node;
  for (const { node } of model.functions) yield* node;
}

/** The constants of a file by name: initializers and `Constant` nodes, also those of branches and functions. */
export function allTensors(model: ModelProto): Map<string, TensorProto[]> {
  const found = new Map<string, TensorProto[]>();
  const add = (name: string, tensor: TensorProto) => found.set(name, [...(found.get(name) ?? []), tensor]);
  for (const graph of allGraphs(model)) for (const tensor of graph.initializer) add(tensor.name, tensor);
  for (const node of allNodes(model)) {
    const tensor =
      node.opType === 'Constant' ? node.attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (tensor !== undefined) add(node.output[0]!, tensor);
  }
  return found;
}

/** The constants of a graph and of those inside it, with their places: `graph/If_0.then_branch`. */
function* placedTensors(place: string, { initializer, node }: GraphProto): Generator<[TensorProto, string]> {
  for (const tensor of initializer) yield [tensor, place];
  for (const [i, { name, opType, attribute }] of node.entries()) {
    const own = name === '' ? `${opType}_${i}` : name;
    for (const { name: key, t, g } of attribute) {
      if (t !== undefined) yield [t, place];
      if (g !== undefined) yield* placedTensors(`${place}/${own}.${key}`, g);
    }
  }
}
