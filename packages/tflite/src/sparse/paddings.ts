import type { Travel } from '../model/window.js';

/** Zeros at both ends of an axis. */
export type Ends = readonly [before: number, behind: number];

/** Elements behind the last position of a window that it does not reach. */
function unread({ size, before, behind, stride, positions, window }: Travel): number {
  return size + before + behind - (stride * (positions - 1) + window);
}

/**
 * The zeros with which a window reads the same, whatever it is told of padding: before, the fewest behind, and the most.
 * Of an axis that runs the other way, those with which it gives the same in that order; `undefined` where it would begin
 * inside.
 */
function zerosNeeded(travel: Travel, mirrored: boolean): readonly [number, number, number] | undefined {
  const behind = travel.behind - unread(travel);
  const [first, last] = mirrored ? [behind, travel.before] : [travel.before, behind];
  return first < 0 ? undefined : [first, Math.max(0, last), last + travel.stride - 1];
}

/** Whether a window can have so many zeros at both ends, and give what it gives. */
export function canHave(travel: Travel, zeros: number, mirrored: boolean): boolean {
  const needed = zerosNeeded(travel, mirrored);
  return needed !== undefined && needed[0] === zeros && needed[1] <= zeros && zeros <= needed[2];
}

/** The zeros that a window needs, the fewest behind. */
export function fewestZeros(travel: Travel, mirrored: boolean): Ends | undefined {
  const needed = zerosNeeded(travel, mirrored);
  return needed && [needed[0], needed[1]];
}
