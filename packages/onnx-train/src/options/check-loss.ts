import {
  describe,
  isRecord,
  requireBoolean,
  requireChoice,
  requireFinite,
  requireKind,
  requireOptions,
} from '@synaprune/core/checks';
import { requireAbove0, requireAtLeast0, requireBelow1 } from './check-float32.js';

/** What each loss may be told beside its kind. */
const losses = {
  mse: ['sampleWeights'],
  mae: ['sampleWeights'],
  huber: ['delta', 'sampleWeights'],
  crossEntropy: ['from', 'targets', 'axis', 'classWeights', 'ignoreIndex', 'labelSmoothing', 'sampleWeights'],
  binaryCrossEntropy: ['from', 'positiveWeight', 'labelSmoothing', 'sampleWeights'],
  distillation: ['temperature', 'axis', 'sampleWeights'],
  output: ['name'],
} as const;
/** Losses that have a name alone. */
const named = ['mse', 'mae', 'huber', 'crossEntropy', 'binaryCrossEntropy', 'distillation'] as const;

/** Indices as far as a float32 holds every one. */
const LARGEST_INDEX = 2 ** 24;

/**
 * @param outputs the option of the same name, which terms of a loss take the place of
 * @throws TypeError | RangeError when a loss is unknown, or a setting of it is unknown or out of range
 */
export function checkLosses(caller: string, loss: unknown, outputs: unknown): void {
  if (!Array.isArray(loss)) {
    checkLoss(caller, 'loss', loss);
    return;
  }
  if (loss.length === 0) throw new TypeError(`${caller} needs loss to have a term, got an empty list`);
  if (outputs !== undefined) {
    throw new TypeError(
      `${caller} takes outputs with one loss; terms of a loss name their output themselves`,
    );
  }
  loss.forEach((term: unknown, index) => {
    const field = `loss[${index}]`;
    requireOptions(caller, field, term, ['loss', 'output', 'weight', 'targets']);
    checkLoss(caller, `${field}.loss`, term.loss);
    if (term.weight !== undefined) requireAbove0(caller, `${field}.weight`, term.weight);
    const isOutput = isRecord(term.loss) && term.loss.kind === 'output';
    for (const name of ['output', 'targets']) {
      const value = term[name];
      if (isOutput && value !== undefined) {
        throw new TypeError(`${caller} takes no ${field}.${name} where the loss is itself an output`);
      }
      if (typeof value === 'string' || (value === undefined && (isOutput || name === 'targets'))) continue;
      throw new TypeError(`${caller} needs ${field}.${name} to be a name, got ${describe(value)}`);
    }
  });
}

function checkLoss(caller: string, field: string, loss: unknown): void {
  if (typeof loss === 'string') {
    requireChoice(caller, field, loss, named);
    return;
  }
  if (!isRecord(loss)) {
    throw new TypeError(
      `${caller} needs ${field} to be one of ${named.join(', ')}, or an object with such a kind, got ${describe(loss)}`,
    );
  }
  requireKind(caller, field, loss, losses);
  for (const name of ['delta', 'temperature']) {
    if (loss[name] !== undefined) requireAbove0(caller, `${field}.${name}`, loss[name]);
  }
  const { temperature } = loss;
  if (typeof temperature === 'number') {
    const squared = Math.fround(Math.fround(temperature) ** 2);
    if (squared === 0 || !Number.isFinite(squared)) {
      throw new RangeError(
        `${caller} needs ${field}.temperature with a square that float32 holds, got ${temperature}, of which it becomes ${squared}`,
      );
    }
  }
  if (loss.from !== undefined) requireChoice(caller, `${field}.from`, loss.from, ['logits', 'probabilities']);
  if (loss.targets !== undefined) {
    requireChoice(caller, `${field}.targets`, loss.targets, ['oneHot', 'indices']);
  }
  if (loss.sampleWeights !== undefined) requireBoolean(caller, `${field}.sampleWeights`, loss.sampleWeights);
  if (loss.axis !== undefined) requireInteger(caller, `${field}.axis`, loss.axis);
  checkClasses(caller, field, loss);
  if (loss.kind === 'output' && typeof loss.name !== 'string') {
    throw new TypeError(
      `${caller} needs ${field}.name to be the name of the output that is the loss, got ${describe(loss.name)}`,
    );
  }
}

function checkClasses(caller: string, field: string, loss: Readonly<Record<string, unknown>>): void {
  const { labelSmoothing, ignoreIndex, classWeights, positiveWeight } = loss;
  if (labelSmoothing !== undefined) requireBelow1(caller, `${field}.labelSmoothing`, labelSmoothing);
  if (ignoreIndex !== undefined) {
    requireInteger(caller, `${field}.ignoreIndex`, ignoreIndex);
    if (Math.abs(ignoreIndex as number) > LARGEST_INDEX) {
      throw new RangeError(
        `${caller} needs ${field}.ignoreIndex within ±${LARGEST_INDEX}, which float32 tells apart, got ${ignoreIndex}`,
      );
    }
    if (loss.targets !== 'indices') {
      throw new TypeError(
        `${caller} takes ${field}.ignoreIndex where targets are indices (targets: 'indices')`,
      );
    }
  }
  if (classWeights !== undefined) {
    requireNumbers(caller, `${field}.classWeights`, classWeights, requireAtLeast0);
    if (classWeights.every((weight) => weight === 0)) {
      throw new RangeError(
        `${caller} needs ${field}.classWeights of at least 0, and one above, got zeros alone`,
      );
    }
  }
  if (Array.isArray(positiveWeight)) {
    requireNumbers(caller, `${field}.positiveWeight`, positiveWeight, requireAbove0);
  } else if (positiveWeight !== undefined) requireAbove0(caller, `${field}.positiveWeight`, positiveWeight);
}

function requireNumbers(
  caller: string,
  field: string,
  list: unknown,
  requireOne: (caller: string, field: string, value: unknown) => void,
): asserts list is readonly number[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(`${caller} needs ${field} to be a list of numbers, got ${describe(list)}`);
  }
  // By index, as what goes over an array leaves its holes out.
  for (let index = 0; index < list.length; index += 1) requireOne(caller, `${field}[${index}]`, list[index]);
}

function requireInteger(caller: string, field: string, value: unknown): void {
  requireFinite(caller, field, value);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`${caller} needs ${field} to be a whole number, got ${value}`);
  }
}
