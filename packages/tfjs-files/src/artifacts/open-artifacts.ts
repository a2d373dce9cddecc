import { PruneError } from '@synaprune/core';
import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from './artifacts.js';
import { badModel } from './bad-model.js';
import { member } from './json-tree.js';
import { type WeightBytes, weightBytes } from './weight-bytes.js';
import { bytesPerElement, type CheckedSpec, checkSpec } from './weight-spec.js';

/** A weight and where its bytes are. */
export interface StoredWeight extends CheckedSpec {
  /** First byte, counted over all buffers. */
  readonly offset: number;
  readonly length: number;
}

/** A model, checked: every weight lies within the data, and all of the data is theirs. */
export interface OpenedModel {
  readonly kind: 'layers' | 'graph' | 'weights';
  /** In the order of their bytes. */
  readonly weights: readonly StoredWeight[];
  readonly bytes: WeightBytes;
}

/**
 * Reads what `tf.io` passes around. Nothing is copied, and nothing of it changes.
 *
 * @throws TypeError when it is no such value
 * @throws PruneError `bad-model` when what it says of its weights cannot be; `external-data` when it comes without them
 */
export function openArtifacts(caller: string, artifacts: TfjsArtifacts): OpenedModel {
  if (!isRecord(artifacts) || ArrayBuffer.isView(artifacts)) {
    throw new TypeError(
      `${caller} needs a model's artifacts, { modelTopology, weightSpecs, weightData }, got ${describe(artifacts)}`,
    );
  }
  if (typeof (artifacts as { readonly save?: unknown }).save === 'function') {
    throw new TypeError(
      `${caller} needs a model's artifacts, { modelTopology, weightSpecs, weightData }, got a live model; ` +
        'modelArtifacts(model) of @synaprune/tfjs gives them',
    );
  }
  const { weightSpecs, weightData } = artifacts;
  const kind = kindOf(caller, artifacts);
  if (weightSpecs !== undefined && !Array.isArray(weightSpecs)) {
    throw badModel(`weightSpecs need to be a list, got ${describe(weightSpecs)}`);
  }
  const specs: readonly unknown[] = weightSpecs ?? [];
  if (weightData === undefined && specs.length > 0) {
    const streamed = member(artifacts, 'getWeightStream') !== undefined;
    throw new PruneError(
      'external-data',
      `the model has ${specs.length} weights and no weightData${streamed ? ': load it without streaming' : ''}`,
    );
  }
  const bytes = weightBytes(caller, weightData ?? new ArrayBuffer(0));
  const { weights, end } = layOut(specs, bytes, 0, (i) => `weightSpecs[${i}]`);
  requireUnique(weights);
  if (end !== bytes.length) {
    throw badModel(`weightData has ${bytes.length} bytes, and the weights of weightSpecs take ${end}`);
  }
  return { kind, weights, bytes };
}

/**
 * Where the weights of some specs lie, from `start` on.
 *
 * @param short the error of bytes that end before a weight does
 * @throws PruneError `bad-model` when a spec is wrong
 */
export function layOut(
  specs: readonly unknown[],
  bytes: Pick<WeightBytes, 'length' | 'read'>,
  start: number,
  placeOf: (i: number) => string,
  short: (message: string) => Error = badModel,
): { readonly weights: StoredWeight[]; readonly end: number } {
  const weights: StoredWeight[] = [];
  let end = start;
  for (const [i, each] of specs.entries()) {
    const spec = checkSpec(each, placeOf(i));
    const length = lengthOf(spec, bytes, end, short);
    weights.push({ ...spec, offset: end, length });
    end += length;
  }
  return { weights, end };
}

/** @throws PruneError `bad-model` when two weights share a name */
export function requireUnique(weights: readonly CheckedSpec[]): void {
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) throw badModel(`two weights are named ${quote(name)}`);
    names.add(name);
  }
}

function lengthOf(
  spec: CheckedSpec,
  bytes: Pick<WeightBytes, 'length' | 'read'>,
  offset: number,
  short: (message: string) => Error,
): number {
  const { name, elements } = spec;
  const left = bytes.length - offset;
  const each = bytesPerElement(spec);
  const ends = (length: number): Error =>
    short(`the weight ${quote(name)} takes ${length} bytes from byte ${offset}, and there are ${left}`);
  if (each !== undefined) {
    if (elements * each > left) throw ends(elements * each);
    return elements * each;
  }
  // Every string is at least its length, in four bytes.
  if (elements * 4 > left) throw ends(elements * 4);
  let length = 0;
  for (let i = 0; i < elements; i += 1) {
    if (length + 4 > left) throw ends(length + 4);
    length += 4 + new DataView(bytes.read(offset + length, 4).buffer).getUint32(0, true);
  }
  if (length > left) throw ends(length);
  return length;
}

function kindOf(caller: string, artifacts: TfjsArtifacts): OpenedModel['kind'] {
  const { modelTopology: topology, format } = artifacts;
  if (topology === undefined || topology === null) return 'weights';
  if (!isRecord(topology) || ArrayBuffer.isView(topology)) {
    throw badModel(`${caller} needs modelTopology to be an object of JSON, got ${describe(topology)}`);
  }
  if (Object.prototype.toString.call(topology) === '[object ArrayBuffer]') {
    throw badModel(
      `${caller} needs modelTopology to be JSON, got bytes; a GraphDef in bytes is a model of tfjs 0.x`,
    );
  }
  const graph = member(topology, 'node') !== undefined || format === 'graph-model';
  const layers =
    member(topology, 'model_config') !== undefined || member(topology, 'class_name') !== undefined;
  if (graph && layers) throw badModel('the model says both that it is a layers model and a graph model');
  if (!graph && !layers) {
    throw badModel(
      'modelTopology is neither that of a layers model (model_config) nor of a graph model (node)',
    );
  }
  return graph ? 'graph' : 'layers';
}
