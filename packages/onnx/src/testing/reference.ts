import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { codecOf } from '../elements/codec.js';
import type { Element } from '../elements/element.js';
import { elementArrayOf } from '../elements/element-array.js';
import { codeOf, type ElementType } from '../elements/element-type.js';
import { buildModel, type NodeParts } from '../graph/build-model.js';
import { tensorOf } from '../messages/tensors.js';
import type { Attribute } from '../values/attributes.js';

// Before the runtime loads: it sends telemetry otherwise.
process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');

/** A tensor of any type, its elements exact. */
export interface ExactTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly elements: readonly Element[];
}

/** What a list of elements is in memory. */
export function bytesOf({ type, elements }: ExactTensor): Uint8Array {
  return tensorOf('', { type, shape: [elements.length] }, elements).rawData;
}

function toTensor(tensor: ExactTensor): Tensor {
  const data = new (elementArrayOf(tensor.type)!)(bytesOf(tensor).buffer as ArrayBuffer);
  return new ort.Tensor(tensor.type as 'float32', data as Float32Array, [...tensor.shape]);
}

function fromTensor({ type, data, dims }: Tensor): ExactTensor {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  const view = new DataView(buffer, byteOffset, byteLength);
  const codec = codecOf(type as ElementType)!;
  const elements = Array.from({ length: data.length }, (_, index) => codec.read(view, index));
  return { type: type as ElementType, shape: dims, elements };
}

/** What onnxruntime cannot be fed: it is cast in the model. */
const fed = (type: ElementType): ElementType => (type === 'bfloat16' ? 'float32' : type);

/**
 * What onnxruntime computes for one node, nothing optimised. Undefined where it has no kernel for the types.
 */
export async function runNode(
  op: string,
  inputs: readonly (ExactTensor | undefined)[],
  attributes: Readonly<Record<string, Attribute>> = {},
  outputs: readonly ElementType[] = [inputs[0]!.type],
  opset = 23,
): Promise<readonly ExactTensor[] | undefined> {
  const nodes: NodeParts[] = [];
  const names = inputs.map((input, index) => {
    if (input?.type !== 'bfloat16') return input ? `x${index}` : '';
    nodes.push(['Cast', [`x${index}`], [`b${index}`], { to: codeOf('bfloat16') }]);
    return `b${index}`;
  });
  nodes.push([op, names, outputs.map((_, index) => `y${index}`), attributes]);
  outputs.forEach((type, index) => {
    if (type === 'bfloat16') nodes.push(['Cast', [`y${index}`], [`f${index}`], { to: codeOf('float32') }]);
  });
  const given = outputs.map((type, index) => `${type === 'bfloat16' ? 'f' : 'y'}${index}`);
  const present = inputs.flatMap((tensor, index) => (tensor ? [[`x${index}`, tensor] as const] : []));
  const bytes = buildModel({
    inputs: Object.fromEntries(present.map(([name, { type, shape }]) => [name, { type: fed(type), shape }])),
    nodes,
    outputs: given,
    opset,
  });
  const feeds = present.map(([name, tensor]) => [name, toTensor({ ...tensor, type: fed(tensor.type) })]);
  let session: InferenceSession | undefined;
  try {
    session = await ort.InferenceSession.create(bytes, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const results = await session.run(Object.fromEntries(feeds));
    return given.map((name, index) => ({ ...fromTensor(results[name]!), type: outputs[index]! }));
  } catch (error) {
    if (/NOT_IMPLEMENTED|Could not find an implementation/.test(String(error))) return undefined;
    throw error;
  } finally {
    await session?.release();
  }
}
