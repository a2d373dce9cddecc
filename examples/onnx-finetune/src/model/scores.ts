import leven from 'leven';

/** How well a version of the model reads. */
export interface Scores {
  /** Edits from what was read to the true text, for each true character. 0 is perfect; 1 and more reads nothing. */
  readonly characterErrorRate: number;
  /** Edits from what was read to what the dense model read, for each character of that. */
  readonly editsFromDense: number;
  /** The share of lines that are read as the dense model reads them, letter by letter. */
  readonly sameLines: number;
  /** The share of lines that are read without an error. */
  readonly rightLines: number;
}

/** Compares texts line by line. */
export function scoreTexts(
  texts: readonly string[],
  truth: readonly string[],
  dense: readonly string[],
): Scores {
  const same = (others: readonly string[]) =>
    texts.filter((text, i) => text === others[i]).length / texts.length;
  return {
    characterErrorRate: errorRate(texts, truth),
    editsFromDense: errorRate(texts, dense),
    sameLines: same(dense),
    rightLines: same(truth),
  };
}

/** Edits (letters inserted, left out or exchanged) from one list of texts to another, for each letter of that. */
export function errorRate(texts: readonly string[], truth: readonly string[]): number {
  const edits = texts.reduce((sum, text, i) => sum + leven(text, truth[i]!), 0);
  return edits / truth.reduce((sum, text) => sum + text.length, 0);
}
