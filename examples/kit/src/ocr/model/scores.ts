import leven from 'leven';
import type { Answer, Model } from './model.js';

/** How well a version of the model does. */
export interface Scores {
  /** The share of lines that are answered as the dense model answers them. */
  readonly sameLines: number;
  /** The share of lines that are answered right. */
  readonly rightLines: number;
  /** How far the answers are from the dense model's, in the model's own measure: {@link Model.distance}. */
  readonly distance: number;
  /** How wrong the answers are, in the model's own measure: {@link Model.error}. */
  readonly error: number;
}

/** Compares answers line by line. */
export function scoreAnswers(
  { distance, error }: Pick<Model, 'distance' | 'error'>,
  answers: readonly Answer[],
  truth: readonly string[],
  dense: readonly Answer[],
): Scores {
  const texts = answers.map(({ text }) => text);
  const denseTexts = dense.map(({ text }) => text);
  return {
    sameLines: shareOf(texts, denseTexts),
    rightLines: shareOf(texts, truth),
    distance: distance(answers, dense),
    error: error(texts, truth),
  };
}

/** The share of texts that are the same as their partners. */
export function shareOf(texts: readonly string[], others: readonly string[]): number {
  return texts.filter((text, i) => text === others[i]).length / texts.length;
}

/** The agreement with texts that comes without looking at a line: of the one answer that is commonest among them. */
export function chanceOf(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Math.max(...counts.values()) / texts.length;
}

/** Edits (letters inserted, left out or exchanged) from one list of texts to another, for each letter of that. */
export function errorRate(texts: readonly string[], truth: readonly string[]): number {
  const edits = texts.reduce((sum, text, i) => sum + leven(text, truth[i]!), 0);
  return edits / truth.reduce((sum, text) => sum + text.length, 0);
}
