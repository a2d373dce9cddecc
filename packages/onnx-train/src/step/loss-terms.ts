import { PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import type { OutputLoss, TargetLoss } from '../options/loss-options.js';
import type { TrainingStepOptions } from '../options/options.js';
import { asList } from '../weights/choose-weights.js';

/** A part of the loss, everything filled in. */
export interface FilledTerm {
  readonly loss: TargetLoss | OutputLoss;
  readonly output: string;
  readonly weight: number;
  /** The name by which a batch gives its targets. */
  readonly targets: string;
}

/**
 * The parts of the loss, of outputs that there are.
 *
 * @throws PruneError `bad-model` where the model has no output
 * @throws RangeError where a part is of no output, or two take their targets by one name without saying so
 */
export function lossTerms(
  { loss, outputs }: TrainingStepOptions,
  existing: readonly string[],
): readonly FilledTerm[] {
  const settled = (one: string | TargetLoss | OutputLoss) =>
    (typeof one === 'string' ? { kind: one } : one) as TargetLoss | OutputLoss;
  if (!isList(loss)) {
    const only = settled(loss);
    const names = only.kind === 'output' ? [only.name] : asList(outputs ?? existing.slice(0, 1));
    if (names.length === 0) throw new PruneError('bad-model', 'the model has no output');
    return names.map((name) => {
      requireOutput(name, existing);
      return { loss: only, output: name, weight: 1, targets: name };
    });
  }
  const terms = loss.map(({ loss: given, output, weight = 1, targets }) => {
    const own = settled(given);
    const name = own.kind === 'output' ? own.name : output!;
    requireOutput(name, existing);
    return { loss: own, output: name, weight, targets: targets ?? name, isNamed: targets !== undefined };
  });
  const fed = terms.filter((term) => term.loss.kind !== 'output');
  const twice = fed.find((term, at) =>
    fed.some(
      (other, before) => before < at && other.targets === term.targets && !(other.isNamed && term.isNamed),
    ),
  );
  if (twice !== undefined) {
    throw new RangeError(
      `buildTrainingStep: two terms of the loss take their targets as ${quote(twice.targets)}; give each a name of its own, ` +
        `such as targets: 'teacher', or both the same where they share them`,
    );
  }
  return terms;
}

function isList(
  loss: TrainingStepOptions['loss'],
): loss is Extract<TrainingStepOptions['loss'], readonly unknown[]> {
  return Array.isArray(loss);
}

function requireOutput(name: string, existing: readonly string[]): void {
  if (existing.includes(name)) return;
  throw new RangeError(
    `buildTrainingStep: the model has no output ${quote(name)}; it has ${listNames(existing)}`,
  );
}
