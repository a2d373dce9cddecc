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
      weight: kernels.map(({ name, elements, reason }) => ({ name, elements, kind: reason })),
      channel: channels,
    },
    none: {
      weight: kernels.length > 0 ? null : noneOf(weights),
      channel: channels.length > 0 ? null : (held[0]?.heldBy ?? 'it has no channels that hang together'),
    },
  };
}

/** Why there is no kernel: what the largest tensor is. */
function noneOf(weights: readonly FoundWeight[]): string {
  const largest = [...weights].sort((a, b) => b.elements - a.elements)[0];
  if (largest === undefined) return 'there are no weights in it';
  return `of its ${weights.length.toLocaleString('en-US')} tensors the largest is “${largest.name}”: ${largest.reason}`;
}
