/** How a file writes numbers: `1234.5`, `1.234,5`, or `1,234.5`. */
export type NumberStyle = 'plain' | 'decimal comma' | 'thousands comma';

/** A column read as numbers. */
export interface NumberColumn {
  /** NaN where a cell is missing or is text. */
  readonly values: Float64Array;
  readonly missing: number;
  /** Cells that are neither numbers nor a known word for "missing". */
  readonly texts: readonly string[];
}

const MISSING = new Set(
  ' nan na n/a #n/a #na null none nil nat ? - -- . .. missing undefined inf -inf +inf infinity -infinity'.split(
    ' ',
  ),
);
/** No number that means something is longer: a double has 17 digits, or some 1,100 where all of them are written. */
const LONGEST = 1200;
// Each digit can be matched in one way only, so that a long cell takes no longer than it has characters.
const PATTERNS: Readonly<Record<NumberStyle, RegExp>> = {
  plain: /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i,
  'decimal comma': /^[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?(e[+-]?\d+)?$/i,
  'thousands comma': /^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?(e[+-]?\d+)?$/i,
};

/** Whether a cell stands for a missing value by itself, without knowing its column. */
export function isMissing(text: string): boolean {
  return text.length <= LONGEST && MISSING.has(text.toLowerCase());
}

/** The number a text stands for; NaN when it is none in this style, or too large for a double. */
export function parseNumber(text: string, style: NumberStyle): number {
  if (text.length > LONGEST || !PATTERNS[style].test(text) || !/\d/.test(text)) return Number.NaN;
  const plain =
    style === 'decimal comma'
      ? text.replaceAll('.', '').replace(',', '.')
      : style === 'thousands comma'
        ? text.replaceAll(',', '')
        : text;
  const value = Number(plain);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The style in which most cells of a file are numbers; a tie goes to plain, then to what the separator suggests. */
export function styleOf(columns: readonly (readonly string[])[], delimiter: string): NumberStyle {
  const order: NumberStyle[] =
    delimiter === ','
      ? ['plain', 'thousands comma', 'decimal comma']
      : ['plain', 'decimal comma', 'thousands comma'];
  const count = (style: NumberStyle) =>
    columns.reduce(
      (sum, texts) => sum + sample(texts).filter((text) => !Number.isNaN(parseNumber(text, style))).length,
      0,
    );
  const counts = new Map(order.map((style) => [style, count(style)]));
  return order.reduce((best, style) => (counts.get(style)! > counts.get(best)! ? style : best));
}

/** Whether a cell is one of some codes, as a text or as a number: `-200.0` is `-200`. */
export function standsFor(text: string, codes: readonly string[], style: NumberStyle): boolean {
  if (codes.includes(text)) return true;
  const value = codes.length === 0 ? Number.NaN : parseNumber(text, style);
  return codes.some((code) => parseNumber(code, 'plain') === value);
}

/**
 * A column as numbers in one style; `null` when fewer than nine of ten cells that are not missing are numbers.
 *
 * @param isDeclared whether a cell stands for a missing value because somebody said so
 */
export function parseColumn(
  texts: readonly string[],
  style: NumberStyle,
  isDeclared: (text: string) => boolean = () => false,
): NumberColumn | null {
  const values = new Float64Array(texts.length).fill(Number.NaN);
  const odd: string[] = [];
  let missing = 0;
  for (let row = 0; row < texts.length; row += 1) {
    const text = texts[row]!;
    const value = isDeclared(text) ? Number.NaN : parseNumber(text, style);
    if (!Number.isNaN(value)) values[row] = value;
    else if (isMissing(text) || isDeclared(text)) missing += 1;
    else odd.push(text);
  }
  const numbers = texts.length - missing - odd.length;
  if (odd.length > 0 && numbers < 9 * odd.length) return null;
  return { values, missing, texts: odd };
}

/** At most 1,000 cells, evenly spaced. */
function sample(texts: readonly string[]): readonly string[] {
  const every = Math.ceil(texts.length / 1000);
  return every === 1 ? texts : texts.filter((_, row) => row % every === 0);
}
