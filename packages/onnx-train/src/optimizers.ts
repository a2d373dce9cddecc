import { add, divide, multiply, subtract } from './arithmetic.js';
import type { Graph } from './graph.js';
import type { Optimizer, OptimizerSettings } from './options.js';
import type { OptimizerSlot } from './training-step.js';
import type { Value } from './value.js';

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

/** The update rule of an optimizer. @throws RangeError when a setting is out of range */
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
    default:
      throw new TypeError(`an optimizer is sgd, adam, adamw or rmsprop, got ${JSON.stringify(optimizer)}`);
  }
}

function fraction(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${name} lies in [0, 1), got ${value}`);
  return value;
}

/** Far above the smallest float32, since it is multiplied by numbers below 1 and divides. */
function positive(name: string, value: number): number {
  if (!(value >= 1e-30 && Number.isFinite(value)))
    throw new RangeError(`${name} is 1e-30 or above, got ${value}`);
  return value;
}

function decayOf(value: number): number {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`weightDecay is 0 or above, got ${value}`);
  return value;
}

const decayed = (graph: Graph, gradient: Value, weight: Value, decay: number): Value =>
  decay === 0 ? gradient : add(graph, gradient, multiply(graph, weight, decay));

function sgd(settings: OptimizerSettings & { kind: 'sgd' }): UpdateRule {
  const momentum = fraction('momentum', settings.momentum ?? 0);
  const decay = decayOf(settings.weightDecay ?? 0);
  const nesterov = settings.nesterov === true;
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
  const beta1 = fraction('beta1', settings.beta1 ?? 0.9);
  const beta2 = fraction('beta2', settings.beta2 ?? 0.999);
  const epsilon = positive('epsilon', settings.epsilon ?? 1e-8);
  const decoupled = settings.kind === 'adamw';
  const decay = decayOf(settings.weightDecay ?? (decoupled ? 0.01 : 0));
  return {
    settings: { kind: settings.kind, beta1, beta2, epsilon, weightDecay: decay },
    slots: ['m', 'v'],
    needsCleanGradient: false,
    prepare: (graph, { learningRate, step }) => {
      const correction = (beta: number) => subtract(graph, 1, graph.add('Pow', [graph.scalar(beta), step]));
      const root = graph.add('Sqrt', [correction(beta2)]);
      // lr·(m / c1) / (√(v / c2) + e) = (lr·√c2 / c1)·m / (√v + e·√c2): all corrections on scalars.
      const rate = divide(graph, multiply(graph, learningRate, root), correction(beta1));
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
  const rate = fraction('decay', settings.decay ?? 0.9);
  const momentum = fraction('momentum', settings.momentum ?? 0);
  const epsilon = positive('epsilon', settings.epsilon ?? 1e-7);
  const decay = decayOf(settings.weightDecay ?? 0);
  return {
    settings: { kind: 'rmsprop', decay: rate, momentum, epsilon, weightDecay: decay },
    slots: momentum === 0 ? ['square'] : ['square', 'momentum'],
    needsCleanGradient: true,
    prepare:
      (graph, { learningRate }) =>
      (weight, raw, slots, mask) => {
        const gradient = decayed(graph, raw, weight, decay);
        const squared = multiply(graph, multiply(graph, gradient, gradient), 1 - rate);
        const square = mask(add(graph, multiply(graph, slots[0]!, rate), squared));
        const size = graph.add('Sqrt', [add(graph, square, epsilon)]);
        const change = multiply(graph, divide(graph, gradient, size), learningRate);
        if (momentum === 0) return { weight: subtract(graph, weight, change), slots: [square] };
        const sum = mask(add(graph, multiply(graph, slots[1]!, momentum), change));
        return { weight: subtract(graph, weight, sum), slots: [square, sum] };
      },
  };
}
