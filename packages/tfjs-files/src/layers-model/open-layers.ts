import { PruneError } from '@synaprune/core';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { openArtifacts, type StoredWeight } from '../artifacts/open-artifacts.js';
import { readFloats } from '../elements/read-values.js';
import { type Layer, readLayersModel } from './layers-model.js';

/** A layers model with the numbers of its weights. */
export interface OpenedLayers {
  /** The model itself, or the lone layer that it is. */
  readonly root: Layer;
  /** The numbers of a weight as tfjs loads them, row-major; a copy. */
  readonly floatsOf: (weight: StoredWeight) => Float32Array;
}

/**
 * Reads a layers model, as `tf.io` passes it around, for packages that make something else of it.
 *
 * @throws TypeError when it is no such value
 * @throws PruneError `bad-model`; `external-data` when it comes without its weights; `unsupported` when it is a graph
 *   model, or weights alone
 *
 * @example
 * ```ts
 * import { openLayers } from '@synaprune/tfjs-files/layers';
 *
 * const layer = { class_name: 'Dense', config: { name: 'out', units: 2, batch_input_shape: [null, 1] } };
 * const { root, floatsOf } = openLayers('example', {
 *   modelTopology: { class_name: 'Sequential', config: { name: 'model', layers: [layer] } },
 *   weightSpecs: [{ name: 'out/kernel', shape: [1, 2], dtype: 'float32' }],
 *   weightData: Float32Array.of(3, 4).buffer,
 * });
 * const kernel = root.children[0]?.weights.get('kernel');
 * console.log(kernel && floatsOf(kernel)); // Float32Array(2) [ 3, 4 ]
 * ```
 */
export function openLayers(caller: string, artifacts: TfjsArtifacts): OpenedLayers {
  const { kind, weights, bytes } = openArtifacts(caller, artifacts);
  if (kind !== 'layers') {
    const got = kind === 'graph' ? 'a graph model' : 'weights alone';
    throw new PruneError('unsupported', `${caller} needs the artifacts of a layers model, got ${got}`);
  }
  const { root } = readLayersModel(artifacts, weights);
  return { root, floatsOf: (weight) => Float32Array.from(readFloats(weight, bytes)) };
}
