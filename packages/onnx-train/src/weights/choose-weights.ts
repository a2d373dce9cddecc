import { type Notice, PruneError, type Selector, selectWeights } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { placeOf, type SourceModel, typeOf, type Value } from '@synaprune/onnx/graph';
import type { TrainingStepOptions } from '../options/options.js';
import type { WeightCandidate } from './candidates.js';
import { kernelOfFactor } from './factor-names.js';
import type { Choice } from './told-weights.js';

/** A list of what may come alone. */
export function asList<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}

/**
 * The candidates to train.
 *
 * @throws PruneError `unmatched-selector`; `unsupported` when a selector picks only what cannot be trained
 */
export function chooseTrainable(
  source: SourceModel,
  candidates: readonly WeightCandidate[],
  trainable: Selector | readonly Selector[] | undefined,
): readonly WeightCandidate[] {
  if (trainable === undefined) return candidates.filter(({ standing }) => standing === 'parameter');
  const selectors = asList(trainable);
  const able = candidates.filter(({ standing }) => standing !== 'never');
  for (const selector of selectors) {
    if (pickedBy(selector, able).length > 0) continue;
    const unable = pickedBy(selector, candidates);
    if (unable.length > 0) throw cannotBeTrained(selector, unable);
    if (typeof selector === 'string') requireNoOther(source, selector);
  }
  return selectWeights(able, selectors);
}

/** What one selector picks, nothing included. */
function pickedBy(selector: Selector, candidates: readonly WeightCandidate[]): readonly WeightCandidate[] {
  try {
    return selectWeights(candidates, [selector]);
  } catch (error) {
    if (error instanceof PruneError && error.code === 'unmatched-selector') return [];
    throw error;
  }
}

function cannotBeTrained(selector: Selector, unable: readonly WeightCandidate[]): PruneError {
  const [first] = unable;
  if (typeof selector === 'string') {
    return new PruneError('unsupported', `${quote(selector)} cannot be trained: ${first!.reason}`);
  }
  const shown = unable.slice(0, 6).map(({ name, reason }) => `${quote(name)} (${reason})`);
  const rest = unable.length - shown.length;
  const which = selector instanceof RegExp ? String(selector) : 'a predicate';
  return new PruneError(
    'unsupported',
    `trainable: ${which} picks only what cannot be trained: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
  );
}

/** That a name which is no candidate's is not that of something else in the model. */
function requireNoOther({ tensors, producers, inputs }: SourceModel, name: string): void {
  const tensor = tensors.get(name);
  if (tensor !== undefined) {
    const type = typeOf(tensor.dataType) ?? `type number ${tensor.dataType}`;
    throw new PruneError(
      'unsupported',
      `${quote(name)} cannot be trained: it is ${type}, and only float32 is`,
    );
  }
  const producer = producers.get(name);
  const what =
    producer !== undefined
      ? `computed, by ${placeOf(producer)}`
      : inputs.some((input) => input.name === name)
        ? 'an input of the model'
        : undefined;
  if (what === undefined) return;
  throw new PruneError(
    'unsupported',
    `${quote(name)} cannot be trained: it is ${what}, and no tensor of the file`,
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
  const lost = asList(trainable ?? []).flatMap((selector) =>
    typeof selector === 'string' && !found.has(selector) ? [selector] : [],
  );
  if (lost.length > 0) {
    throw new PruneError(
      'unmatched-selector',
      `the loss does not depend on ${quote(lost[0]!)}, only on ${listNames([...found])}${because}${withoutAdapters(lost)}`,
    );
  }
  return trained;
}

/** What would do where factors of adapters do not lead to the loss, which nobody named. */
function withoutAdapters(lost: readonly string[]): string {
  const kernels = [...new Set(lost.flatMap((name) => kernelOfFactor(name) ?? []))];
  if (kernels.length === 0) return '';
  return `; adapters of ${listNames(kernels)} are trained by a loss on another output, or left out by addAdapters with select: { exclude: [${listNames(kernels)}] }`;
}

/** What was to be trained, and what is. */
export type Trained = Omit<Choice, 'masked'>;

/**
 * Those that get a mask.
 *
 * @throws PruneError `unmatched-selector`; the message says why what was picked is not trained
 */
export function chooseMasked(
  { candidates, chosen, trained, picked }: Trained,
  masked: TrainingStepOptions['masked'],
): ReadonlySet<WeightCandidate> {
  const all = [...trained];
  if (masked === undefined || masked === 'kernels') return new Set(all.filter(({ kernel }) => kernel));
  const why = (each: WeightCandidate) =>
    chosen.includes(each)
      ? 'the loss does not depend on it'
      : picked && each.standing !== 'never'
        ? 'it is not in trainable'
        : each.reason;
  for (const selector of masked) {
    if (pickedBy(selector, all).length > 0) continue;
    const [other] = pickedBy(selector, candidates);
    if (other === undefined) continue;
    const name = quote(other.name);
    throw new PruneError(
      'unmatched-selector',
      `${name} gets no mask, since it is not trained: ${why(other)}`,
    );
  }
  return new Set(selectWeights(all, masked));
}
