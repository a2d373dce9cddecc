import { isRecord } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { member } from '../artifacts/json-tree.js';
import type { OpenedModel, StoredWeight } from '../artifacts/open-artifacts.js';
import { partsOfPath } from './shard-path.js';

/** A file of weights. */
export interface Shard {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** A group of weights and its files. */
export interface SplitGroup {
  readonly weights: readonly StoredWeight[];
  readonly shards: readonly Shard[];
}

/** What the converter of TensorFlow.js takes. */
const SHARD_SIZE = 4 * 1024 * 1024;

/** The groups that the weights were in, and the files that they are to be in: the same where they still fit. */
export function splitShards(
  artifacts: TfjsArtifacts,
  opened: OpenedModel,
  shardSizeBytes: number | undefined,
): SplitGroup[] {
  const groups = groupsOf(artifacts, opened.weights);
  const kept = shardSizeBytes === undefined ? keepShards(groups, opened) : undefined;
  if (kept !== undefined) return kept;
  return groups.map(({ weights }, g) => {
    const start = weights[0]!.offset;
    const last = weights.at(-1)!;
    const length = last.offset + last.length - start;
    const size = shardSizeBytes ?? SHARD_SIZE;
    const count = Math.max(1, Math.ceil(length / size));
    const shards = Array.from({ length: count }, (_, i): Shard => {
      const path = `group${g + 1}-shard${i + 1}of${count}.bin`;
      return { path, offset: start + i * size, length: Math.min(size, length - i * size) };
    });
    return { weights, shards };
  });
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly StoredWeight[];
}

/** The weights by the groups of the manifest that they came in; all in one where there is none, or another order. */
function groupsOf(artifacts: TfjsArtifacts, weights: readonly StoredWeight[]): Group[] {
  if (weights.length === 0) return [];
  const manifest = member(artifacts, 'weightsManifest');
  const groupOf = new Map<string, number>();
  const groups: Group[] = [];
  for (const group of Array.isArray(manifest) ? (manifest as readonly unknown[]) : []) {
    const [own, paths] = [member(group, 'weights'), member(group, 'paths')];
    for (const spec of Array.isArray(own) ? (own as readonly unknown[]) : []) {
      const name = member(spec, 'name');
      if (isRecord(spec) && typeof name === 'string') groupOf.set(name, groups.length);
    }
    groups.push({ paths: Array.isArray(paths) ? paths.map((path) => String(path)) : [], weights: [] });
  }
  const sorted = groups.map(({ paths }): { paths: readonly string[]; weights: StoredWeight[] } => ({
    paths,
    weights: [],
  }));
  let current = 0;
  for (const weight of weights) {
    const group = groupOf.get(weight.name) ?? current;
    if (group < current || sorted[group] === undefined) return [{ paths: [], weights }];
    current = group;
    sorted[group].weights.push(weight);
  }
  return sorted.filter((group) => group.weights.length > 0);
}

/** The shards as they came, where every group's are as long together as its weights. */
function keepShards(groups: readonly Group[], { bytes }: OpenedModel): SplitGroup[] | undefined {
  let shard = 0;
  let offset = 0;
  const made: SplitGroup[] = [];
  for (const { paths, weights } of groups) {
    const last = weights.at(-1)!;
    if (paths.length === 0 || offset !== weights[0]!.offset) return undefined;
    const shards: Shard[] = [];
    for (const path of paths) {
      const length = bytes.partition[shard];
      if (length === undefined) return undefined;
      partsOfPath(path);
      shards.push({ path, offset, length });
      offset += length;
      shard += 1;
    }
    if (offset !== last.offset + last.length) return undefined;
    made.push({ weights, shards });
  }
  return shard === bytes.partition.length ? made : undefined;
}
