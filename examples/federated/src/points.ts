/** Points of the plane, and which of three arms each is of. */
export interface Points {
  /** x and y of each. */
  readonly x: Float32Array;
  readonly labels: BigInt64Array;
}

/** Points of some arms of a spiral of three: no line tells arms apart. `phase` moves them along their arms. */
export function pointsOf(arms: readonly number[], count: number, phase = 0): Points {
  const each = arms.flatMap((arm) =>
    Array.from({ length: count }, (_, i) => {
      const along = (i + phase) / count;
      const turn = (arm * 2 * Math.PI) / 3 + along * Math.PI;
      const radius = 0.2 + 0.8 * along;
      return { arm, x: radius * Math.cos(turn), y: radius * Math.sin(turn) };
    }),
  );
  return {
    x: Float32Array.from(each.flatMap(({ x, y }) => [x, y])),
    labels: BigInt64Array.from(each, ({ arm }) => BigInt(arm)),
  };
}
