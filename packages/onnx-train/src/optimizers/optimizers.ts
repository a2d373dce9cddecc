import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, divide, multiply, subtract } from '../arithmetic/arithmetic.js';
import type { Optimizer, OptimizerSettings } from '../options/options.js';
import type { OptimizerSlot } from '../options/training-step.js';
import { biasCorrection } from './bias-correction.js';

/** The scalars of a step. */
export interface StepScalars {
  readonly learningRate: Value;
  readonly step: Value;
}

/** An update rule, its settings checked. */
export interface UpdateRule {
  /** Every setting, defaults filled in. */
  readonly settings: OptimizerSettings;
  readonly slots: readonly OptimizerSlot['kind'][];
  /**
   * Whether an update stays +0 for dropped elements only if their gradients are: the others read nothing but
   * cleaned slots.
   */
  readonly needsCleanGradient: boolean;
  /** Adds what does not depend on the weight, once, and returns the update of a weight. */
  prepare(graph: Graph, scalars: StepScalars): Update;
}

/**
 * From a weight, its gradient and its slots to the new weight and the new slots. `mask` cleans a new slot. A
 * dropped weight is +0 minus a change that is +0 or −0, which is +0: nothing is left to clean.
 */
export type Update = (
  weight: Value,
  gradient: Value,
  slots: readonly Value[],
  mask: (value: Value) => Value,
) => { readonly weight: Value; readonly slots: readonly Value[] };

/** The update rule of an optimizer, its settings checked before. */
export function updateRule(optimizer: Optimizer): UpdateRule {
  const settings: OptimizerSettings = typeof optimizer === 'string' ? { kind: optimizer } : optimizer;
  switch (settings.kind) {
    case 'sgd':
      return sgd(settings);
    case 'adam':
    case 'adamw':
      return adam(settings);
    case 'rmsprop':
      return rmsprop(settings);
    case 'adagrad':
      return adagrad(settings);
  }
}

const decayed = (graph: Graph, gradient: Value, weight: Value, decay: number): Value =>
  decay === 0 ? gradient : add(graph, gradient, multiply(graph, weight, decay));

function sgd(settings: OptimizerSettings & { kind: 'sgd' }): UpdateRule {
  const { momentum = 0, nesterov = false, weightDecay: decay = 0 } = settings;
  return {
    settings: { kind: 'sgd', momentum, nesterov, weightDecay: decay },
    slots: momentum === 0 ? [] : ['momentum'],
    needsCleanGradient: momentum === 0 || nesterov,
    prepare:
      (graph, { learningRate }) =>
      (weight, raw, slots, mask) => {
        const gradient = decayed(graph, raw, weight, decay);
        const descend = (direction: Value) =>
          subtract(graph, weight, multiply(graph, direction, learningRate));
        if (momentum === 0) return { weight: descend(gradient), slots: [] };
        const sum = mask(add(graph, multiply(graph, slots[0]!, momentum), gradient));
        const direction = nesterov ? add(graph, gradient, multiply(graph, sum, momentum)) : sum;
        return { weight: descend(direction), slots: [sum] };
      },
  };
}

function adam(settings: OptimizerSettings & { kind: 'adam' | 'adamw' }): UpdateRule {
  const decoupled = settings.kind === 'adamw';
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay: decay = decoupled ? 0.01 : 0 } = settings;
  return {
    settings: { kind: settings.kind, beta1, beta2, epsilon, weightDecay: decay },
    slots: ['m', 'v'],
    needsCleanGradient: false,
    prepare: (graph, { learningRate, step }) => {
      const root = graph.add('Sqrt', [biasCorrection(graph, beta2, step)]);
      // lr·(m / c1) / (√(v / c2) + e) = (lr·√c2 / c1)·m / (√v + e·√c2): all corrections on scalars.
      const rate = divide(graph, multiply(graph, learningRate, root), biasCorrection(graph, beta1, step));
      const bound = multiply(graph, root, epsilon);
      const shrink = decoupled && decay > 0 ? multiply(graph, learningRate, decay) : undefined;
      return (weight, raw, slots, mask) => {
        const gradient = decoupled ? raw : decayed(graph, raw, weight, decay);
        const m = mask(add(graph, multiply(graph, slots[0]!, beta1), multiply(graph, gradient, 1 - beta1)));
        const square = multiply(graph, gradient, gradient);
        const v = mask(add(graph, multiply(graph, slots[1]!, beta2), multiply(graph, square, 1 - beta2)));
        const size = add(graph, graph.add('Sqrt', [v]), bound);
        const change = multiply(graph, divide(graph, m, size), rate);
        const before = shrink ? subtract(graph, weight, multiply(graph, weight, shrink)) : weight;
        return { weight: subtract(graph, before, change), slots: [m, v] };
      };
    },
  };
}

function rmsprop(settings: OptimizerSettings & { kind: 'rmsprop' }): UpdateRule {
  const { form = 'pytorch', momentum = 0, centered = false, weightDecay = 0 } = settings;
  const inside = form === 'tensorflow';
  const { decay = inside ? 0.9 : 0.99, epsilon = inside ? 1e-7 : 1e-8 } = settings;
  return {
    settings: { kind: 'rmsprop', form, decay, momentum, centered, epsilon, weightDecay },
    slots: ['square', ...(centered ? ['mean' as const] : []), ...(momentum > 0 ? ['momentum' as const] : [])],
    needsCleanGradient: true,
    prepare: (graph, { learningRate }) => {
      const average = (before: Value, now: Value) =>
        add(graph, multiply(graph, before, decay), multiply(graph, now, 1 - decay));
      const root = (square: Value) => graph.add('Sqrt', [square]);
      return (weight, raw, slots, mask) => {
        const gradient = decayed(graph, raw, weight, weightDecay);
        const square = mask(average(slots[0]!, multiply(graph, gradient, gradient)));
        const mean = centered ? mask(average(slots[1]!, gradient)) : undefined;
        // Rounding must not leave less than nothing under the root.
        const spread = mean
          ? graph.add('Max', [subtract(graph, square, multiply(graph, mean, mean)), graph.scalar(0)])
          : square;
        const size = inside ? root(add(graph, spread, epsilon)) : add(graph, root(spread), epsilon);
        const change = divide(graph, gradient, size);
        const scaled = (value: Value) => multiply(graph, value, learningRate);
        const kept = mean ? [square, mean] : [square];
        if (momentum === 0) return { weight: subtract(graph, weight, scaled(change)), slots: kept };
        const before = multiply(graph, slots.at(-1)!, momentum);
        const sum = mask(add(graph, before, inside ? scaled(change) : change));
        return { weight: subtract(graph, weight, inside ? sum : scaled(sum)), slots: [...kept, sum] };
      };
    },
  };
}

function adagrad(settings: OptimizerSettings & { kind: 'adagrad' }): UpdateRule {
  const { learningRateDecay = 0, initial = 0, epsilon = 1e-10, weightDecay = 0 } = settings;
  return {
    settings: { kind: 'adagrad', learningRateDecay, initial, epsilon, weightDecay },
    slots: ['sum'],
    needsCleanGradient: true,
    prepare: (graph, { learningRate, step }) => {
      const slowed =
        learningRateDecay === 0
          ? learningRate
          : divide(
              graph,
              learningRate,
              add(graph, 1, multiply(graph, subtract(graph, step, 1), learningRateDecay)),
            );
      return (weight, raw, slots, mask) => {
        const gradient = decayed(graph, raw, weight, weightDecay);
        const sum = mask(add(graph, slots[0]!, multiply(graph, gradient, gradient)));
        // Slots begin at 0, as what is dropped has to, so that what sums begin with is added here.
        const root = graph.add('Sqrt', [initial === 0 ? sum : add(graph, sum, initial)]);
        const change = multiply(graph, divide(graph, gradient, add(graph, root, epsilon)), slowed);
        return { weight: subtract(graph, weight, change), slots: [sum] };
      };
    },
  };
}
