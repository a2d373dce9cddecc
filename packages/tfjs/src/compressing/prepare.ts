import { type CompressedLayer, DAMPING } from '@synaprune/refit';
import type { ShrinkReport, TfjsArtifacts } from '@synaprune/tfjs-files';
import type { CompressChannels, CompressWeights } from './options.js';
import type { Matrices } from './parts/part-matrices.js';
import { planWeights, refittable } from './plan-weights.js';
import { createKeptRows, type KeptRows } from './refitting/kept-rows.js';
import type { RefitPlan } from './refitting/solve-part.js';
import type { CompressReport } from './report.js';

/** What is to become of a model, layers or graph, before any of it runs. */
export interface Prepared extends Pick<CompressReport, 'held' | 'notices'> {
  readonly plan: RefitPlan;
  readonly kept: KeptRows;
  /** Whether what layers are fed is looked at. */
  readonly looks: boolean;
  /** Names of weights that are pruned or became smaller. */
  readonly cut: ReadonlySet<string>;
  /** Elements that are gone, once the layers are as told. */
  removed(layers: readonly CompressedLayer[]): CompressReport['removed'];
  readonly shrunk?: ShrinkReport;
}

/**
 * Chooses single weights to go.
 *
 * @param within the matrices whose inputs can be looked at, by the names of weights
 * @throws TypeError | RangeError | PruneError as `planWeights` says
 */
export function prepareWeights(
  caller: string,
  artifacts: TfjsArtifacts,
  within: ReadonlyMap<string, Matrices>,
  options: CompressWeights,
): Prepared {
  const { sparsities, cut, elements: of, held, notices } = planWeights(caller, artifacts, within, options);
  const { method = 'wanda', pattern } = options;
  const how = refitOf(options);
  return {
    cut,
    looks: how.refit || method !== 'magnitude',
    plan: { sparsityOf: (name) => sparsities.get(name), method, pattern, ...how },
    kept: createKeptRows(() => undefined),
    removed(layers) {
      const gone = layers.map(({ name, elements, kept }) => (cut.has(name) ? elements - kept : 0));
      return { elements: gone.reduce((sum, each) => sum + each, 0), of };
    },
    held,
    notices,
  };
}

/** What stays where channels went, as `shrunk` tells, is to be refitted. */
export function prepareChannels(
  shrunk: ShrinkReport,
  artifacts: TfjsArtifacts,
  within: ReadonlyMap<string, Matrices>,
  options: CompressChannels,
): Prepared {
  const { tensors, parameters, held, notices } = shrunk;
  const axes = new Map(
    tensors.map(({ name, axes }) => [name, new Map(axes.map(({ axis, kept }) => [axis, kept]))]),
  );
  const how = refitOf(options);
  const fit = how.refit ? refittable(artifacts, within) : new Set<string>();
  return {
    cut: new Set(axes.keys()),
    looks: how.refit,
    plan: {
      sparsityOf: (name) => (fit.has(name) ? 0 : undefined),
      method: 'magnitude',
      pattern: undefined,
      ...how,
    },
    kept: createKeptRows((name) => axes.get(name)),
    removed: () => ({ elements: parameters.before - parameters.after, of: parameters.before }),
    held,
    shrunk,
    notices,
  };
}

const refitOf = ({ refit = true, damping = DAMPING, signal }: CompressWeights | CompressChannels) => ({
  refit,
  damping,
  signal,
});
