import type { NodeView } from '../view/model-view.js';

/**
 * The axis of a weight that has an entry for each output of its layer, as one node uses it; `undefined` where there is no
 * such axis.
 *
 * @param input number of the node's input
 * @param rank axes of the weight
 */
export function channelAxis({ op, integers }: NodeView, input: number, rank: number): number | undefined {
  switch (`${op} ${input}`) {
    case 'Conv 1':
    case 'FusedConv 1':
      return 0;
    case 'ConvTranspose 1':
      // Of several groups each has the same outputs on axis 1.
      return (integers.get('group') ?? 1) === 1 ? 1 : undefined;
    case 'MatMul 1':
      return rank === 1 ? undefined : rank - 1;
    case 'MatMul 0':
      return rank === 1 ? undefined : rank - 2;
    case 'Gemm 1':
    case 'FusedGemm 1':
      return integers.get('transB') === 1 ? 0 : 1;
    case 'Gemm 0':
    case 'FusedGemm 0':
      return integers.get('transA') === 1 ? 1 : 0;
    case 'FusedMatMul 1':
      return rank === 2 ? (integers.get('transB') === 1 ? 0 : 1) : undefined;
    case 'Attention 1':
      return 1;
    case 'LSTM 1':
    case 'LSTM 2':
    case 'GRU 1':
    case 'GRU 2':
    case 'RNN 1':
    case 'RNN 2':
      return 1;
    default:
      return undefined;
  }
}
