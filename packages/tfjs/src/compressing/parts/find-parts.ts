import type { layers } from '@tensorflow/tfjs-layers';
import { flattenTree, type LayerNode, layerTree } from '../../model/layer-tree.js';
import { roleOf } from '../../model/role-of.js';
import { convolutionPart, depthwisePart, separablePart, transposedPart } from './convolution-parts.js';
import { densePart } from './dense-part.js';
import type { Part, PartSource } from './part.js';
import { gruPart, recurrentPart } from './recurrent-parts.js';

/** By the class name that tfjs saves. A new kind of layer is a file and a line here. */
const PARTS: Readonly<Record<string, (source: PartSource) => Part | undefined>> = {
  Dense: densePart,
  Conv1D: convolutionPart,
  Conv2D: convolutionPart,
  Conv3D: convolutionPart,
  DepthwiseConv2D: depthwisePart,
  SeparableConv2D: separablePart,
  Conv2DTranspose: transposedPart,
  SimpleRNNCell: recurrentPart,
  LSTMCell: recurrentPart,
  GRUCell: gruPart,
};

/** A part, and the layer or cell that is called with its inputs. */
export interface FoundPart {
  readonly part: Part;
  readonly layer: layers.Layer;
}

/** What can be refitted in a layer that is called as one: itself, or the layers and cells within. */
export function findParts(layer: layers.Layer): readonly FoundPart[] {
  return flattenTree(layerTree(layer)).flatMap(({ layer: each, kind, children }: LayerNode) => {
    const make = children.length === 0 && Object.hasOwn(PARTS, kind) ? PARTS[kind] : undefined;
    if (make === undefined || each.weights.length === 0) return [];
    const weights = new Map(each.weights.map((weight) => [roleOf(weight.originalName), weight]));
    const part = make({ name: each.name, weights, config: each.getConfig() });
    return part === undefined ? [] : [{ part, layer: each }];
  });
}
