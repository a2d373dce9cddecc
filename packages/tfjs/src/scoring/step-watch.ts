import { type NamedWeight, PruneError, type Signal, type Signals } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { slotsOf } from '../internals/optimizer-slots.js';
import type { TensorObserver } from './observer.js';
import { type KernelPlace, kernelPlaces } from './signals/kernel-places.js';
import { type LayerMeans, type LayerSignal, type WatchedLayers, watchLayers } from './signals/layer-means.js';

/** The gradient of one variable. */
export interface NamedGradient {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** Shows observers what each step shows. Made by {@link createStepWatch}. */
export interface StepWatch {
  /**
   * Goes over to these weights, whose layers are looked at from then on.
   *
   * @throws PruneError `unsupported` when a signal cannot be had of some of them, or of the optimizer; it is as before then
   */
  follow(weights: readonly NamedWeight<tf.Variable>[], optimizer?: tf.Optimizer): void;
  /**
   * Before a step: takes what it will change. In a tidy.
   *
   * @returns to be called when the step is taken
   * @throws PruneError `unsupported` when it does not show what is needed
   */
  begin(optimizer: tf.Optimizer, gradients: readonly NamedGradient[]): () => void;
  /** Gives layers their own methods back. */
  release(): void;
}

const OF_LAYERS: readonly LayerSignal[] = ['inputSquare', 'inputMagnitude', 'outputMagnitude'];

/** Whether a signal is seen in the calls of layers alone. */
export function isOfLayers(signal: Signal): signal is LayerSignal {
  return (OF_LAYERS as readonly Signal[]).includes(signal);
}

/** @param model whose layers show what passes through; without it only what the optimizer shows can be had */
export function createStepWatch(
  observers: readonly Pick<TensorObserver, 'score' | 'see'>[],
  model: LayersModel | undefined,
): StepWatch {
  const needs = new Set(observers.flatMap(({ score }) => score.needs));
  const ofLayers = OF_LAYERS.filter((signal) => needs.has(signal));
  let weights: readonly NamedWeight<tf.Variable>[] = [];
  let places = new Map<tf.Variable, KernelPlace>();
  let watched: WatchedLayers = new Map();
  let means: LayerMeans | undefined;

  const momentsOf = (optimizer: tf.Optimizer) => {
    const moments = slotsOf(optimizer).find(({ kind }) => kind === 'secondMoment');
    if (moments !== undefined) return moments;
    throw unsupported(
      'secondMoment',
      `optimizer ${optimizer.getClassName()} keeps none: take adam or rmsprop`,
    );
  };
  const lookAt = (weight: tf.Variable, signal: LayerSignal): tf.Tensor | undefined => {
    const place = places.get(weight)!;
    const given = signal === 'outputMagnitude';
    const shape = [...place[given ? 'outputs' : 'inputs']!];
    const mean = means!.mean(place.layer, signal, given ? 0 : place.reads);
    // What a recurrent unit puts out stands for each of its gates.
    return mean && tf.reshape(tf.tile(mean, [tf.util.sizeFromShape(shape) / mean.size]), shape);
  };

  return {
    follow(next, optimizer) {
      if (needs.has('secondMoment') && optimizer !== undefined) momentsOf(optimizer);
      if (ofLayers.length > 0) {
        const found = model === undefined ? new Map<tf.Variable, KernelPlace>() : kernelPlaces(model);
        for (const signal of ofLayers) requirePlaces(signal, next, found);
        const own = new Map(next.map(({ weight }) => [found.get(weight)!.layer, found.get(weight)!.axis]));
        if (own.size !== watched.size || [...own.keys()].some((layer) => !watched.has(layer))) {
          means?.release();
          means = watchLayers(own, ofLayers);
          watched = own;
        }
        places = found;
      }
      weights = next;
    },
    begin(optimizer, gradients) {
      const order = new Map(gradients.map(({ name }, i) => [name, i]));
      const taken = weights.flatMap(({ name, weight }) => {
        const at = order.get(weight.name);
        const gradient = at === undefined ? undefined : gradients[at]!.tensor;
        // What a step has no gradient of, it leaves alone, and says nothing of.
        return gradient == null ? [] : [{ name, weight, at: at!, gradient, before: weight.clone() }];
      });
      const moments = needs.has('secondMoment') && taken.length > 0 ? momentsOf(optimizer) : undefined;
      const layered = ofLayers.map((signal) => {
        const values = taken.map(({ weight }) => lookAt(weight, signal));
        const missing = taken.filter((_, i) => values[i] === undefined).map(({ name }) => name);
        if (missing.length > 0) {
          throw unsupported(
            signal,
            `the layers of ${listNames(missing)} were not called since the last step`,
          );
        }
        return [signal, values] as const;
      });
      return () => {
        const after = moments && slotsOf(optimizer).find(({ kind }) => kind === 'secondMoment')!.variables;
        const seen = taken.map(({ weight, at, gradient, before }, i) => ({
          weight,
          signals: Object.assign(
            { weight: before, gradient, ...(after && { secondMoment: after[at]! }) },
            ...layered.map(([signal, values]) => ({ [signal]: values[i]! })),
          ) as Signals<tf.Tensor>,
        }));
        for (const observer of observers) observer.see(seen);
        means?.forget();
      };
    },
    release() {
      means?.release();
      watched = new Map();
      weights = [];
    },
  };
}

/** @throws PruneError that names the weights of which a signal of layers cannot be had */
function requirePlaces(
  signal: LayerSignal,
  weights: readonly NamedWeight<tf.Variable>[],
  places: ReadonlyMap<tf.Variable, KernelPlace>,
): void {
  const side = signal === 'outputMagnitude' ? 'outputs' : 'inputs';
  const missing = weights
    .filter(({ weight }) => places.get(weight)?.[side] === undefined)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  throw unsupported(
    signal,
    `${listNames(missing)} ${missing.length === 1 ? 'is no kernel' : 'are no kernels'} of a dense layer, a ` +
      'convolution or a recurrent cell that shows it: leave them out with select: { exclude }, or take another score',
  );
}

function unsupported(signal: Signal, why: string): PruneError {
  return new PruneError('unsupported', `the score needs ${signal}, and ${why}`);
}
