import {
  decodeModel,
  encodeModel,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  tensorToFloat32,
} from '@synaprune/onnx';
import { buildModel, codeOf, readAttributes } from '@synaprune/onnx/graph';
import type { TestTensor } from '../models.js';
import { load, type Runner } from '../runtime.js';
import { elementwiseReferences } from './elementwise.js';
import type { Reference } from './reference.js';
import { resize } from './resize.js';
import { type Stage, stagesOf } from './stages.js';
import { windowReferences } from './windows.js';

const [FLOAT32, FLOAT64] = [codeOf('float32'), codeOf('float64')];

/** What onnxruntime has no kernel of in float64. */
const references: Readonly<Record<string, Reference>> = {
  ...elementwiseReferences,
  ...windowReferences,
  Resize: resize,
};

/**
 * What leads to one output of a model, in float64 in place of float32: inputs, constants and casts. The runtime
 * computes what it has kernels of, and {@link references} the rest; where there is neither, `run` throws.
 */
export function loadInFloat64(bytes: Uint8Array, output: string): Runner {
  const model = decodeModel(bytes);
  const { node: nodes, initializer } = model.graph!;
  initializer.forEach(widenTensor);
  nodes.forEach(widenAttributes);
  const stages = stagesOf(nodes, output, ({ domain, opType }) => domain === '' && opType in references);
  const constants = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  const sessions = new Map<Stage, Runner>();
  return {
    inputNames: model.graph!.input.map(({ name }) => name),
    outputNames: [output],
    async run(feeds) {
      const values = new Map(Object.entries(feeds));
      for (const stage of stages) {
        const fed = Object.fromEntries([...values].filter(([name]) => stage.reads.has(name)));
        if (stage.run.length > 0) {
          const session = sessions.get(stage) ?? (await load(modelOf(stage, fed, model)));
          sessions.set(stage, session);
          for (const [name, value] of Object.entries(await session.run(fed))) values.set(name, value);
        }
        for (const { opType, input, output: names, attribute } of stage.referred) {
          const inputs = input.map((name) => values.get(name) ?? numbersOf(constants.get(name)));
          const value = references[opType]!(inputs, readAttributes(attribute));
          values.set(names[0]!, { ...value, type: 'float64' });
        }
      }
      return { [output]: values.get(output)! };
    },
    async release() {
      for (const session of sessions.values()) await session.release();
    },
  };
}

/** The nodes of a stage, by the types of what they are fed, with what the whole model says of operators. */
function modelOf(
  { run, reads, gives }: Stage,
  fed: Readonly<Record<string, TestTensor>>,
  whole: ModelProto,
): Uint8Array {
  const inputs = Object.entries(fed).map(([name, { type = 'float32' }]) => [name, { type }] as const);
  const tensors = whole.graph!.initializer.filter(({ name }) => reads.has(name) && !(name in fed));
  const model = decodeModel(buildModel({ inputs: Object.fromEntries(inputs), tensors, outputs: gives }));
  model.graph!.node = [...run];
  model.opsetImport = whole.opsetImport;
  model.functions = whole.functions;
  return encodeModel(model);
}

function widenAttributes({ attribute }: NodeProto): void {
  for (const each of attribute) {
    if (each.t) widenTensor(each.t);
    if ((each.name === 'to' || each.name === 'dtype') && Number(each.i) === FLOAT32) each.i = BigInt(FLOAT64);
  }
}

function widenTensor(tensor: TensorProto): void {
  if (tensor.dataType !== FLOAT32) return;
  const numbers = Float64Array.from(tensorToFloat32(tensor));
  tensor.dataType = FLOAT64;
  tensor.floatData = [];
  tensor.rawData = new Uint8Array(numbers.buffer);
}

/** Of integers, or of what was float32. */
function numbersOf(tensor: TensorProto | undefined): TestTensor | undefined {
  return tensor && { shape: tensor.dims.map(Number), data: [...tensorToFloat32(tensor)] };
}
