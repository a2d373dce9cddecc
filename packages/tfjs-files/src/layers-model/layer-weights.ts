import type { StoredWeight } from '../artifacts/open-artifacts.js';

/** A layer that weights are handed out to. */
export interface WeightHolder {
  readonly name: string;
  readonly className: string;
  readonly isModel: boolean;
  readonly path: readonly string[];
  readonly children: readonly WeightHolder[];
  readonly weights: Map<string, StoredWeight>;
}

/** Parts of a name that are looked at; names have four or five. */
const MOST_PARTS = 24;

/**
 * Puts every weight into the map of the layer that it belongs to, by name: tfjs writes `layer/kernel`, for parts
 * `layer/forward_lstm/kernel` and `layer/RNNCell_0/kernel`; Keras `layer/lstm_cell/kernel`. Layers of nested models have
 * their own names in front, with or without the models'.
 *
 * @returns the weights that no layer has the name of, among them those of an optimizer
 */
export function assignWeights(root: WeightHolder, weights: readonly StoredWeight[]): StoredWeight[] {
  const holders = new Map<string, WeightHolder[]>();
  for (const holder of holdersOf(root)) {
    holders.set(holder.name, [...(holders.get(holder.name) ?? []), holder]);
  }
  return weights.filter((weight) => {
    if (weight.group === 'optimizer') return true;
    const found = findHolder(holders, weight.name.split('/').slice(-MOST_PARTS));
    if (found === undefined) return true;
    const { holder, rest } = found;
    return !give(holder, rest, weight);
  });
}

/** The layers of a model and of those nested in it, without the models themselves; of a lone layer that. */
function holdersOf(holder: WeightHolder): WeightHolder[] {
  return holder.isModel ? holder.children.flatMap(holdersOf) : [holder];
}

/** The outermost layer that the name has in it, and what stands behind. Layers may have names with slashes. */
function findHolder(
  holders: ReadonlyMap<string, readonly WeightHolder[]>,
  parts: readonly string[],
): { readonly holder: WeightHolder; readonly rest: readonly string[] } | undefined {
  for (let from = 0; from < parts.length - 1; from += 1) {
    for (let to = parts.length - 1; to > from; to -= 1) {
      const named = holders.get(parts.slice(from, to).join('/'));
      if (named === undefined) continue;
      // Of layers of one name in several models, the one whose models stand in front.
      const front = parts.slice(0, from);
      const holder = named.find(({ path }) => front.length > 0 && path.includes(front.at(-1)!)) ?? named[0]!;
      return { holder, rest: parts.slice(to) };
    }
  }
  return undefined;
}

/** Hands a weight to a layer or the part of it that it belongs to; `false` where that has one of the name already. */
function give(holder: WeightHolder, rest: readonly string[], weight: StoredWeight): boolean {
  const { children, weights } = holder;
  const [first = ''] = rest;
  if (children.length > 0 && rest.length > 0) {
    // Weights know nothing of what puts several cells together.
    const stacked = children.find(({ className }) => className === 'StackedRNNCells');
    if (stacked !== undefined) return give(stacked, rest, weight);
    const named = children.findIndex(({ name }) => name === first);
    const numbered = /^RNNCell_(\d+)$/.exec(first);
    const direction = children.findIndex(
      ({ name }) =>
        rest.length > 1 && first.startsWith(name.slice(0, name.indexOf('_') + 1)) && name.includes('_'),
    );
    const kind = holder.className === 'Bidirectional' ? direction : -1;
    const index = named >= 0 ? named : numbered !== null ? Number(numbered[1]) : kind;
    const child = children[index];
    if (child !== undefined) return give(child, rest.slice(1), weight);
    // Keras puts a name of its own around the cells, and a wrapper none around its layer.
    const nested = rest.findIndex(
      (part, i) => i < rest.length - 1 && children.some(({ name }) => name === part),
    );
    if (nested > 0) return give(holder, rest.slice(nested), weight);
    const key = keyOf(rest);
    const free = children.find((each) => !each.weights.has(key));
    return free !== undefined && give(free, rest, weight);
  }
  const key = keyOf(rest);
  if (weights.has(key)) return false;
  weights.set(key, weight);
  return true;
}

/** What a layer knows a weight by: Keras puts the name of a recurrent layer's cell before it, which says nothing. */
function keyOf(rest: readonly string[]): string {
  const parts = rest.filter((part, i) => i === rest.length - 1 || !/(^|_)cell(_\d+)?$/.test(part));
  return parts.join('/').replace(/:0$/, '');
}
