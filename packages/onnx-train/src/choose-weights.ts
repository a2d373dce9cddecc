import { type Notice, PruneError, type Selector, selectWeights } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import type { WeightCandidate } from './candidates.js';
import type { TrainingStepOptions } from './options.js';
import type { Value } from './value.js';

/** A list of what may come alone. */
export function asList<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}

/**
 * The candidates to train.
 *
 * @throws PruneError `unmatched-selector`; `unsupported` when one is named that cannot be trained
 */
export function chooseTrainable(
  candidates: readonly WeightCandidate[],
  trainable: Selector | readonly Selector[] | undefined,
): readonly WeightCandidate[] {
  if (trainable === undefined) return candidates.filter(({ standing }) => standing === 'parameter');
  const selectors = asList(trainable);
  const refused = candidates.find(({ name, standing }) => standing === 'never' && selectors.includes(name));
  if (refused !== undefined) {
    throw new PruneError('unsupported', `${quote(refused.name)} cannot be trained: ${refused.reason}`);
  }
  return selectWeights(
    candidates.filter(({ standing }) => standing !== 'never'),
    selectors,
  );
}

/** Those that lead to the loss. A name that the caller spelled out has to. */
export function trainedOf(
  all: readonly WeightCandidate[],
  candidates: readonly WeightCandidate[],
  leaves: ReadonlyMap<string, Value>,
  gradients: ReadonlyMap<Value, Value>,
  trainable: Selector | readonly Selector[] | undefined,
  notices: readonly Notice[],
): readonly WeightCandidate[] {
  const flat = notices.find(({ code }) => code === 'flat-operator');
  const because = flat === undefined ? '' : `; on the way is ${flat.message}`;
  const trained = candidates.filter(({ name }) => gradients.has(leaves.get(name)!));
  if (trained.length === 0) {
    const left = all.filter((each) => !candidates.includes(each));
    const told = left.slice(0, 12).map(({ name, reason }) => `${quote(name)} (${reason})`);
    const why =
      told.length === 0 ? '' : `; left are ${told.join(', ')}, and trainable names what is to be trained`;
    throw new PruneError('no-weights', `nothing that could be trained leads to the loss${because}${why}`);
  }
  const found = new Set(trained.map(({ name }) => name));
  const lost = asList(trainable ?? []).find(
    (selector) => typeof selector === 'string' && !found.has(selector),
  );
  if (lost !== undefined) {
    throw new PruneError(
      'unmatched-selector',
      `the loss does not depend on ${quote(String(lost))}, only on ${listNames([...found])}${because}`,
    );
  }
  return trained;
}

/** Those that get a mask. @throws PruneError `unmatched-selector` */
export function chooseMasked(
  trained: readonly WeightCandidate[],
  masked: TrainingStepOptions['masked'],
): ReadonlySet<WeightCandidate> {
  if (masked === undefined || masked === 'kernels') return new Set(trained.filter(({ kernel }) => kernel));
  return new Set(selectWeights(trained, masked));
}
