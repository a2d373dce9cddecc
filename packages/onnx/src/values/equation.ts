/** An einsum equation with an ellipsis spelled out: one label an axis. */
export interface Equation {
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The labels that stand for an ellipsis, of which there are fewer than axes in any tensor. */
const spare = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/**
 * Reads an einsum equation for operands of the given ranks.
 *
 * @throws RangeError when it does not fit them
 */
export function parseEquation(text: string, ranks: readonly number[]): Equation {
  const [left = '', right] = text.replaceAll(/\s/g, '').split('->');
  const terms = left.split(',');
  if (terms.length !== ranks.length)
    throw new RangeError(`"${text}" is for ${terms.length} operands, not ${ranks.length}`);
  const free = spare.filter((label) => !text.includes(label));
  const wide = terms.map((term, index) => (term.includes('...') ? ranks[index]! - term.length + 3 : 0));
  const widest = Math.max(0, ...wide);
  if (wide.some((count) => count < 0) || widest > free.length)
    throw new RangeError(`"${text}" does not fit ranks ${ranks}`);
  const shared = free.slice(0, widest);
  const spell = (term: string, count: number) => [
    ...term.replace('...', shared.slice(widest - count).join('')),
  ];
  const spelled = terms.map((term, index) => spell(term, wide[index]!));
  spelled.forEach((term, index) => {
    if (term.length !== ranks[index])
      throw new RangeError(`"${text}" names ${term.length} axes of an operand with ${ranks[index]}`);
  });
  return { terms: spelled, output: right === undefined ? implicit(spelled, shared) : spell(right, widest) };
}

/** Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order. */
function implicit(terms: readonly (readonly string[])[], shared: readonly string[]): readonly string[] {
  const all = terms.flat().filter((label) => !shared.includes(label));
  return [...shared, ...all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort()];
}

/** The size behind each label. @throws RangeError when operands disagree */
export function dimensionsOf(
  equation: Equation,
  shapes: readonly (readonly number[])[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  equation.terms.forEach((term, index) => {
    term.forEach((label, axis) => {
      const size = shapes[index]![axis]!;
      const before = sizes.get(label) ?? 1;
      if (before !== 1 && size !== 1 && before !== size)
        throw new RangeError(`axis ${label} is ${before} and ${size}`);
      sizes.set(label, Math.max(before, size));
    });
  });
  for (const label of equation.output) {
    if (!sizes.has(label)) throw new RangeError(`axis ${label} of the result is in no operand`);
  }
  return sizes;
}

/** The equation as text. */
export function showEquation({ terms, output }: Equation): string {
  return `${terms.map((term) => term.join('')).join(',')}->${output.join('')}`;
}
