import { type Notice, type PatternOption, PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { ScaleLayout } from '@synaprune/onnx/graph';
import {
  chooseMask,
  createMoments,
  dampingFor,
  type MaskOptions,
  type Moments,
  type RefitError,
  refitRows,
} from '@synaprune/refit';
import { columnBudget, type LayerInputs, sampledOf, shareColumns } from '../capture/layers/columns.js';
import { type Layer, matrixOf, putMatrix, type Unfit } from '../capture/layers/layer.js';
import type { DenseOutputs } from './dense-outputs.js';
import { roundWeight } from './round-weight.js';

/** Where a weight is used, and what it reads there. */
export interface LayerUse {
  /** In the model that is refitted. */
  readonly layer: Layer;
  /** In the dense model. */
  readonly dense: Layer;
  readonly inputs: LayerInputs;
}

/** What is done to a weight. */
export interface FitOptions {
  readonly name: string;
  readonly uses: readonly LayerUse[];
  /** Its elements in the dense model. */
  readonly denseWeight: Float32Array;
  /** Its elements before it is pruned and refitted; a copy is returned. */
  readonly weight: Float32Array;
  /** The output of the dense layer that each output stands for, all parts in a row; the same ones unless told. */
  readonly standsFor?: Int32Array;
  /** How single weights are chosen; none go unless told. */
  readonly choose?: {
    readonly method: MaskOptions['method'];
    readonly sparsity: number;
    readonly pattern?: PatternOption | undefined;
    readonly swaps?: number;
  };
  readonly refit: boolean;
  /** How its elements share scales, where what is refitted is kept in 8 bits. */
  readonly layout?: ScaleLayout | undefined;
  readonly damping: number;
  readonly outputs: DenseOutputs;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a weight. */
export interface FittedWeight {
  readonly weight: Float32Array;
  /** What is added to each output, all parts in a row; undefined where the layer has no bias to take it. */
  readonly shifts: Float32Array | undefined;
  /** What a step of a code stands for, where there is a layout. */
  readonly scales?: Float32Array;
  readonly error: RefitError | undefined;
  readonly notices: readonly Notice[];
}

/**
 * Chooses what stays of a weight and refits it.
 *
 * @throws PruneError `not-finite` when activations hold NaN or Infinity
 */
export async function fitWeight(options: FitOptions): Promise<FittedWeight | Unfit> {
  const { name, uses, choose, refit, layout, damping, signal } = options;
  const { layer } = uses[0]!;
  const { parts, rows, features } = layer;
  const weight = options.weight.slice();
  const constant = refit && uses.length === 1 && layer.bias !== undefined;
  const moments = await momentsOf(options, constant);
  if ('why' in moments) return moments;
  let shifts: Float32Array | undefined = constant ? new Float32Array(parts * rows) : undefined;
  const notices: Notice[] = [];
  let [energy, before, after] = [0, 0, 0];
  for (let part = 0; part < parts; part += 1) {
    const own = moments[part]!;
    const matrix = matrixOf(layer, weight, part);
    const mask =
      choose !== undefined &&
      choose.sparsity > 0 &&
      (await chooseMask({
        weights: matrix,
        rows,
        moments: own,
        method: choose.method,
        sparsity: choose.sparsity,
        ...(choose.pattern === undefined ? {} : { pattern: choose.pattern }),
        ...(choose.swaps === undefined ? {} : { swaps: choose.swaps }),
      }));
    if (mask) {
      for (let i = 0; i < matrix.length; i += 1) if (((mask[i >> 3]! >> (i & 7)) & 1) === 0) matrix[i] = 0;
    }
    if (!refit) {
      putMatrix(layer, weight, part, matrix);
      continue;
    }
    const fitted = await refitRows({
      weights: matrix,
      rows,
      moments: own,
      damping: dampingFor(own, damping),
      ...(mask ? { mask } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    for (let row = 0; row < rows; row += 1) {
      if (layer.unfitted?.(row)) continue;
      for (let i = row * features; i < (row + 1) * features; i += 1) matrix[i] = fitted.weights[i]!;
      if (shifts !== undefined) shifts[part * rows + row] = fitted.constants![row]!;
    }
    putMatrix(layer, weight, part, matrix);
    const share = energyOf(own);
    energy += share;
    before += share * fitted.error.before;
    after += share * fitted.error.after;
    for (const { code, message } of fitted.notices) {
      if (!notices.some((each) => each.code === code)) {
        notices.push({ code, message: `${quote(name)}: ${message}`, weights: [name] });
      }
    }
  }
  let made: Float32Array = weight;
  let scales: Float32Array | undefined;
  if (refit && layout !== undefined) {
    const rounded = roundWeight(layer, weight, moments, layout);
    [made, shifts, scales] = [rounded.weight, rounded.shifts, rounded.scales];
    after = rounded.missed.reduce((sum, missed, part) => sum + missed * energyOf(moments[part]!), 0);
  }
  // Parts are small, and borders of a depthwise one are 0 as a rule: told is a layer that sees nothing at all.
  const told = notices.filter(({ code }) => parts === 1 || energy === 0 || code !== 'silent-features');
  const share = (missed: number) => (energy > 0 ? missed / energy : 0);
  const error = refit ? { before: share(before), after: share(after) } : undefined;
  return { weight: made, shifts, ...(scales === undefined ? {} : { scales }), error, notices: told };
}

/** The energy of a part's dense outputs. */
function energyOf({ denseGram }: Moments): number {
  return denseGram.reduce((sum, square) => sum + square, 0);
}

/** The moments of every part, all uses together. */
async function momentsOf(
  { name, uses, denseWeight, standsFor, outputs, signal }: FitOptions,
  constant: boolean,
): Promise<readonly Moments[] | Unfit> {
  const { layer: first, dense: denseFirst } = uses[0]!;
  const { parts, rows, features } = first;
  const builders = Array.from({ length: parts }, () =>
    createMoments({ features, denseFeatures: rows, dense: 'outputs', constant }),
  );
  const matrices = Array.from({ length: denseFirst.parts }, (_, part) =>
    matrixOf(denseFirst, denseWeight, part),
  );
  try {
    for (const { layer, dense, inputs } of uses) {
      const most = shareColumns(layer, dense, inputs, columnBudget(features));
      if ('why' in most) return most;
      for (const [sample, tensor] of inputs.pruned.entries()) {
        signal?.throwIfAborted();
        const other = inputs.dense[sample]!;
        const columns = layer.columnsOf(sampledOf(tensor), most[sample]!);
        const denseColumns =
          other === tensor && layer === dense ? columns : dense.columnsOf(sampledOf(other), most[sample]!);
        for (let part = 0; part < parts; part += 1) {
          const places = Int32Array.from({ length: rows }, (_, row) => {
            const at = part * rows + row;
            return standsFor?.[at] ?? at;
          });
          const from = Math.floor(places[0]! / dense.rows);
          const wanted = await outputs.of(denseColumns[from]!, matrices[from]!, dense.rows);
          builders[part]!.add(columns[part]!, pick(wanted, dense.rows, places, from));
        }
      }
    }
    return builders.map((builder) => builder.finish());
  } catch (error) {
    if (!(error instanceof PruneError) || error.code !== 'not-finite') throw error;
    throw new PruneError('not-finite', `what ${quote(name)} reads is not finite: ${error.message}`, {
      cause: error,
    });
  } finally {
    for (const builder of builders) builder.dispose();
  }
}

/** Of outputs `[samples, rows]` of a dense part those that are left. */
function pick(outputs: Float32Array, rows: number, places: Int32Array, part: number): Float32Array {
  if (places.length === rows && places[0] === part * rows) return outputs;
  const samples = outputs.length / rows;
  const left = new Float32Array(samples * places.length);
  for (let sample = 0; sample < samples; sample += 1) {
    for (let i = 0; i < places.length; i += 1) {
      left[sample * places.length + i] = outputs[sample * rows + places[i]! - part * rows]!;
    }
  }
  return left;
}
