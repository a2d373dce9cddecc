import { type Draft, drop, type Layer, linear } from './layers.js';

/** Sizes of a transformer's encoder, and what its variants differ in. */
export interface EncoderPlan {
  /** Tokens that attend to each other. */
  readonly tokens: number;
  /** Sequences for each window: 1, or the channels that are looked at one by one. */
  readonly sequences: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly attentionDropout: boolean;
  activation(draft: Draft, name: string, x: string): string;
  norm(draft: Draft, name: string, x: string, width: number): Layer;
}

/** What a block gives, rows [rows, width], and its kernels. */
export interface Block {
  readonly value: string;
  /** Query, key, value, output of the attention; both of the feed-forward part. */
  readonly kernels: readonly string[];
  /** Scales of the two normalisations. */
  readonly scales: readonly string[];
}

/**
 * One block, normalised after each of its two parts (post-norm):
 * `y = norm(x + attention(x))`, then `norm(y + contract(activation(expand(y))))`.
 *
 * @param x rows [batch · sequences · tokens, width]
 */
export function encoderBlock(draft: Draft, name: string, x: string, plan: EncoderPlan): Block {
  const { graph } = draft;
  const { tokens, sequences, width, feedForward } = plan;
  const shape = (columns: number) => (sequences === 1 ? [tokens, columns] : [sequences, tokens, columns]);
  const attended = attention(draft, `${name}/attention`, x, plan);
  const first = plan.norm(
    draft,
    `${name}/norm1`,
    graph.add('Add', [x, drop(draft, `${name}/attention`, attended.value, shape(width))]),
    width,
  );
  const expanded = linear(draft, `${name}/expand`, first.value, width, feedForward);
  const active = plan.activation(draft, `${name}/activation`, expanded.value);
  const hidden = drop(draft, `${name}/expand`, active, shape(feedForward));
  const contracted = linear(draft, `${name}/contract`, hidden, feedForward, width);
  const second = plan.norm(
    draft,
    `${name}/norm2`,
    graph.add('Add', [first.value, drop(draft, `${name}/contract`, contracted.value, shape(width))]),
    width,
  );
  return {
    value: second.value,
    kernels: [...attended.kernels, expanded.kernel, contracted.kernel],
    scales: [first.kernel, second.kernel],
  };
}

/** `softmax(q·kᵀ/√(width/heads))·v` for each head, side by side, through a linear layer. */
function attention(draft: Draft, name: string, x: string, plan: EncoderPlan) {
  const { graph } = draft;
  const { tokens, width, heads } = plan;
  const size = width / heads;
  const apart = graph.integers([-1, tokens, heads, size]);
  const [query, key, value] = (['query', 'key', 'value'] as const).map((part) =>
    linear(draft, `${name}/${part}`, x, width, width),
  ) as [Layer, Layer, Layer];
  const headsOf = (rows: string, perm: readonly number[]) =>
    graph.add('Transpose', [graph.add('Reshape', [rows, apart])], { attributes: { perm } });
  const scale = graph.constant(`${name}/scale`, [1 / Math.sqrt(size)], []);
  const scaled = graph.add('Mul', [query.value, scale]);
  const scores = graph.add('MatMul', [headsOf(scaled, [0, 2, 1, 3]), headsOf(key.value, [0, 2, 3, 1])]);
  const shares = graph.add('Softmax', [scores], { attributes: { axis: -1 } });
  const kept = plan.attentionDropout
    ? drop(draft, `${name}/shares`, shares, [heads, tokens, tokens], false)
    : shares;
  const mixed = graph.add('MatMul', [kept, headsOf(value.value, [0, 2, 1, 3])]);
  const together = graph.add('Reshape', [
    graph.add('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } }),
    graph.integers([-1, width]),
  ]);
  const out = linear(draft, `${name}/out`, together, width, width);
  return { value: out.value, kernels: [query, key, value, out].map(({ kernel }) => kernel) };
}
