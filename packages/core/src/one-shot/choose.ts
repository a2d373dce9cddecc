import { PruneError } from '../checks/errors.js';
import { quote } from '../checks/legible.js';
import { readSelect, type Select, type Selector, selectWeights } from '../selection/selectors.js';

/** A weight of a file, with what the usual choice makes of it. */
export interface ChosenOf<Weight extends Choice = Choice> {
  readonly weight: Weight;
  /** How it is dropped from, or why it cannot be. */
  readonly surveyed: { readonly format: object | string };
}

/** A weight, and whether it is to be pruned. */
interface Choice {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly pruned: boolean;
  readonly reason: string;
}

/** Where what picks weights is given, for whoever gives it beside `select`. */
export const SELECT_ELSEWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  ['include', 'exclude', 'minElements'].map((name) => [name, `it is select: { ${name} }`]),
);

/**
 * The usual choice of weights, changed as `select` says: `include` instead of it, `exclude` out of it. A name picks any
 * weight that can be pruned; patterns and predicates look only at those of two or more dimensions.
 *
 * @param nameOf a weight as messages call it
 * @throws PruneError `unmatched-selector` when a selector picks nothing; `unsupported` when `include` names a weight that
 *   cannot be pruned
 */
export function chooseBySelect<Chosen extends ChosenOf>(
  caller: string,
  usual: readonly Chosen[],
  select: Select | undefined,
  nameOf: (weight: Chosen['weight']) => string = ({ name }) => quote(name),
): readonly Chosen[] {
  const { include, exclude, minElements = 0 } = readSelect(caller, select);
  const candidates = usual.map(({ weight }) => weight);
  const included = include && new Set(includedBy(usual, include, nameOf));
  const excluded = new Set<Chosen['weight']>(selectWeights(candidates, exclude));
  return usual.map((each) => {
    const { weight } = each;
    const decide = (pruned: boolean, reason: string): Chosen => ({
      ...each,
      weight: withChoice(weight, { pruned, reason }),
    });
    if (excluded.has(weight)) return decide(false, 'excluded');
    if (included === undefined) return each;
    if (!included.has(weight)) return decide(false, 'not included');
    const isSmall = weight.elements < minElements && include?.includes(weight.name) === false;
    return isSmall ? decide(false, `included, fewer than ${minElements} elements`) : decide(true, 'included');
  });
}

/** A weight with another choice. What a format counts only when it is asked for is not asked for here. */
function withChoice<Weight extends Choice>(
  weight: Weight,
  choice: Pick<Choice, 'pruned' | 'reason'>,
): Weight {
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(weight),
      ...Object.getOwnPropertyDescriptors(choice),
    },
  ) as Weight;
}

function includedBy<Chosen extends ChosenOf>(
  usual: readonly Chosen[],
  include: readonly Selector[],
  nameOf: (weight: Chosen['weight']) => string,
): Chosen['weight'][] {
  const isName = (selector: Selector) => typeof selector === 'string';
  const named = selectWeights(
    usual.map(({ weight }): Chosen['weight'] => weight),
    include.filter(isName),
  );
  for (const { weight, surveyed } of usual) {
    if (named.includes(weight) && typeof surveyed.format === 'string') {
      throw new PruneError('unsupported', `${nameOf(weight)} cannot be pruned: ${surveyed.format}`);
    }
  }
  const able = usual.filter(
    ({ weight, surveyed }) => typeof surveyed.format !== 'string' && weight.shape.length > 1,
  );
  const others = include.filter((selector) => !isName(selector));
  return [
    ...named,
    ...selectWeights(
      able.map(({ weight }): Chosen['weight'] => weight),
      others,
    ),
  ];
}
