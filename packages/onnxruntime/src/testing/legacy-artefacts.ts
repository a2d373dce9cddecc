import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  create,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { Builder } from 'flatbuffers';

/*
 * What `TrainingSession.create` of onnxruntime-web 1.19.2 wants: a checkpoint, a training model and an optimizer
 * model. Of a linear classifier: logits = x · kernel + bias.
 */

/** A parameter with its first values. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const MICROSOFT = 'com.microsoft';

/** The three artefacts for a batch of `batch` rows. */
export function legacyArtefacts(kernel: Parameter, bias: Parameter, batch: number) {
  const parameters = [kernel, bias];
  return {
    checkpointState: checkpoint(parameters),
    trainModel: trainModel(kernel, bias, batch),
    optimizerModel: optimizerModel(),
  };
}

/** The flatbuffer of `ort_training_checkpoint.fbs`: `ODTC`, version 2. */
function checkpoint(parameters: readonly Parameter[]): Uint8Array {
  const builder = new Builder(1024);
  const tensors = parameters.map(({ name, shape, values }) => {
    const nameAt = builder.createString(name);
    builder.startVector(8, shape.length, 8);
    for (const size of [...shape].reverse()) builder.addInt64(BigInt(size));
    const dimsAt = builder.endVector();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    builder.startVector(1, bytes.length, 16);
    for (const byte of [...bytes].reverse()) builder.addInt8((byte << 24) >> 24);
    const dataAt = builder.endVector();
    builder.startObject(6);
    builder.addFieldOffset(0, nameAt, 0);
    builder.addFieldOffset(2, dimsAt, 0);
    builder.addFieldInt32(3, FLOAT, 0);
    builder.addFieldOffset(4, dataAt, 0);
    return builder.endObject();
  });
  const list = (offsets: readonly number[]) => {
    builder.startVector(4, offsets.length, 4);
    for (const offset of [...offsets].reverse()) builder.addOffset(offset);
    return builder.endVector();
  };
  const trainable = list(tensors);
  const frozen = list([]);
  builder.startObject(4);
  builder.addFieldOffset(0, trainable, 0);
  builder.addFieldOffset(1, frozen, 0);
  const moduleState = builder.endObject();
  builder.startObject(4);
  builder.addFieldInt32(0, 2, 0);
  builder.addFieldOffset(1, moduleState, 0);
  builder.finish(builder.endObject(), 'ODTC');
  return builder.asUint8Array().slice();
}

function trainModel(kernel: Parameter, bias: Parameter, batch: number): Uint8Array {
  const [rows] = kernel.shape as [number, number];
  const accumulate = ({ name }: Parameter) =>
    node(
      'InPlaceAccumulatorV2',
      [`${name}_grad.accumulation.buffer`, `${name}_grad`, 'lazy_reset_grad'],
      [`${name}_grad.accumulation.out`],
      MICROSOFT,
    );
  return model(
    [
      node('Gemm', ['x', kernel.name, bias.name], ['logits']),
      node('SoftmaxCrossEntropyLoss', ['logits', 'labels'], ['loss', 'log'], '', { reduction: 'mean' }),
      node('Constant', [], ['one'], '', { value_float: 1 }),
      node('SoftmaxCrossEntropyLossGrad', ['one', 'log', 'labels'], ['logits_grad'], MICROSOFT, {
        reduction: 'mean',
      }),
      node('Gemm', ['x', 'logits_grad'], [`${kernel.name}_grad`], '', { transA: 1 }),
      node('ReduceSum', ['logits_grad', 'rows'], [`${bias.name}_grad`], '', { keepdims: 0 }),
      node('Constant', [], ['rows'], '', { value_ints: [0n] }),
      accumulate(kernel),
      accumulate(bias),
    ],
    [
      info('x', FLOAT, [batch, rows]),
      info('labels', INT64, [batch]),
      info(kernel.name, FLOAT, kernel.shape),
      info(bias.name, FLOAT, bias.shape),
      info(`${kernel.name}_grad.accumulation.buffer`, FLOAT, kernel.shape),
      info(`${bias.name}_grad.accumulation.buffer`, FLOAT, bias.shape),
      info('lazy_reset_grad', BOOL, [1]),
    ],
    [
      info('loss', FLOAT, []),
      info(`${kernel.name}_grad.accumulation.out`, BOOL, [1]),
      info(`${bias.name}_grad.accumulation.out`, BOOL, [1]),
    ],
  );
}

function optimizerModel(): Uint8Array {
  const lists = ['params', 'gradients', 'first_order_moments', 'second_order_moments'];
  return model(
    [
      node('AdamWOptimizer', ['learning_rate', 'step', ...lists], ['updated_flag'], MICROSOFT, {
        alpha: 0.9,
        beta: 0.999,
        epsilon: 1e-8,
        weight_decay: 0,
        adam_mode: 1,
        correct_bias: 1,
      }),
    ],
    [info('learning_rate', FLOAT, [1]), info('step', INT64, [1]), ...lists.map((name) => sequence(name))],
    [info('updated_flag', BOOL, [1])],
  );
}

function model(
  nodes: readonly ReturnType<typeof node>[],
  inputs: readonly ReturnType<typeof info>[],
  outputs: readonly ReturnType<typeof info>[],
): Uint8Array {
  // A constant comes before those that read it.
  const ordered = [...nodes].sort(
    (a, b) => Number(b.opType === 'Constant') - Number(a.opType === 'Constant'),
  );
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: '', version: 17n }),
        create(OperatorSetIdProtoSchema, { domain: MICROSOFT, version: 1n }),
      ],
      graph: create(GraphProtoSchema, { name: 'g', node: ordered, input: [...inputs], output: [...outputs] }),
    }),
  );
}

/** Integers are written with INT, 1.0 and the like with FLOAT where the name says so. */
const floats = new Set(['alpha', 'beta', 'epsilon', 'weight_decay', 'value_float']);

function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  domain = '',
  attributes: Readonly<Record<string, number | string | bigint[]>> = {},
) {
  return create(NodeProtoSchema, {
    opType,
    domain,
    name: output[0]!,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string') {
        const s = new TextEncoder().encode(value);
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s });
      }
      if (typeof value === 'object') {
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value });
      }
      if (floats.has(name)) {
        return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });
      }
      return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
    }),
  });
}

function info(name: string, elemType: number, shape: readonly number[]) {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
  );
  const value = create(TypeProto_TensorSchema, { elemType, shape: create(TensorShapeProtoSchema, { dim }) });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value } }),
  });
}

function sequence(name: string) {
  const elemType = create(TypeProtoSchema, {
    value: { case: 'tensorType', value: create(TypeProto_TensorSchema, { elemType: FLOAT }) },
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: { case: 'sequenceType', value: { $typeName: 'onnx.TypeProto.Sequence', elemType } as never },
    }),
  });
}
