import { create, NodeProtoSchema } from '@synaprune/onnx';
import type { Tensor } from 'onnxruntime-common';
import type { Capture, Replaced } from '../capture/capture.js';
import type { LayerInputs } from '../capture/layers/columns.js';
import type { Layer } from '../capture/layers/layer.js';

/** A layer in the model that is refitted, and the same one in the dense model. */
export interface LayerPair {
  readonly layer: Layer;
  readonly dense: Layer;
}

/** What a layer reads in both models; hidden states come of a run of the node apart. */
export async function inputsOf(
  { layer, dense }: LayerPair,
  denseCapture: Capture,
  capture: Capture,
  replaced: Replaced,
): Promise<LayerInputs> {
  return {
    pruned: await valuesRead(layer, capture, replaced),
    dense: await valuesRead(dense, denseCapture, new Map()),
  };
}

/** What a layer reads, sample by sample. */
export async function valuesRead(
  { node, reads }: Layer,
  capture: Capture,
  replaced: Replaced,
): Promise<readonly Tensor[]> {
  if ('value' in reads) return capture.held.get(reads.value)!;
  const asking = create(NodeProtoSchema, { ...node, output: [`${node.name}/hidden states`] });
  return capture.probe(asking, replaced);
}

/** A bias with what layers are to give more. */
export function shifted(
  bias: Float32Array,
  { bias: where, rows }: Layer,
  shifts: Float32Array,
): Float32Array {
  const moved = bias.slice();
  for (const [at, shift] of shifts.entries()) {
    moved[where!.indexOf(Math.floor(at / rows), at % rows)]! += where!.factor * shift;
  }
  return moved;
}
