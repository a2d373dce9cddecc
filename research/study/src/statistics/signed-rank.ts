/**
 * The distribution of a signed-rank statistic when every rank counts or not by the toss of a coin: element v is
 * P(2 V = v) for v in 0 … Σ 2 rᵢ. Mid-ranks are halves, so that twice a rank is whole and the distribution is
 * exact with ties too; it is convolved rank by rank, in O(n · Σ 2 rᵢ).
 *
 * @example
 * signedRankDistribution([1, 2.5, 2.5]); // 2 V is 0, 2, 5, 7, 10, 12 with probabilities 1 1 2 2 1 1 of 8
 */
export function signedRankDistribution(ranks: readonly number[]): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + 2 * rank, 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    const jump = 2 * rank;
    reached += jump;
    for (let v = reached; v >= 0; v -= 1) {
      chances[v] = 0.5 * (chances[v]! + (v >= jump ? chances[v - jump]! : 0));
    }
  }
  return chances;
}

/** P(V ≤ statistic) and P(V ≥ statistic), each summed from its own end so that small ones keep their digits. */
export function signedRankTails(
  ranks: readonly number[],
  statistic: number,
): { readonly lower: number; readonly upper: number } {
  const chances = signedRankDistribution(ranks);
  let lower = 0;
  for (let v = 0; v <= 2 * statistic; v += 1) lower += chances[v]!;
  let upper = 0;
  for (let v = chances.length - 1; v >= 2 * statistic; v -= 1) upper += chances[v]!;
  return { lower: Math.min(1, lower), upper: Math.min(1, upper) };
}
