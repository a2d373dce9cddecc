import type { Notice } from '@synaprune/core';
import {
  describe,
  listNames,
  quote,
  requireChoice,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import type { AnswerKind, Answers } from './answers.js';
import { createFloatTally } from './float-tally.js';
import { createLabelTally, type OutputResult, type OutputTally } from './output-tally.js';
import { axesOf, frontAxisOf, mismatch, type OutputPair, pairAnswers } from './pairs.js';

/** What {@link createAgreement} is told. */
export interface AgreementOptions {
  /**
   * Outputs whose numbers rank classes though they are no distributions, as logits do: their names where the classes
   * are on the last axis, or the axis of the classes by name.
   */
  readonly classes?: readonly string[] | Readonly<Record<string, number>> | undefined;
  /**
   * Another measure, for each pair of answers: a number in [0, 1]. The total is then its mean over all samples. What
   * is no number counts as 0.
   */
  readonly metric?: AgreementMetric | undefined;
  /**
   * What to do where an output has another shape after than before. `error` unless told; `disagree` counts the sample
   * as answered otherwise, for outputs whose length depends on the input, such as lists of boxes.
   */
  readonly shapes?: 'error' | 'disagree' | undefined;
}

/** How much two answers to the same input agree: 1 is fully, 0 not at all. */
export type AgreementMetric = (before: Answers, after: Answers) => number;

/** How much an output agrees. */
export interface OutputAgreement {
  readonly name: string;
  readonly kind: AnswerKind;
  /** In [0, 1]. */
  readonly agreement: number;
  /** Elements that were compared, of all samples. */
  readonly elements: number;
}

/** How much the answers of two models agree. */
export interface Agreement {
  /** That of the output that agrees least, or the mean of the metric; in [0, 1]. Of nothing, 1. */
  readonly total: number;
  /**
   * The share of samples that are answered as before at every position of every output: the same classes, the same
   * side of 0.5, equal labels; of values, an error of at most a twentieth of the variance.
   */
  readonly samples: number;
  /** How many samples were compared. */
  readonly count: number;
  /** In the order of the first answers. */
  readonly outputs: readonly OutputAgreement[];
  /** `nan-answers`, where the first model answers with NaN. */
  readonly notices: readonly Notice[];
}

/** Adds up how much answers agree. Made by {@link createAgreement}. */
export interface AgreementTally {
  /**
   * Adds the answers of two models to the same input.
   *
   * @param samples how many samples lie along the first axis of the outputs; 1, the whole, unless told
   * @throws PruneError `answer-mismatch` when the two have other outputs, types or shapes than each other
   * @throws RangeError when there is no axis of classes where the options say
   */
  add(before: Answers, after: Answers, samples?: number): void;
  /** Of what has been added so far. */
  finish(): Agreement;
}

/**
 * Measures how much a pruned model answers as the dense one does, without labels: sample after sample, for any kind
 * of output. What an output is, is read from the answers before ({@link AnswerKind}). A NaN agrees with nothing, and
 * no result is ever NaN.
 *
 * @throws TypeError when an option is unknown or wrong
 *
 * @example Two classes for each of two positions; one position changes its mind:
 * ```ts
 * import { createAgreement } from '@synaprune/refit';
 *
 * const agreement = createAgreement();
 * const dims = [2, 2];
 * agreement.add(
 *   { y: { data: Float32Array.of(0.9, 0.1, 0.2, 0.8), dims } },
 *   { y: { data: Float32Array.of(0.6, 0.4, 0.7, 0.3), dims } },
 * );
 * const { total, samples, outputs } = agreement.finish();
 * console.log(total, samples, outputs[0]?.kind); // 0.5 0 classes
 * ```
 */
export function createAgreement(options: AgreementOptions = {}): AgreementTally {
  const caller = 'createAgreement';
  requireOptions(caller, '', options, ['classes', 'metric', 'shapes']);
  const { metric, shapes = 'error' } = options;
  requireChoice(caller, 'shapes', shapes, ['error', 'disagree']);
  if (metric !== undefined && typeof metric !== 'function') {
    throw new TypeError(`${caller} needs metric to be a function of two answers, got ${describe(metric)}`);
  }
  const axes = axesOf(caller, options.classes);
  const tallies = new Map<string, { readonly tally: OutputTally; readonly floats: boolean }>();
  let [count, measured] = [0, 0];

  const tallyOf = ({ name, floats, before }: OutputPair): OutputTally => {
    const known = tallies.get(name);
    if (known !== undefined && known.floats !== floats) {
      throw mismatch(`output ${quote(name)} of one type throughout`, describe(before.data));
    }
    if (known !== undefined) return known.tally;
    const axis = axes.get(name);
    const classes = axis === undefined ? undefined : frontAxisOf(name, axis, before.dims);
    const tally = floats ? createFloatTally(classes) : createLabelTally();
    tallies.set(name, { tally, floats });
    return tally;
  };

  return {
    add(before, after, samples = 1) {
      requireWhole('add', 'samples', samples, 1);
      const pairs = pairAnswers(before, after, [...tallies.keys()]);
      requireNamed(axes, pairs);
      const unlike = pairs.find(({ alike }) => !alike);
      if (unlike !== undefined && shapes === 'error') throw otherShape(unlike);
      for (const pair of pairs) {
        const given = { before: pair.before.data, dims: pair.before.dims, samples };
        if (pair.alike) tallyOf(pair).add({ ...given, after: pair.after.data });
        else tallyOf(pair).addUnlike(given);
      }
      count += samples;
      if (metric !== undefined) measured += samples * within(metric(before, after));
    },

    finish() {
      const results = [...tallies].map(([name, { tally }]) => ({ name, ...tally.finish() }));
      let same = 0;
      for (let sample = 0; sample < count; sample += 1) {
        if (results.every((result) => result.same[sample] === true)) same += 1;
      }
      const outputs = results.map(({ name, kind, agreement, elements }) => ({
        name,
        kind,
        agreement,
        elements,
      }));
      const lowest = Math.min(1, ...outputs.map(({ agreement }) => agreement));
      return {
        total: metric !== undefined && count > 0 ? measured / count : lowest,
        samples: count === 0 ? 1 : same / count,
        count,
        outputs,
        notices: nanNotices(results),
      };
    },
  };
}

/** `nan-answers`: what the first model answers with NaN, nothing agrees with, whatever was changed. */
function nanNotices(results: readonly (OutputResult & { readonly name: string })[]): Notice[] {
  const nans = results.filter(({ nanBefore }) => nanBefore > 0);
  if (nans.length === 0) return [];
  const list = nans.map(({ name, nanBefore, elements }) => `${nanBefore} of ${elements} of ${quote(name)}`);
  const message =
    `the model before answers with NaN, ${list.join(', ')}: NaN agrees with nothing, so that what is missing of the ` +
    'agreement there says nothing of what was changed. Give inputs that it answers with numbers, or mend the model';
  return [{ code: 'nan-answers', message }];
}

function requireNamed(axes: ReadonlyMap<string, number>, pairs: readonly OutputPair[]): void {
  const names = pairs.map(({ name }) => name);
  const absent = [...axes.keys()].find((name) => !names.includes(name));
  if (absent === undefined) return;
  throw new RangeError(`classes names ${quote(absent)}, but the outputs are ${listNames(names)}`);
}

function otherShape({ name, before, after }: OutputPair) {
  return mismatch(
    `output ${quote(name)} of the shape [${before.dims.join(', ')}]`,
    `[${after.dims.join(', ')}]`,
  );
}

/** A number in [0, 1] of what a metric gave. */
function within(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? Math.min(1, value) : 0;
}
