import { describe, isRecord, requireChoice, requireFinite, requireKind } from '@synaprune/core/checks';

/** What each loss may be told beside its kind. */
const losses = {
  mse: [],
  mae: [],
  huber: ['delta'],
  crossEntropy: ['from', 'targets', 'axis'],
  binaryCrossEntropy: ['from'],
  output: ['name'],
} as const;
/** Losses that have a name alone. */
const named = ['mse', 'mae', 'huber', 'crossEntropy', 'binaryCrossEntropy'] as const;

/** @throws TypeError | RangeError when a loss is unknown, or a setting of it is unknown or out of range */
export function checkLoss(caller: string, loss: unknown): void {
  if (typeof loss === 'string') {
    requireChoice(caller, 'loss', loss, named);
    return;
  }
  if (!isRecord(loss)) {
    throw new TypeError(
      `${caller} needs loss to be one of ${named.join(', ')}, or an object with such a kind, got ${describe(loss)}`,
    );
  }
  requireKind(caller, 'loss', loss, losses);
  if (loss.delta !== undefined) requireAbove0(caller, 'loss.delta', loss.delta);
  if (loss.from !== undefined) requireChoice(caller, 'loss.from', loss.from, ['logits', 'probabilities']);
  if (loss.targets !== undefined) {
    requireChoice(caller, 'loss.targets', loss.targets, ['oneHot', 'indices']);
  }
  if (loss.axis !== undefined) {
    requireFinite(caller, 'loss.axis', loss.axis);
    if (!Number.isSafeInteger(loss.axis)) {
      throw new RangeError(`${caller} needs loss.axis to be a whole number, got ${loss.axis}`);
    }
  }
  if (loss.kind === 'output' && typeof loss.name !== 'string') {
    throw new TypeError(
      `${caller} needs loss.name to be the name of the output that is the loss, got ${describe(loss.name)}`,
    );
  }
}

/** Above 0 and finite: dividing by an infinite bound gives NaN. */
export function requireAbove0(caller: string, field: string, value: unknown): void {
  requireFinite(caller, field, value);
  if (value <= 0) throw new RangeError(`${caller} needs ${field} above 0, got ${value}`);
}
