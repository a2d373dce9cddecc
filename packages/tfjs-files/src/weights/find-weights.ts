import { readSelect, type Select } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import { chooseBySelect, SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import type { TfjsArtifacts, WeightDtype } from '../artifacts/artifacts.js';
import type { OpenedModel, StoredWeight } from '../artifacts/open-artifacts.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import type { WeightRole, WeightUse } from '../roles/role.js';
import { type Surveyed, survey } from './survey.js';

/** One weight of a model, and whether it is to be pruned. */
export interface TfjsWeight {
  /** As `weightSpecs` have it. */
  readonly name: string;
  /** Where it is: the name of its node, behind that of a function that it is in; the path of its layer and its name there. */
  readonly place: string;
  readonly shape: readonly number[];
  /** The type that the model sees. */
  readonly dtype: WeightDtype;
  /** The type that its elements are kept in. */
  readonly storage: WeightDtype | 'uint8' | 'uint16' | 'float16';
  readonly elements: number;
  /** Elements that are ±0, or the code nearest to it; `undefined` where the weight cannot be pruned. */
  readonly zeros: number | undefined;
  /** The inputs that it feeds; the layer that it belongs to. */
  readonly uses: readonly WeightUse[];
  /** What it does at its uses; `shared` where they differ. */
  readonly role: WeightRole | 'shared' | 'unused';
  /** Codes with a scale and a min, pruned to the code of zero. */
  readonly quantised: boolean;
  readonly pruned: boolean;
  /** Why it is pruned or left alone. */
  readonly reason: string;
}

/** What to prune in a model. */
export interface TfjsWeightOptions {
  /**
   * Which weights are pruned, instead of the usual choice or out of it. `include`: exactly what these pick. A name picks
   * any weight that can be pruned; a pattern or predicate looks only at those of two or more dimensions, so that
   * `/lstm/` takes no bias along. `exclude`: of what would be pruned, leave these out. `minElements`: fewest elements of
   * a kernel that is pruned without being named; unless told, the usual choice takes 64, or in a small model fewer, down
   * to a hundredth of what all kernels have.
   */
  readonly select?: Select;
}

/** The keys of {@link TfjsWeightOptions}. */
export const WEIGHT_OPTIONS: readonly string[] = ['select'];

/** Where what picks weights is given, for whoever gives it beside `select`. */
export const WEIGHT_ELSEWHERE: Readonly<Record<string, string>> = {
  ...SELECT_ELSEWHERE,
  externalData: 'shards are given to decodeTfjs',
};

/** A weight with what is needed to prune it. */
export interface ChosenWeight {
  readonly weight: TfjsWeight;
  readonly surveyed: Surveyed;
}

/** A model, and what of it is pruned. */
export interface ChosenWeights {
  readonly opened: OpenedModel;
  readonly chosen: readonly ChosenWeight[];
}

/**
 * Finds the weights of a model of TensorFlow.js and chooses what to prune. In a graph model what they feed decides,
 * through what only changes a form (`Identity`, `Cast`, `Transpose`, `Reshape`), through what is computed of constants,
 * and into functions, branches and loops; in a layers model the layer that they belong to, in nested models, wrappers
 * and recurrent cells too. Nothing is executed.
 *
 * The usual choice are the kernels of convolutions, dense and recurrent layers, `MatMul` and `Einsum`, of two or more
 * dimensions and at least `select.minElements` elements. Left alone are embeddings, biases, normalisation, what also
 * does something else, and bases that nobody learned: the tables of Fourier transforms and mel matrices;
 * `select.include` overrules that.
 *
 * Every weight of the model is listed, in the order of `weightSpecs`, with zeros counted. The artifacts are not changed.
 *
 * @param artifacts as `tf.io` passes them around, or {@link decodeTfjs} returns them
 * @throws TypeError when `artifacts` is no such value, or an option has a wrong type
 * @throws PruneError `bad-model`; `external-data` when the artifacts come without weights; `unmatched-selector` when a
 *   selector picks nothing (the message lists what there is); `unsupported` when `select.include` names a weight that
 *   cannot be pruned
 *
 * @example
 * ```ts
 * import { findTfjsWeights } from '@synaprune/tfjs-files';
 *
 * const layer = { class_name: 'Dense', config: { name: 'out', units: 16, batch_input_shape: [null, 8] } };
 * const weights = findTfjsWeights({
 *   modelTopology: { class_name: 'Sequential', config: { name: 'model', layers: [layer] } },
 *   weightSpecs: [
 *     { name: 'out/kernel', shape: [8, 16], dtype: 'float32' },
 *     { name: 'out/bias', shape: [16], dtype: 'float32' },
 *   ],
 *   weightData: new Float32Array(144).fill(0.5).buffer,
 * });
 * console.log(weights.map(({ pruned, reason }) => `${pruned}: ${reason}`)); // [ 'true: kernel of Dense', 'false: bias of Dense' ]
 * ```
 */
export function findTfjsWeights(
  artifacts: TfjsArtifacts,
  options: TfjsWeightOptions = {},
): readonly TfjsWeight[] {
  requireOptions('findTfjsWeights', '', options, WEIGHT_OPTIONS, WEIGHT_ELSEWHERE);
  return chooseWeights('findTfjsWeights', artifacts, options).chosen.map(({ weight }) => weight);
}

/** {@link findTfjsWeights}, with what is needed to prune. */
export function chooseWeights(
  caller: string,
  artifacts: TfjsArtifacts,
  { select }: TfjsWeightOptions,
): ChosenWeights {
  const { minElements } = readSelect(caller, select);
  const opened = openArtifacts(caller, artifacts);
  const usual = survey(artifacts, opened, minElements).map(
    (surveyed): ChosenWeight => ({ surveyed, weight: describeWeight(surveyed) }),
  );
  return { opened, chosen: chooseBySelect(caller, usual, select) };
}

function describeWeight({ stored, assigned, format, zeros, pruned, reason }: Surveyed): TfjsWeight {
  const { name, shape, dtype, elements } = stored;
  const { place, uses, role } = assigned;
  const quantised = stored.quantization !== undefined && stored.quantization.dtype !== 'float16';
  const storage = storageOf(stored);
  return {
    name,
    place,
    shape,
    dtype,
    storage,
    elements,
    zeros: typeof format === 'string' ? undefined : zeros,
    uses,
    role,
    quantised,
    pruned,
    reason,
  };
}

function storageOf({ dtype, quantization }: StoredWeight): TfjsWeight['storage'] {
  return quantization?.dtype ?? dtype;
}
