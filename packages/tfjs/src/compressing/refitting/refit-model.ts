import type { Notice } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type CalledModel, listCalls } from '../../model/list-calls.js';
import { recordInputs } from '../calls/record-inputs.js';
import { createValues, type Values } from '../calls/values.js';
import type { Seen } from './gather-moments.js';
import type { KeptRows } from './kept-rows.js';
import { type LayerPair, type LayerPart, pairLayers } from './part-pair.js';
import { readWeights } from './part-weights.js';
import { type RefitPlan, solvePart } from './solve-part.js';

/** What a refit is of. */
export interface RefitWork {
  readonly dense: LayersModel;
  /** Written to: the same layers by the same names. */
  readonly pruned: LayersModel;
  /** Of each batch the tensors of the model's inputs; the same for both models. */
  readonly batches: readonly (readonly tf.Tensor[])[];
  readonly plan: RefitPlan;
  readonly kept: KeptRows;
  /** Samples that a product is refitted on, at most. */
  readonly most: number;
  readonly onLayer?: ((name: string, done: number, total: number) => void) | undefined;
}

/** What became of a layer or cell. */
export interface RefittedPart {
  readonly name: string;
  /** Names of its weights, as they are saved. */
  readonly weights: readonly string[];
  readonly error?: { readonly before: number; readonly after: number };
}

/** What {@link refitModel} did. */
export interface ModelRefit {
  readonly parts: readonly RefittedPart[];
  readonly notices: readonly Notice[];
}

/** Thrown where a layer's inputs need the layer itself, and caught where that can be done without. */
const NEEDS_ITSELF = Symbol('a layer that is fed by itself');

/**
 * Masks and refits the layers of a model, one after the other, each on what the layers before it give once they are
 * pruned. Both models are run once: every layer is called for all batches as soon as it is refitted. A layer that is called
 * several times is refitted on the inputs of all calls that do not depend on it.
 *
 * @throws PruneError `unsupported` when the models are not made alike; `not-finite`
 */
export async function refitModel(work: RefitWork): Promise<ModelRefit> {
  const [dense, pruned] = [start(work.dense, work.batches), start(work.pruned, work.batches)];
  const pairs = pairLayers(dense.model, pruned.model);
  const pairOf = new Map(pairs.flatMap((pair) => pair.calls.map((call) => [call, pair] as const)));
  const settled = new Set<LayerPair>();
  const open = new Set<LayerPair>();
  const parts: RefittedPart[] = [];
  const notices: Notice[] = [];

  const make = async (call: number): Promise<void> => {
    if (dense.values.isMade(call)) return;
    await makeInputs(call);
    await settle(pairOf.get(call)!);
    if (dense.values.isMade(call)) return;
    dense.values.make(call);
    pruned.values.make(call);
  };

  const makeInputs = async (call: number): Promise<void> => {
    for (const { call: before } of dense.model.calls[call]!.inputs)
      if (before !== undefined) await make(before);
  };

  /** The calls of a layer whose inputs are there without the layer itself. */
  const reachable = async (pair: LayerPair): Promise<number[]> => {
    const calls: number[] = [];
    for (const call of pair.calls) {
      try {
        await makeInputs(call);
        calls.push(call);
      } catch (error) {
        if (error !== NEEDS_ITSELF) throw error;
      }
    }
    if (calls.length === 0) throw NEEDS_ITSELF;
    return calls;
  };

  const settle = async (pair: LayerPair): Promise<void> => {
    if (settled.has(pair)) return;
    if (open.has(pair)) throw NEEDS_ITSELF;
    open.add(pair);
    try {
      const calls = await reachable(pair);
      for (const part of pair.parts) {
        const names = [...part.pruned.weights.values()].map(({ originalName }) => originalName);
        if (names.every((name) => work.plan.sparsityOf(name) === undefined)) continue;
        const { dense: wanted, pruned: own } = part.layers;
        const weights = { dense: await readWeights(wanted), pruned: await readWeights(own) };
        const look = () => recordAll(part, { dense, pruned }, calls);
        const { kept, most } = work;
        const solved = await solvePart(part, { look, most, weights, kept }, work.plan);
        const { error } = solved;
        parts.push({ name: part.pruned.name, weights: names, ...(error === undefined ? {} : { error }) });
        notices.push(...solved.notices);
      }
      settled.add(pair);
      work.onLayer?.(pair.name, settled.size, pairs.length);
    } finally {
      open.delete(pair);
    }
  };

  try {
    for (const call of dense.model.calls.keys()) await make(call);
    return { parts, notices };
  } finally {
    dense.values.dispose();
    pruned.values.dispose();
  }
}

/** A model that is being run layer by layer. */
interface RunningModel {
  readonly model: CalledModel;
  readonly values: Values;
}

function recordAll(
  { layers }: LayerPart,
  { dense, pruned }: { readonly dense: RunningModel; readonly pruned: RunningModel },
  calls: readonly number[],
): Seen[] {
  const seen: Seen[] = [];
  for (const call of calls) {
    for (let batch = 0; batch < dense.values.batches; batch += 1) {
      const record = ({ model, values }: RunningModel, layer: typeof layers.dense) =>
        recordInputs(model.calls[call]!, values.inputs(call, batch), layer);
      const [wanted, own] = [record(dense, layers.dense), record(pruned, layers.pruned)];
      seen.push(...own.map((tensors, i) => ({ pruned: tensors, dense: wanted[i]! })));
    }
  }
  return seen;
}

function start(model: LayersModel, batches: RefitWork['batches']): RunningModel {
  const called = listCalls(model);
  return { model: called, values: createValues(called, batches) };
}
