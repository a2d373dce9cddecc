import { quote } from '@synaprune/core/checks';
import type { NodeProto } from '@synaprune/onnx';
import { domainOf, type Graph, placeOf, type SourceModel } from '@synaprune/onnx/graph';
import type { TargetLoss } from '../options/loss-options.js';

/** What leaves probabilities probabilities, and logits logits. */
const views = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Slice',
  'Dropout',
]);
const squashing = new Set(['Softmax', 'Sigmoid', 'HardSigmoid']);
const products = new Set(['Gemm', 'MatMul', 'Conv', 'ConvTranspose', 'Einsum']);
/** What gives any number at all. */
const unbounded = new Set([
  'LogSoftmax',
  'Relu',
  'LeakyRelu',
  'Tanh',
  'BatchNormalization',
  'LayerNormalization',
]);

/**
 * Tells where an output plainly holds probabilities and the loss takes logits, or the other way round: both
 * train, slowly and to the wrong end, without a word.
 */
export function tellMeaning(graph: Graph, source: SourceModel, loss: TargetLoss, output: string): void {
  const { kind } = loss;
  if (kind !== 'crossEntropy' && kind !== 'binaryCrossEntropy' && kind !== 'distillation') return;
  const from = kind === 'distillation' ? 'logits' : (loss.from ?? 'logits');
  const last = lastNode(source, output);
  if (last === undefined) return;
  const squashed = lastNode(source, output, new Set([...views, 'Clip']));
  const ends = `output ${quote(output)} ends in ${placeOf(last)}`;
  const asked = (from: string) => `loss: { kind: '${kind}', from: '${from}' }`;
  if (from === 'logits' && squashed !== undefined && squashing.has(squashed.opType)) {
    graph.notices.push({
      code: 'probabilities-as-logits',
      message:
        `output ${quote(output)} ends in ${placeOf(squashed)}, so it holds probabilities, and the loss takes them for logits: they would be squashed once ` +
        `more, and training would stall; ${kind === 'distillation' ? 'outputs are to be logits' : `${asked('probabilities')} takes them for what they are`}`,
    });
  }
  if (from === 'probabilities' && isUnbounded(source, last)) {
    graph.notices.push({
      code: 'logits-as-probabilities',
      message:
        `${ends}, so it holds no probabilities, and the loss takes it for such: what lies below 0 has no ` +
        `gradient; ${asked('logits')} takes it for what it is`,
    });
  }
}

/** What computes an output, behind whatever only moves or renames its elements. */
export function lastNode(
  source: SourceModel,
  output: string,
  through: ReadonlySet<string> = views,
): NodeProto | undefined {
  const seen = new Set<string>();
  for (let name = output; !seen.has(name); ) {
    seen.add(name);
    const node = source.producers.get(name);
    if (node === undefined || !isStandard(node) || !through.has(node.opType)) return node;
    name = node.input[0] ?? '';
  }
  return undefined;
}

const isStandard = ({ domain }: NodeProto): boolean => domainOf(domain) === '';

/** A product with a weight, such a product and its bias, or an activation that is not bounded to [0, 1]. */
function isUnbounded(source: SourceModel, node: NodeProto): boolean {
  if (!isStandard(node)) return false;
  if (unbounded.has(node.opType)) return true;
  if (products.has(node.opType)) return node.input.some((name) => source.tensors.has(name));
  if (node.opType !== 'Add') return false;
  return node.input.some((name) => {
    const producer = source.producers.get(name);
    return producer !== undefined && products.has(producer.opType) && isUnbounded(source, producer);
  });
}
