import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { decodeModel, encodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { domainOf, numberAt, placeOf, readAttributes, readModel } from '@synaprune/onnx/graph';

/** A `Dropout` node of a model, and its rate. */
export interface DropoutNode {
  /** The node's name; what it gives where it has none. */
  readonly node: string;
  /** The probability of dropping an element, in (0, 1). */
  readonly rate: number;
}

/**
 * The `Dropout` nodes of a model's own graph that would drop something in training, in its order.
 *
 * @throws PruneError `bad-model` for a rate that is none; `unsupported` for one that is computed
 */
export function findDropout(model: Uint8Array): DropoutNode[] {
  const { nodes, opset, tensors } = readModel(model);
  return nodes.flatMap((node): DropoutNode[] => {
    if (node.opType !== 'Dropout' || domainOf(node.domain) !== '') return [];
    const ratio = opset >= 12 ? (node.input[1] ?? '') : '';
    const tensor = tensors.get(ratio);
    if (ratio !== '' && tensor === undefined) {
      throw new PruneError('unsupported', `the rate of ${placeOf(node)} is computed, as ${quote(ratio)}`);
    }
    const told = opset >= 12 ? 0.5 : numberAt(readAttributes(node.attribute), 'ratio', 0.5);
    const rate = tensor === undefined ? told : (tensorToFloat32(tensor)[0] ?? Number.NaN);
    if (rate === 0) return [];
    if (!(rate > 0 && rate < 1)) {
      throw new PruneError('bad-model', `the rate of ${placeOf(node)} lies in [0, 1), got ${rate}`);
    }
    // 0.1 is 0.10000000149011612 as the file has it.
    return [{ node: node.name || node.output[0]!, rate: Number(rate.toPrecision(7)) }];
  });
}

/**
 * The same model with an `Identity` in the place of every `Dropout` of its own graph.
 *
 * @throws PruneError `unsupported` where something reads which elements were dropped
 */
export function withoutDropout(model: Uint8Array): Uint8Array {
  const message = decodeModel(model);
  const graph = message.graph!;
  const read = new Set([
    ...graph.node.flatMap(({ input }) => input),
    ...graph.output.map(({ name }) => name),
  ]);
  for (const node of graph.node) {
    if (node.opType !== 'Dropout' || domainOf(node.domain) !== '') continue;
    const mask = node.output[1] ?? '';
    if (mask !== '' && read.has(mask)) {
      throw new PruneError(
        'unsupported',
        `${placeOf(node)} cannot be set aside: something reads ${quote(mask)}, which elements it dropped`,
      );
    }
    node.opType = 'Identity';
    node.input = node.input.slice(0, 1);
    node.output = node.output.slice(0, 1);
    node.attribute = [];
  }
  return encodeModel(message);
}
