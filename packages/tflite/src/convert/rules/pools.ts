import { travelOf } from '../../model/window.js';
import { cannot, imageOf, type LayerRule, paddingOf, pairOf } from '../layer-call.js';

const pool =
  (op: string): LayerRule =>
  (call) => {
    const [, height, width, channels] = imageOf(call);
    const edges = pairOf(call, 'pool_size', 2);
    const padding = paddingOf(call);
    const strides = call.setting('strides') === undefined ? edges : pairOf(call, 'strides', 1);
    const [rows = 0, columns = 0] = [height, width].map((size, i) => {
      return travelOf(size, edges[i]!, strides[i]!, 1, padding).positions;
    });
    if (rows < 1 || columns < 1) throw cannot(call, 'its window is larger than what it reads');
    const [filterHeight, filterWidth] = edges;
    const [strideH, strideW] = strides;
    return [
      {
        op,
        reads: [call.input],
        gives: { name: call.name, shape: [1, rows, columns, channels] },
        constants: [],
        options: 'Pool2DOptions',
        settings: { padding: padding === 'same' ? 0 : 1, strideH, strideW, filterHeight, filterWidth },
      },
    ];
  };

export const maxPool: LayerRule = pool('MAX_POOL_2D');
export const averagePool: LayerRule = pool('AVERAGE_POOL_2D');

export const globalAverage: LayerRule = (call) => {
  const channels = imageOf(call)[3];
  const keeps = call.setting('keepdims') === true;
  return [
    {
      op: 'MEAN',
      reads: [call.input],
      gives: { name: call.name, shape: keeps ? [1, 1, 1, channels] : [1, channels] },
      constants: [{ name: `${call.name}/axes`, shape: [2], values: Int32Array.of(1, 2) }],
      options: 'ReducerOptions',
      settings: keeps ? { keepDimensions: 1 } : {},
    },
  ];
};
