import { readSelect, type Select } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import { chooseBySelect, SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import { showPlace } from '../bytes/wire.js';
import type { DataType } from '../elements/element-type.js';
import { requireRangesApart } from '../external/file-range.js';
import { type ExternalData, takeExternalData } from '../external/given-files.js';
import type { WeightUse } from '../roles/assign.js';
import { judgeTensors } from '../roles/verdict.js';
import type { Reach } from '../view/model-view.js';
import { knownZeros, type Surveyed, survey } from './survey.js';

/** One tensor of a model, and whether it is to be pruned. */
export interface OnnxWeight {
  /** Its name in the graph, or its place where several graphs of the model have a tensor of that name. */
  readonly name: string;
  /** Where it is, through the nodes whose attributes hold its graph: `graph/If_0.then_branch/weight`. */
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: DataType;
  readonly elements: number;
  /**
   * Elements that are ±0, or the zero point; `undefined` where they cannot be told. Counted when it is first asked for,
   * also by a spread or `JSON.stringify`: until then the bytes have to be there and as they were.
   */
  readonly zeros: number | undefined;
  /** The inputs that it feeds. */
  readonly uses: readonly WeightUse[];
  /** What it does at its uses; `shared` where they differ. */
  readonly role: Surveyed['role'];
  /** Integers with a scale and zero point, pruned to the zero point. */
  readonly quantised: boolean;
  /** How the file holds it. */
  readonly storage: 'raw' | 'typed' | 'external' | 'sparse' | 'none';
  readonly pruned: boolean;
  /** Why it is pruned or left alone. */
  readonly reason: string;
}

/** What to prune in a model. */
export interface WeightOptions {
  /**
   * Which weights are pruned, instead of the usual choice or out of it. `include`: exactly what these pick. A name picks
   * any weight that can be pruned; a pattern or predicate looks only at those of two or more dimensions, so that
   * `/lstm/` takes no bias along. `exclude`: of what would be pruned, leave these out. `minElements`: fewest elements of
   * a kernel that is pruned without being named; unless told, the usual choice takes 64, or in a small model fewer, down
   * to a hundredth of what all kernels have.
   */
  readonly select?: Select;
  /**
   * The files that the model keeps weights in, as bytes, by the names that it has for them:
   * `{ 'model.onnx.data': bytes }`. All of them and no other. They are not changed.
   */
  readonly externalData?: ExternalData;
}

/** The keys of {@link WeightOptions}. */
export const WEIGHT_OPTIONS: readonly string[] = ['select', 'externalData'];

/** A weight with what is needed to prune it. */
export interface ChosenWeight {
  readonly weight: OnnxWeight;
  readonly surveyed: Surveyed;
}

/**
 * Finds the weights of an ONNX model, where they really are: initializers, `Constant` nodes, the graphs inside
 * `If`, `Loop` and `Scan`, and the model's own functions; and chooses what to prune by the inputs they feed,
 * through `Identity`, `Cast`, `Transpose`, `DequantizeLinear` and others that only change a form, and through what is
 * computed of constants.
 *
 * The usual choice are the kernels of convolutions, `Gemm`, `MatMul`, `Einsum`, `LSTM`, `GRU` and `RNN`, and of the
 * quantised and fused forms of ONNX Runtime, of two or more dimensions and at least `select.minElements` elements. Left
 * alone are embeddings (`Gather`), biases, normalisation, what also does something else, and bases that nobody
 * learned: the tables of Fourier transforms and mel matrices; `select.include` overrules that. Training masks the same ones.
 *
 * Every tensor of the model is listed, a graph's before those of the graphs inside it. Of large ones hardly anything is
 * read: `zeros` are counted when they are asked for. The bytes are not changed. Weights in files that were not given are
 * listed too, without `zeros`.
 *
 * @throws TypeError when `bytes` is no `Uint8Array`, or an option has a wrong type
 * @throws PruneError `bad-model`; `external-data` when `externalData` is not what the model says; `unmatched-selector`
 *   when a selector picks nothing (the message lists what there is); `unsupported` when `select.include` names a weight
 *   that cannot be pruned
 *
 * @example
 * ```ts
 * import { findWeights } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const model = buildModel({
 *   tensors: { kernel: { shape: [8, 16], data: new Float32Array(128).fill(0.5) } },
 *   nodes: [['MatMul', ['x', 'kernel'], ['y']]],
 * });
 * const [weight] = findWeights(model);
 * console.log(weight?.place, weight?.pruned, weight?.reason); // graph/kernel true kernel of MatMul
 * ```
 */
export function findWeights(bytes: Uint8Array, options: WeightOptions = {}): readonly OnnxWeight[] {
  requireOptions('findWeights', '', options, WEIGHT_OPTIONS, SELECT_ELSEWHERE);
  return chooseWeights('findWeights', bytes, options).map(({ weight }) => weight);
}

/** {@link findWeights}, with what is needed to prune. */
export function chooseWeights(
  caller: string,
  bytes: Uint8Array,
  { select, externalData }: WeightOptions,
  reach?: Reach,
): readonly ChosenWeight[] {
  const { minElements } = readSelect(caller, select);
  const files = externalData === undefined ? undefined : takeExternalData(externalData);
  const surveyed = survey(caller, bytes, files ?? reach);
  const judged = judgeAll(surveyed, minElements);
  const usual = surveyed.map(
    (each, i): ChosenWeight => ({ surveyed: each, weight: describeWeight(bytes, each, judged[i]!) }),
  );
  const all = chooseBySelect(caller, usual, select, ({ place }) => showPlace(place));
  files?.requireAllUsed();
  requireRangesApart(
    all.flatMap(({ weight, surveyed: { tensor } }) =>
      tensor.storage.kind === 'external' && tensor.storage.data !== undefined
        ? [{ ...tensor.storage.data, place: tensor.place, changes: weight.pruned }]
        : [],
    ),
  );
  return all;
}

function describeWeight(
  bytes: Uint8Array,
  surveyed: Surveyed,
  { pruned, reason }: Pick<OnnxWeight, 'pruned' | 'reason'>,
): OnnxWeight {
  const { tensor, name, uses, role, quantised } = surveyed;
  let counted: { readonly zeros: number | undefined } | undefined;
  const weight: OnnxWeight = {
    name,
    place: tensor.place,
    shape: tensor.shape,
    dataType: tensor.type.name,
    elements: tensor.elements,
    get zeros() {
      counted ??= { zeros: knownZeros(bytes, surveyed) };
      return counted.zeros;
    },
    uses,
    role,
    quantised,
    storage: tensor.nonZeros === undefined ? tensor.storage.kind : 'sparse',
    pruned,
    reason,
  };
  return shownWhole(weight);
}

/** What consoles of Node, Deno and Bun call, which show no value that is computed when it is asked for. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

function shownWhole<Weight extends object>(weight: Weight): Weight {
  return Object.defineProperty(weight, INSPECT, {
    value(this: Weight) {
      return { ...this };
    },
  });
}

/** What the usual choice makes of each tensor, and why. */
function judgeAll(
  all: readonly Surveyed[],
  minElements: number | undefined,
): { readonly pruned: boolean; readonly reason: string }[] {
  return judgeTensors(all, minElements).map(({ kernel, reason, small }, i) => {
    if (!kernel) return { pruned: false, reason };
    const { format } = all[i]!;
    const unfit = typeof format === 'string' ? format : small;
    return unfit === undefined ? { pruned: true, reason } : { pruned: false, reason: `${reason}, ${unfit}` };
  });
}
