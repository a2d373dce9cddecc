import type { TfjsProduct } from '@synaprune/tfjs-files';
import { convolutionPart, depthwisePart } from '../parts/convolution-parts.js';
import { densePart } from '../parts/dense-part.js';
import type { Part, PartSource, PartWeight } from '../parts/part.js';

/** A product of a graph model as a part; `undefined` where it cannot be followed. */
export function graphPart(product: TfjsProduct, rows: number | undefined): Part | undefined {
  const { node, kind, weight, shape, bias, strides, dilations, padding, channels, transposed } = product;
  const kernel = [
    kind === 'depthwise' ? 'depthwise_kernel' : 'kernel',
    { originalName: weight, shape: [...shape] },
  ] as const;
  const weights = new Map<string, PartWeight>([kernel]);
  if (bias !== undefined && rows !== undefined) weights.set('bias', { originalName: bias, shape: [rows] });
  const config = {
    kernelSize: shape.slice(0, -2),
    strides,
    dilationRate: dilations,
    padding,
    dataFormat: channels === 'first' ? 'channelsFirst' : 'channelsLast',
    transposed,
  };
  return MAKERS[kind]({ name: node, weights, config });
}

const MAKERS: Readonly<Record<TfjsProduct['kind'], (source: PartSource) => Part | undefined>> = {
  dense: densePart,
  convolution: convolutionPart,
  depthwise: depthwisePart,
};
