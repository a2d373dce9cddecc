import { create, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';

/** Fewer bytes than this are written with what is around them. */
const LARGE = 4096;

const GRAPH = 7;
const INITIALIZER = 5;
const RAW_DATA = 9;

/**
 * The bytes of a model, in the order of its fields. The elements of large initializers are copied once, into the result,
 * where a writer that knows nothing of them would copy them for every message around them.
 */
export function writeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  const { graph } = model;
  const pieces =
    graph === undefined
      ? [toBinary(ModelProtoSchema, model)]
      : [
          toBinary(
            ModelProtoSchema,
            Object.assign(create(ModelProtoSchema), part(model, BEFORE_GRAPH, true)),
          ),
          ...field(GRAPH, graphPieces(graph)),
          toBinary(
            ModelProtoSchema,
            Object.assign(create(ModelProtoSchema), part(model, [...BEFORE_GRAPH, 'graph'], false)),
          ),
        ];
  return joined(pieces);
}

const BEFORE_GRAPH = [
  'irVersion',
  'producerName',
  'producerVersion',
  'domain',
  'modelVersion',
  'docString',
] as const;
const BEFORE_INITIALIZERS = ['node', 'name'] as const;
const BEFORE_RAW_DATA = [
  ...(['dims', 'dataType', 'segment', 'floatData', 'int32Data', 'stringData', 'int64Data', 'name'] as const),
];

function graphPieces(graph: GraphProto): readonly Uint8Array[] {
  if (!graph.initializer.some(isLarge)) return [toBinary(GraphProtoSchema, graph)];
  const rest = [...BEFORE_INITIALIZERS, 'initializer'];
  return [
    toBinary(
      GraphProtoSchema,
      Object.assign(create(GraphProtoSchema), part(graph, BEFORE_INITIALIZERS, true)),
    ),
    ...graph.initializer.flatMap((tensor) => field(INITIALIZER, tensorPieces(tensor))),
    toBinary(GraphProtoSchema, Object.assign(create(GraphProtoSchema), part(graph, rest, false))),
  ];
}

function tensorPieces(tensor: TensorProto): readonly Uint8Array[] {
  if (!isLarge(tensor)) return [toBinary(TensorProtoSchema, tensor)];
  return [
    toBinary(
      TensorProtoSchema,
      Object.assign(create(TensorProtoSchema), part(tensor, BEFORE_RAW_DATA, true)),
    ),
    ...field(RAW_DATA, [tensor.rawData]),
    toBinary(
      TensorProtoSchema,
      Object.assign(create(TensorProtoSchema), part(tensor, [...BEFORE_RAW_DATA, 'rawData'], false)),
    ),
  ];
}

/** A message that was spread into another has no fields but those that were set: its defaults lie in its prototype. */
const isLarge = ({ rawData }: Partial<TensorProto>): boolean => (rawData?.length ?? 0) >= LARGE;

/** The fields of a message that are among `names`, or those that are not, with fields that the schema does not know. */
function part(message: object, names: readonly string[], among: boolean): object {
  const entries = Object.entries(message).filter(([name]) => {
    if (name === '$typeName') return false;
    return names.includes(name) === among;
  });
  return Object.fromEntries(entries);
}

/** A field behind its length. */
function field(number: number, content: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return [Uint8Array.of(number * 8 + 2, ...varint(length)), ...content];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
