import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { layers } from '@tensorflow/tfjs-layers';
import type { CalledModel } from '../../model/list-calls.js';
import { findParts } from '../parts/find-parts.js';
import type { Part } from '../parts/part.js';

/** A part of the dense model, and the same of the pruned one. */
export interface PartPair {
  readonly dense: Part;
  readonly pruned: Part;
}

/** A {@link PartPair}, and what is called with the part's inputs in either model. */
export interface LayerPart extends PartPair {
  readonly layers: { readonly dense: layers.Layer; readonly pruned: layers.Layer };
}

/** A layer of the dense model with the same of the pruned one, and all their calls. */
export interface LayerPair {
  readonly name: string;
  readonly calls: readonly number[];
  readonly parts: readonly LayerPart[];
}

/**
 * The layers of two models that are called alike, in the order of their first calls.
 *
 * @throws PruneError `unsupported` when they are not
 */
export function pairLayers(dense: CalledModel, pruned: CalledModel): LayerPair[] {
  const calls = new Map<layers.Layer, number[]>();
  for (const [i, { layer, inputs }] of dense.calls.entries()) {
    const other = pruned.calls[i];
    if (other?.layer.name !== layer.name || other.inputs.length !== inputs.length) throw unlike(layer.name);
    const known = calls.get(layer);
    if (known === undefined) calls.set(layer, [i]);
    else known.push(i);
  }
  if (pruned.calls.length !== dense.calls.length) throw unlike(pruned.calls[dense.calls.length]!.layer.name);
  return [...calls].map(([layer, at]) => {
    const others = findParts(pruned.calls[at[0]!]!.layer);
    const parts = findParts(layer).map(({ part, layer: own }, i): LayerPart => {
      const other = others[i];
      if (other === undefined) throw unlike(layer.name);
      return { dense: part, pruned: other.part, layers: { dense: own, pruned: other.layer } };
    });
    return { name: layer.name, calls: at, parts };
  });
}

function unlike(name: string): PruneError {
  return new PruneError(
    'unsupported',
    `a model that tfjs made again of its settings has to call its layers as the given one does; it differs at ${quote(name)}`,
  );
}
