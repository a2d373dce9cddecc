import type { perceptronBatch } from './models.js';

/** What one step of the small perceptron looks like, reckoned in float64 from the formulas, without this repository. */
export interface OracleStep {
  readonly weights: Readonly<Record<'k1' | 'k2', readonly number[]>>;
  readonly gradients: Readonly<Record<'k1' | 'k2', readonly number[]>>;
  /** By row: what comes in, what the hidden units put out, and the logits. */
  readonly x: readonly (readonly number[])[];
  readonly hidden: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
}

/** Forward and backward, from values as the trainer has them. */
export function oracleStep(
  values: ReadonlyMap<string, Float32Array>,
  { inputs, targets }: ReturnType<typeof perceptronBatch>,
): OracleStep {
  const [k1, b1, k2, b2] = ['k1', 'b1', 'k2', 'b2'].map((name) => [...values.get(name)!]) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const rows = inputs.x.length / 6;
  const g1 = new Array<number>(48).fill(0);
  const g2 = new Array<number>(24).fill(0);
  const steps = Array.from({ length: rows }, (_, row) => {
    const x = [...inputs.x.subarray(row * 6, row * 6 + 6)];
    const hidden = b1.map((bias, unit) =>
      Math.tanh(x.reduce((sum, value, i) => sum + value * k1[i * 8 + unit]!, bias)),
    );
    const logits = b2.map((bias, unit) =>
      hidden.reduce((sum, value, i) => sum + value * k2[i * 3 + unit]!, bias),
    );
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    const dz = logits.map((z, k) => (Math.exp(z) / total - targets.y[row * 3 + k]!) / rows);
    for (const [i, h] of hidden.entries()) {
      const da = dz.reduce((sum, d, k) => sum + d * k2[i * 3 + k]!, 0) * (1 - h * h);
      for (const [k, d] of dz.entries()) g2[i * 3 + k]! += h * d;
      for (const [j, value] of x.entries()) g1[j * 8 + i]! += value * da;
    }
    return { x, hidden, logits };
  });
  return {
    weights: { k1, k2 },
    gradients: { k1: g1, k2: g2 },
    x: steps.map(({ x }) => x),
    hidden: steps.map(({ hidden }) => hidden),
    logits: steps.map(({ logits }) => logits),
  };
}

/** The mean of something over rows, by column. */
export function meanOver(
  rows: readonly (readonly number[])[],
  of: (value: number) => number,
): readonly number[] {
  return rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + of(row[column]!), 0) / rows.length);
}
