/** Words whose leading bits are listed. */
export interface ListedWords {
  /** How many bits of a word trail. */
  readonly trailing: number;
  /** The leading bits there are, rising, each with zeros behind it: at most 256. */
  readonly table: Uint32Array<ArrayBuffer>;
  /** For each word, its entry in the table. */
  readonly index: Uint8Array<ArrayBuffer>;
  /** The trailing bits of all words, one behind the other. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

const MOST_ENTRIES = 256;

/** With 24 bits trailing there are never more than 256 entries. */
const MOST_TRAILING = 24;

/** What an entry of the table takes when it is deflated, about. */
const ENTRY_BITS = 12;

/**
 * Lists the leading bits of words: of floats that are rotated, their exponents and the first bits of their mantissas,
 * which are far from evenly distributed, and together still few. How many, is where the least is left to write.
 */
export function listWords(words: Uint32Array): ListedWords {
  const trailing = bestTrailing(words);
  const leading = words.map((word) => word >>> trailing);
  const rising = [...new Set(leading)].sort((a, b) => a - b);
  const entries = new Map(rising.map((bits, i) => [bits, i]));
  return {
    trailing,
    table: Uint32Array.from(rising, (bits) => bits << trailing),
    index: Uint8Array.from(leading, (bits) => entries.get(bits)!),
    rest: joinBits(words, trailing),
  };
}

function bestTrailing(words: Uint32Array): number {
  const sorted = words.slice().sort();
  let [best, least] = [MOST_TRAILING, Number.POSITIVE_INFINITY];
  for (let trailing = MOST_TRAILING; trailing >= 0; trailing -= 1) {
    const counts = countRuns(sorted, trailing);
    if (counts.length > MOST_ENTRIES) break;
    const entropy = counts.reduce((sum, count) => sum - count * Math.log2(count / words.length), 0);
    const bits = words.length * trailing + entropy + counts.length * ENTRY_BITS;
    if (bits < least) [best, least] = [trailing, bits];
  }
  return best;
}

/** How often each value of the leading bits occurs; some of these where there are too many. */
function countRuns(sorted: Uint32Array, trailing: number): readonly number[] {
  const counts: number[] = [];
  for (let start = 0, end = 0; start < sorted.length && counts.length <= MOST_ENTRIES; start = end) {
    const bits = sorted[start]! >>> trailing;
    while (end < sorted.length && sorted[end]! >>> trailing === bits) end += 1;
    counts.push(end - start);
  }
  return counts;
}

/** The lowest bits of words, one behind the other, from the lowest up. */
function joinBits(words: Uint32Array, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((words.length * count) / 8));
  const mask = 2 ** count - 1;
  for (let i = 0; i < words.length; i += 1) {
    let left = (words[i]! & mask) << ((i * count) & 7);
    for (let at = (i * count) >> 3; left !== 0; at += 1, left >>>= 8) bytes[at]! |= left;
  }
  return bytes;
}
