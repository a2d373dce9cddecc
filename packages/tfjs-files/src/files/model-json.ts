import { PruneError } from '@synaprune/core';
import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { TfjsFileArtifacts, TfjsFileSpec } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { copyJson, type JsonObject, listMember, member } from '../artifacts/json-tree.js';
import { layOut, requireUnique } from '../artifacts/open-artifacts.js';
import type { WeightBytes } from '../artifacts/weight-bytes.js';
import { type CheckedSpec, checkSpec } from '../artifacts/weight-spec.js';
import { partsOfPath } from './shard-path.js';

/** What a `model.json` says, checked as far as it can be without its shards. */
export interface ModelJson {
  /** All of it, in memory of its own. */
  readonly json: JsonObject;
  readonly groups: readonly ManifestGroup[];
}

/** A group of weights and the files that they lie in, one behind the other. */
export interface ManifestGroup {
  /** As the manifest has them, which is how the shards are known. */
  readonly paths: readonly string[];
  /** The paths without what says nothing, to tell whether two are one. */
  readonly locations: readonly string[];
  readonly specs: readonly CheckedSpec[];
}

/**
 * @param caller whose argument it is, for errors
 * @throws TypeError when it is neither text, bytes nor an object
 * @throws PruneError `bad-model`; `external-data` for a path that leads elsewhere, or is named twice
 */
export function readModelJson(caller: string, given: string | Uint8Array | object): ModelJson {
  const json = copyJson('model.json', parse(caller, given));
  if (!isRecord(json)) throw badModel(`model.json needs to be an object, got ${describe(json)}`);
  if (member(json, 'modelTopology') === undefined && member(json, 'weightsManifest') === undefined) {
    throw badModel(
      'the JSON has neither modelTopology nor weightsManifest: it is no model.json of TensorFlow.js',
    );
  }
  const taken = ['weightSpecs', 'weightData', 'getWeightStream'].find(
    (key) => member(json, key) !== undefined,
  );
  if (taken !== undefined) throw badModel(`model.json has ${taken}, which only a model in memory has`);
  const groups = listMember('model.json', json, 'weightsManifest').map((group, i): ManifestGroup => {
    const what = `weightsManifest[${i}]`;
    if (!isRecord(group)) throw badModel(`${what} needs to be an object, got ${describe(group)}`);
    const paths = listMember(what, group, 'paths');
    const weights = listMember(what, group, 'weights');
    return {
      paths: paths as readonly string[],
      locations: paths.map((path) => partsOfPath(path).join('/')),
      specs: weights.map((spec, k) => checkSpec(spec, `${what}.weights[${k}]`)),
    };
  });
  requireUnique(groups.flatMap(({ specs }) => specs));
  const seen = new Set<string>();
  for (const location of groups.flatMap(({ locations }) => locations)) {
    if (seen.has(location)) {
      throw new PruneError('external-data', `the manifest names the shard ${quote(location)} twice`);
    }
    seen.add(location);
  }
  return { json, groups };
}

function parse(caller: string, given: unknown): unknown {
  let text = given;
  if (text instanceof Uint8Array) {
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(text);
    } catch (cause) {
      throw badModel('model.json needs to be text in UTF-8', cause);
    }
  }
  if (typeof text === 'string') {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw badModel(`model.json needs to be JSON: ${(cause as Error).message}`, cause);
    }
  }
  if (isRecord(text) && !ArrayBuffer.isView(text)) return text;
  throw new TypeError(`${caller} needs a model.json as text, bytes or an object, got ${describe(given)}`);
}

/**
 * The artifacts of a model and its shards.
 *
 * @param bytes the shards one behind the other, in the order of the manifest
 * @throws PruneError `external-data` when a group's shards are longer or shorter than its weights
 */
export function toArtifacts({ json, groups }: ModelJson, bytes: WeightBytes): TfjsFileArtifacts {
  let shard = 0;
  let start = 0;
  for (const [i, { paths, specs }] of groups.entries()) {
    const lengths = bytes.partition.slice(shard, shard + paths.length);
    const end = lengths.reduce((sum, length) => sum + length, start);
    const wrong = (why: string): Error =>
      new PruneError(
        'external-data',
        `the shards of weightsManifest[${i}] have ${end - start} bytes, and ${why}`,
      );
    const within = { length: end, read: bytes.read };
    const laid = layOut(
      specs.map(({ spec }) => spec),
      within,
      start,
      String,
      (message) => wrong(message),
    );
    if (laid.end !== end) throw wrong(`its weights take ${laid.end - start}`);
    shard += paths.length;
    start = end;
  }
  const weightSpecs = groups.flatMap(({ specs }) => specs.map(({ spec }) => spec as TfjsFileSpec));
  if (groups.length === 0) return json;
  return { ...json, weightSpecs, weightData: bytes.data as ArrayBuffer[] };
}
