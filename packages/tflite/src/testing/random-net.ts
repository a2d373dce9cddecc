import type { BuiltGraph, BuiltOperator, BuiltTensor } from './build-tflite.js';
import { createRandom } from './random.js';
import { normals } from './small-models.js';

/** How a net is made up. */
export interface NetOptions {
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  /** How the layers with strides are padded. */
  readonly padding: 'same' | 'pad' | 'mixed';
  readonly end: 'mean' | 'mean, kept' | 'pool' | 'none';
  /** Whether a layer inside gives to something outside too. */
  readonly leaves?: boolean;
  readonly type?: 'float32' | 'float16';
}

/** A net of the kind of MobileNet: 3×3, then depthwise and 1×1 ones by turns, some around a sum or with a gate. */
export function randomNet(net: NetOptions): BuiltGraph {
  const next = createRandom(net.seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const tensors: Record<string, BuiltTensor> = {};
  const operators: BuiltOperator[] = [];
  let seed = 1000 * net.seed;
  let [now, height, width, channels] = ['x', net.height, net.width, 3];
  tensors.x = { shape: [1, height, width, 3] };
  const weight = (name: string, shape: readonly number[], size: number): string => {
    seed += 1;
    const values = normals(
      shape.reduce((all, edge) => all * edge, 1),
      seed,
    ).map((value) => value * size);
    if (net.type !== 'float16') {
      tensors[name] = { shape, data: values };
      return name;
    }
    tensors[name] = { shape, type: 'float16', data: Uint16Array.from(values, halfOf) };
    tensors[`${name}/wide`] = { shape };
    operators.push(['DEQUANTIZE', [name], [`${name}/wide`], 'DequantizeOptions', {}]);
    return `${name}/wide`;
  };
  const give = (name: string, shape: readonly number[]) => {
    tensors[name] = { shape };
    return name;
  };
  const convolve = (name: string, outputs: number, edge: number, stride: number, each: boolean) => {
    const padded = stride === 2 && (net.padding === 'pad' || (net.padding === 'mixed' && below(2) === 0));
    const half = (edge - 1) / 2;
    let from = now;
    if (padded) {
      tensors[`${name}/amounts`] = {
        shape: [4, 2],
        type: 'int32',
        data: Int32Array.of(0, 0, half, half, half, half, 0, 0),
      };
      from = give(`${name}/pad`, [1, height + 2 * half, width + 2 * half, channels]);
      operators.push(['PAD', [now, `${name}/amounts`], [from], 'PadOptions', {}]);
    }
    const shape = each ? [1, edge, edge, channels] : [outputs, edge, edge, channels];
    const fan = each ? edge * edge : edge * edge * channels;
    const filter = weight(`${name}/w`, shape, Math.sqrt(2 / fan));
    const bias = weight(`${name}/b`, [each ? channels : outputs], 0.2);
    [height, width] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    if (!each) channels = outputs;
    now = give(name, [1, height, width, channels]);
    const options = {
      padding: padded ? 1 : 0,
      strideH: stride,
      strideW: stride,
      activation: [0, 1, 3][below(3)]!,
    };
    operators.push(
      each
        ? [
            'DEPTHWISE_CONV_2D',
            [from, filter, bias],
            [name],
            'DepthwiseConv2DOptions',
            { ...options, depthMultiplier: 1 },
          ]
        : ['CONV_2D', [from, filter, bias], [name], 'Conv2DOptions', options],
    );
  };
  const outputs: string[] = [];
  convolve('first', 8, 3, 2, false);
  for (let block = 0; block < 3; block += 1) {
    convolve(`each ${block}`, 0, below(3) === 0 ? 5 : 3, 1 + below(2), true);
    convolve(`point ${block}`, 8 + 8 * below(3), 1, 1, false);
    const before = now;
    if (below(2) === 0) {
      convolve(`again ${block}`, channels, 1, 1, false);
      now = give(`sum ${block}`, [1, height, width, channels]);
      operators.push(['ADD', [before, `again ${block}`], [now], 'AddOptions', {}]);
    }
    if (net.leaves === true && block === 1) {
      const from = now;
      convolve('leaves', 4, 1, 1, false);
      outputs.push('leaves');
      now = from;
      channels = tensors[from]!.shape[3]!;
    }
  }
  if (net.end === 'none') return { tensors, operators, inputs: ['x'], outputs: [...outputs, now] };
  if (net.end === 'pool') {
    const options = { padding: 1, strideH: 1, strideW: 1, filterHeight: height, filterWidth: width };
    operators.push(['AVERAGE_POOL_2D', [now], [give('mean', [1, 1, 1, channels])], 'Pool2DOptions', options]);
  } else {
    const kept = net.end === 'mean, kept';
    tensors.axes = { shape: [2], type: 'int32', data: Int32Array.of(1, 2) };
    give('mean', kept ? [1, 1, 1, channels] : [1, channels]);
    operators.push(['MEAN', [now, 'axes'], ['mean'], 'ReducerOptions', kept ? { keepDimensions: 1 } : {}]);
  }
  const filter = weight('out/w', [5, channels], 0.5);
  const bias = weight('out/b', [5], 0.2);
  operators.push([
    'FULLY_CONNECTED',
    ['mean', filter, bias],
    [give('y', [1, 5])],
    'FullyConnectedOptions',
    {},
  ]);
  return { tensors, operators, inputs: ['x'], outputs: [...outputs, 'y'] };
}

/** The bits of a float16 near a number, cut off. */
function halfOf(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const all = bits.getUint32(0);
  const exponent = ((all >>> 23) & 0xff) - 112;
  return ((all >>> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((all >>> 13) & 0x3ff));
}
