import { requireOptions } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { changeValues } from './change-weight.js';
import { replaceWeights } from './replace-weights.js';

/**
 * The artifacts with other numbers in some weights, of the same shapes. Quantised weights are quantised anew, with a scale
 * and a min of their own in which zero is exactly zero. What was given does not change.
 *
 * @param values by the names of weights of float32, row-major
 * @throws TypeError | RangeError when an argument is wrong, or a name is no weight's
 * @throws PruneError `bad-model`; `external-data` when the artifacts come without weights
 *
 * @example
 * ```ts
 * import { writeTfjsWeights } from '@synaprune/tfjs-files';
 *
 * const before = {
 *   modelTopology: { class_name: 'Dense', config: { name: 'out' } },
 *   weightSpecs: [{ name: 'out/kernel', shape: [1, 2], dtype: 'float32' as const }],
 *   weightData: new ArrayBuffer(8),
 * };
 * const after = writeTfjsWeights(before, { 'out/kernel': Float32Array.of(1, 2) });
 * console.log(new Float32Array(after.weightData)); // Float32Array(2) [ 1, 2 ]
 * ```
 */
export function writeTfjsWeights<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  values: Readonly<Record<string, Float32Array>>,
): Artifacts {
  const caller = 'writeTfjsWeights';
  const opened = openArtifacts(caller, artifacts);
  const byName = new Map(opened.weights.map((weight) => [weight.name, weight]));
  requireOptions(caller, 'values', values, [...byName.keys()]);
  const changes = new Map(
    Object.entries(values).map(([name, numbers]) => {
      const weight = byName.get(name)!;
      if (numbers instanceof Float32Array)
        return [name, changeValues(weight, weight.shape, numbers)] as const;
      throw new TypeError(`${caller} needs values to be Float32Arrays; that of ${name} is none`);
    }),
  );
  return replaceWeights(artifacts, opened, changes);
}
