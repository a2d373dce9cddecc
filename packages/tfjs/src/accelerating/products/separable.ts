import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';
import type { Lent } from '../machine/machine.js';
import { stationOf } from '../machine/station.js';
import type { PackedWeight } from '../packed/packed-weight.js';
import { isSparse } from '../packed/packing.js';
import { FUSED } from './fused.js';

/** What a separable convolution of tfjs is told that a window hangs on. */
interface Config {
  readonly strides: number | [number, number];
  readonly dilationRate: number | [number, number];
  readonly padding: 'same' | 'valid';
  readonly dataFormat: string;
  readonly activation: unknown;
}

/** Makes what a layer gives; `undefined` where tfjs is to do so. */
export type Separable = (given: tf.Tensor | tf.Tensor[]) => tf.Tensor | undefined;

/**
 * A separable convolution with both of its parts in one: pixels of the depthwise part go straight into the packed product.
 * `undefined` where its settings ask for something else.
 */
export function separable(layer: layers.Layer, pointwise: PackedWeight): Separable | undefined {
  const { strides, dilationRate, padding, dataFormat, activation } = layer.getConfig() as unknown as Config;
  const name = String(activation);
  const weightOf = (role: string) => {
    const found = layer.weights.find(({ originalName }) => roleOf(originalName) === role);
    return found && variableOf(found);
  };
  const [filter, bias] = [weightOf('depthwise_kernel')!, weightOf('bias')];
  const [tall, broad, channels, filters] = filter.shape as [number, number, number, number];
  if (!Object.hasOwn(FUSED, name) || dataFormat === 'channelsFirst') return undefined;
  if (filters !== 1 || channels % 4 !== 0) return undefined;

  return (given) => {
    const [x, ...others] = [given].flat() as [tf.Tensor, ...tf.Tensor[]];
    const packing = pointwise.current();
    const machine = stationOf(tf.backend())?.machine;
    if (packing === undefined || !isSparse(packing) || machine === undefined) return undefined;
    if (others.length > 0 || x.dtype !== 'float32' || x.rank !== 4 || x.size === 0) return undefined;
    const size = x.shape as [number, number, number, number];
    const window = [tall, broad, channels, filters] as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(
      ...([size, window, strides, dilationRate, padding, undefined, true] as const),
    );
    if (info.outHeight < 1 || info.outWidth < 1 || size[3] !== channels) return undefined;
    const lent: (Lent | undefined)[] = [];
    try {
      const placed = machine.place(packing.parts[0]!);
      lent.push(machine.lend(x), machine.lendWeight(filter), bias && machine.lendWeight(bias));
      const [inputs, taps, added] = lent;
      const out = machine.make([size[0], info.outHeight, info.outWidth, packing.outputs]);
      const isThere = placed && inputs && taps && out && (bias === undefined || added !== undefined);
      const done =
        isThere &&
        placed.convolve({
          inputs: inputs.at,
          filter: taps.at,
          out: out.at,
          images: size[0],
          size: [size[1], size[2]],
          window: [tall, broad],
          places: [info.outHeight, info.outWidth],
          strides: [info.strideHeight, info.strideWidth],
          dilations: [info.dilationHeight, info.dilationWidth],
          before: [info.padInfo.top, info.padInfo.left],
          activation: FUSED[name]!,
          ...(added && { bias: added.at }),
        });
      if (done) return tf.engine().makeTensorFromTensorInfo(out!.finish());
      // Where not all is finite, or there is no memory left, tfjs is to do so.
      out?.cancel();
      return undefined;
    } finally {
      for (const part of lent) part?.giveBack();
    }
  };
}
