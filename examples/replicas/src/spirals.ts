/** A point, and which of the two spirals it is of. */
export interface Sample {
  readonly x: number;
  readonly y: number;
  readonly label: 0 | 1;
}

/** Two spirals, one turned by half a circle: no line tells them apart. */
export const samples: readonly Sample[] = Array.from({ length: 240 }, (_, i): Sample => {
  const label = (i % 2) as 0 | 1;
  const turn = (i / 240) * 1.5 * Math.PI + label * Math.PI;
  const radius = 0.2 + i / 240;
  return { x: radius * Math.cos(turn), y: radius * Math.sin(turn), label };
});
