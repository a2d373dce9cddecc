import type { ShrinkReport } from '@synaprune/axes';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import type { ChangedWeight } from '../elements/change-weight.js';
import { readFloats } from '../elements/read-values.js';
import { replaceWeights } from '../elements/replace-weights.js';

/** The model as it was, with zeros in place of all that a report says was removed. */
export function maskedDense<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  { tensors }: ShrinkReport,
): Artifacts {
  const opened = openArtifacts('maskedDense', artifacts);
  const changes = new Map<string, ChangedWeight>();
  for (const { name, axes } of tensors) {
    const weight = opened.weights.find((each) => each.name === name)!;
    const values = readFloats(weight, opened.bytes);
    for (const { axis, kept } of axes) {
      const inner = weight.shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
      const stays = new Set(kept);
      for (let i = 0; i < values.length; i += 1) {
        if (!stays.has(Math.floor(i / inner) % weight.shape[axis]!)) values[i] = 0;
      }
    }
    const bytes =
      weight.dtype === 'int32'
        ? new Uint8Array(Int32Array.from(values).buffer)
        : new Uint8Array(Float32Array.from(values).buffer);
    changes.set(name, { shape: weight.shape, bytes, quantization: null });
  }
  return replaceWeights(artifacts, opened, changes);
}
