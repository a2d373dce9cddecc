import { decodeModel, type NodeProto } from '@synaprune/onnx';
import { domainOf, isFloat, readAttributes, type SourceModel, typeOf } from '@synaprune/onnx/graph';
import type { TargetLoss } from '../options/loss-options.js';
import { lastNode } from '../step/output-meaning.js';

/** An output of floats, and the loss by which it is brought near another model's. */
export interface SoftOutput {
  readonly name: string;
  readonly loss: TargetLoss;
}

/** What changes the form of an output and leaves the axis of its classes where it is. */
const sameAxes = new Set(['Identity', 'Cast']);

/**
 * The outputs of floats, and the loss that fits what each is: a distribution (`Softmax`), a probability (`Sigmoid`), or
 * a number. What has no type in the file counts as floats.
 */
export function softOutputs(bytes: Uint8Array, source: SourceModel): SoftOutput[] {
  const declared = decodeModel(bytes).graph?.output ?? [];
  return declared.flatMap(({ name, type }) => {
    const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
    const element = tensor === undefined ? undefined : typeOf(tensor.elemType);
    if (element !== undefined && !isFloat(element)) return [];
    return [{ name, loss: softLoss(source, name, tensor?.shape?.dim.length) }];
  });
}

function softLoss(source: SourceModel, output: string, rank: number | undefined): TargetLoss {
  const last = lastNode(source, output);
  if (last === undefined || domainOf(last.domain) !== '') return { kind: 'mse' };
  if (last.opType === 'Sigmoid') return { kind: 'binaryCrossEntropy', from: 'probabilities' };
  const direct = lastNode(source, output, sameAxes);
  if (direct?.opType !== 'Softmax') return { kind: 'mse' };
  const axis = classAxis(direct, source.opset, rank);
  return axis === undefined ? { kind: 'mse' } : { kind: 'crossEntropy', from: 'probabilities', axis };
}

/** The axis of a `Softmax`; before opset 13 it normalises all axes from there on, which is one where that is the last. */
function classAxis({ attribute }: NodeProto, opset: number, rank: number | undefined): number | undefined {
  const told = readAttributes(attribute).axis;
  const axis = typeof told === 'number' ? told : opset >= 13 ? -1 : 1;
  if (axis === -1 || axis + 1 === rank) return -1;
  return opset >= 13 ? axis : undefined;
}
