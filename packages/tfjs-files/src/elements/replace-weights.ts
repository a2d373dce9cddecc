import { quote } from '@synaprune/core/checks';
import type { TfjsArtifacts, WeightSpec } from '../artifacts/artifacts.js';
import type { OpenedModel, StoredWeight } from '../artifacts/open-artifacts.js';
import type { ChangedWeight } from './change-weight.js';

/**
 * The artifacts with some weights changed and some gone. Weights that are not named keep their bytes, all keep their
 * order. Where nothing changes its length the data is split as it was; else it is one buffer, or one a shard of those
 * that {@link encodeTfjs} writes.
 *
 * @param changes what becomes of weights, by name: `null` where one is left out
 * @param more other fields to put in: a new `modelTopology`
 * @throws RangeError when a name is no weight's
 */
export function replaceWeights<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  { weights, bytes }: OpenedModel,
  changes: ReadonlyMap<string, ChangedWeight | null>,
  more: Partial<TfjsArtifacts> = {},
): Artifacts {
  const names = new Set(weights.map(({ name }) => name));
  for (const name of changes.keys()) {
    if (!names.has(name)) throw new RangeError(`replaceWeights needs names of weights, got ${quote(name)}`);
  }
  const specs: WeightSpec[] = [];
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const weight of weights) {
    const change = changes.get(weight.name);
    if (change === null) continue;
    specs.push(change === undefined ? weight.spec : changedSpec(weight, change));
    parts.push(change?.bytes ?? bytes.read(weight.offset, weight.length));
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  const split = Array.isArray(bytes.data) && length === bytes.length ? bytes.partition : undefined;
  const weightData = split === undefined ? joined.buffer : splitBuffer(joined.buffer, split);
  return { ...artifacts, ...more, weightSpecs: specs, weightData };
}

function changedSpec(
  { spec, quantization: was }: StoredWeight,
  { shape, quantization = was ?? null }: ChangedWeight,
): WeightSpec {
  const { quantization: _, ...rest } = spec;
  if (quantization === null) return { ...rest, shape };
  // Converters note more beside it, such as the type that a weight had before.
  return { ...rest, shape, quantization: { ...spec.quantization, ...quantization } };
}

function splitBuffer(buffer: ArrayBuffer, lengths: readonly number[]): ArrayBuffer[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return buffer.slice(at - length, at);
  });
}
