import type { BlockUnit } from './blocks.js';
import { type Effect, effectOf } from './effects.js';
import type { Observation } from './observations.js';

/** What one arm's advantage would be if the last epoch were scored, and if the best one were. */
export interface ProtocolGap {
  readonly arm: string;
  readonly reference: string;
  readonly atBest: Effect;
  readonly atLast: Effect;
}

/** How much the choice of the scored epoch alone moves every arm against `reference`, in the same runs. */
export function protocolGaps(
  observations: readonly Observation[],
  arms: readonly string[],
  reference: string,
  unit: BlockUnit,
): ProtocolGap[] {
  return arms.flatMap((arm) => {
    if (arm === reference) return [];
    const atBest = effectOf(observations, arm, reference, unit, (run) => run.atBest.scaledMae);
    const atLast = effectOf(observations, arm, reference, unit, (run) => run.atLast.scaledMae);
    return atBest === null || atLast === null ? [] : { arm, reference, atBest, atLast };
  });
}
