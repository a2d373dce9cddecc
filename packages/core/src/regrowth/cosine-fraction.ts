import { requireFinite, requireFraction } from '../checks/require.js';
import type { GrowthFraction } from '../selection/regrowth.js';

/** How much is exchanged at an update, and until when. */
export interface Exchange {
  /** Fraction of what the target leaves that is exchanged at `start`, in [0, 1]: α. 0.3 unless told. */
  readonly fraction?: number;
  /** First position that exchanges. 0 unless told. */
  readonly start?: number;
  /** Position from which on nothing is exchanged any more. Without one the fraction stays what it is. */
  readonly end?: number;
}

export const EXCHANGE: readonly string[] = ['fraction', 'start', 'end'];

/**
 * Half a cosine from α to nothing: `α/2 · (1 + cos(π · (position − start) / (end − start)))`; 0 before `start` and from
 * `end` on. The last bit of another engine's cosine changes no count: these allow for more.
 *
 * @throws TypeError | RangeError when α is no fraction or `end` is not after `start`
 */
export function cosineFraction(caller: string, { fraction = 0.3, start = 0, end }: Exchange): GrowthFraction {
  requireFraction(caller, 'fraction', fraction);
  requireFinite(caller, 'start', start);
  if (end !== undefined) {
    requireFinite(caller, 'end', end);
    if (end <= start) throw new RangeError(`${caller} needs end after start, got start ${start}, end ${end}`);
  }
  const fractionAt = (position: number): number => {
    if (position < start) return 0;
    if (end === undefined) return fraction;
    if (position >= end) return 0;
    return (fraction / 2) * (1 + Math.cos((Math.PI * (position - start)) / (end - start)));
  };
  const until = end === undefined ? '' : ` to ${end}`;
  return Object.assign(fractionAt, { kind: `${fraction} from ${start}${until}` });
}
