import { savedScore } from '../score/scores.js';
import { savedDistribution } from '../selection/distributions/index.js';
import { savedFloor } from '../selection/floor.js';
import { savedRegrowth } from '../selection/regrowth.js';
import type { CheckedOptions } from './options.js';
import type { StateOptions } from './state.js';

/** What a state must have been saved with to be taken over. */
export function stateOptions<Weight, Mask>({
  rule,
  distribution,
  pattern,
  score,
  floor,
  ceiling,
  untrained,
  keepZeros,
  regrow,
}: CheckedOptions<Weight, Mask>): StateOptions {
  return {
    rule,
    distribution: savedDistribution(distribution),
    pattern: pattern.saved as StateOptions['pattern'],
    score: savedScore(score) as StateOptions['score'],
    floor: savedFloor(floor),
    // Said only where they are not the default, so that states without are short.
    ...(ceiling === 1 ? {} : { ceiling }),
    ...(untrained === 'wait' ? { untrained } : {}),
    ...(keepZeros ? { keepZeros } : {}),
    ...(regrow === undefined ? {} : { regrow: savedRegrowth(regrow) as NonNullable<StateOptions['regrow']> }),
  };
}
