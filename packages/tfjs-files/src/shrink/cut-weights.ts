import { type Lengths, takeBytes } from '@synaprune/axes';
import type { TfjsArtifacts, WeightSpec } from '../artifacts/artifacts.js';
import type { OpenedModel } from '../artifacts/open-artifacts.js';
import { bytesPerElement } from '../artifacts/weight-spec.js';
import type { ChangedWeight } from '../elements/change-weight.js';
import { replaceWeights } from '../elements/replace-weights.js';
import type { FollowedModel } from './follow/followed.js';

/** What stays of every weight that loses something, in the codes that it is kept in. */
export function cutWeights(
  { tensors }: FollowedModel,
  { bytes }: OpenedModel,
  { keptOf }: Lengths,
): Map<string, ChangedWeight> {
  const changes = new Map<string, ChangedWeight>();
  for (const { name, axes, weight } of tensors) {
    const kept = axes.map(keptOf);
    if (kept.every((each) => each === undefined)) continue;
    const { shape, offset, length } = weight;
    changes.set(name, {
      shape: shape.map((edge, axis) => kept[axis]?.length ?? edge),
      bytes: takeBytes(bytes.read(offset, length), shape, bytesPerElement(weight)!, kept),
    });
  }
  return changes;
}

/** The artifacts with weights changed, others added behind, and another topology. */
export function assemble<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  opened: OpenedModel,
  parts: {
    readonly topology: object;
    readonly changes: ReadonlyMap<string, ChangedWeight | null>;
    readonly added: ReadonlyMap<string, ChangedWeight>;
  },
): Artifacts {
  const made = replaceWeights(artifacts, opened, parts.changes, { modelTopology: parts.topology });
  if (parts.added.size === 0) return made;
  const specs: WeightSpec[] = [...(made.weightSpecs ?? [])];
  const data = made.weightData ?? new ArrayBuffer(0);
  const buffers = Array.isArray(data) ? [...(data as ArrayBuffer[])] : [data as ArrayBuffer];
  for (const [name, { shape, bytes }] of parts.added) {
    specs.push({ name, shape, dtype: 'int32' });
    buffers.push(bytes.buffer);
  }
  const length = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const buffer of buffers) {
    joined.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return { ...made, weightSpecs: specs, weightData: joined.buffer };
}

/** What a model takes: its weights and the text of its topology. */
export function sizeBytes({ modelTopology }: TfjsArtifacts, weights: number): number {
  return weights + new TextEncoder().encode(JSON.stringify(modelTopology ?? {})).length;
}
