import type { AnswerData, AnswerKind } from './answers.js';

/** The same output before and after, for one feed. */
export interface AnswerPair {
  readonly before: AnswerData;
  readonly after: AnswerData;
  readonly dims: readonly number[];
  /** How many samples it holds. */
  readonly samples: number;
}

/** What the pairs of one output came to. */
export interface OutputResult {
  readonly kind: AnswerKind;
  /** In [0, 1]. */
  readonly agreement: number;
  readonly elements: number;
  /** Elements that are NaN before. */
  readonly nanBefore: number;
  /** For each sample whether it is answered as before throughout. */
  readonly same: readonly boolean[];
}

/** Adds up the pairs of one output. */
export interface OutputTally {
  add(pair: AnswerPair): void;
  /** Adds answers that cannot be laid beside those before: nothing of them agrees. */
  addUnlike(pair: Omit<AnswerPair, 'after'>): void;
  finish(): OutputResult;
}

/**
 * The parts that the first axis divides into, one for each sample; 1 where it does not: such a batch stands and falls
 * as a whole.
 */
export function partsOf(first: number, samples: number): number {
  return first > 0 && first % samples === 0 ? samples : 1;
}

/** For whole numbers, truths and texts, of which nothing but equality counts. */
export function createLabelTally(): OutputTally {
  let [elements, equal] = [0, 0];
  const same: boolean[] = [];
  return {
    add({ before, after, dims, samples }) {
      const parts = partsOf(dims[0] ?? 1, samples);
      const each = before.length / parts;
      for (let part = 0; part < parts; part += 1) {
        let alike = 0;
        for (let at = part * each; at < (part + 1) * each; at += 1) if (before[at] === after[at]) alike += 1;
        elements += each;
        equal += alike;
        for (let i = 0; i < samples / parts; i += 1) same.push(alike === each);
      }
    },
    addUnlike({ before, samples }) {
      elements += Math.max(1, before.length);
      for (let sample = 0; sample < samples; sample += 1) same.push(false);
    },
    finish: () => ({
      kind: 'labels',
      agreement: elements === 0 ? 1 : equal / elements,
      elements,
      nanBefore: 0,
      same,
    }),
  };
}
