import type { Facts, Layer } from '../../state';

interface FoundWeight {
  readonly name: string;
  readonly elements: number;
  readonly role: string;
  readonly pruned: boolean;
  readonly reason: string;
  readonly zeros?: number | null | undefined;
}

interface FoundGroups {
  readonly groups: readonly { readonly name: string; readonly kind: string; readonly channels: number }[];
  readonly held: readonly { readonly name: string; readonly heldBy: string }[];
}

/** What a model is, of its weights and of the groups of channels that could go. */
export function factsOf(
  weights: readonly FoundWeight[],
  { groups, held }: FoundGroups,
): Omit<Facts, 'name' | 'bytes' | 'format' | 'formatName'> {
  const kernels = weights.filter(({ pruned }) => pruned);
  const sum = (of: readonly FoundWeight[], count: (weight: FoundWeight) => number) =>
    of.reduce((total, weight) => total + count(weight), 0);
  const channels = groups.map(({ name, kind, channels: elements }): Layer => ({ name, kind, elements }));
  return {
    tensors: weights.length,
    numbers: sum(weights, ({ elements }) => elements),
    prunable: sum(kernels, ({ elements }) => elements),
    zeros: sum(kernels, ({ zeros }) => zeros ?? 0),
    layers: {
      weight: inOrder(kernels.map(({ name, elements, reason }) => ({ name, elements, kind: reason }))),
      channel: inOrder(channels),
    },
    none: {
      weight: kernels.length > 0 ? null : noneOf(weights),
      channel: channels.length > 0 ? null : (held[0]?.heldBy ?? 'it has no channels that hang together'),
    },
  };
}

const NATURAL = new Intl.Collator('en', { numeric: true });

/** As the model has them; where a converter put them in the order of letters, 2 comes before 10 all the same. */
function inOrder(layers: readonly Layer[]): readonly Layer[] {
  const byLetters = layers.every(({ name }, i) => i === 0 || layers[i - 1]!.name <= name);
  return byLetters ? [...layers].sort((a, b) => NATURAL.compare(a.name, b.name)) : layers;
}

/** Why there is no kernel: what the largest tensor is. */
function noneOf(weights: readonly FoundWeight[]): string {
  const largest = [...weights].sort((a, b) => b.elements - a.elements)[0];
  if (largest === undefined) return 'there are no weights in it';
  const which =
    weights.length === 1
      ? 'its one tensor is'
      : `the largest of its ${weights.length.toLocaleString('en-US')} tensors is`;
  return `${which} “${largest.name}”: ${largest.reason}`;
}
