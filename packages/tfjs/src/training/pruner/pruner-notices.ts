import type { Notice } from '@synaprune/core';

/** Codes that core tells at the first update alone, or the first after a restore. */
export const FIRST_TOLD: readonly string[] = ['untrained-ranked', 'zeros-present', 'schedule-changed'];

/** Positions went back. */
export function positionBehind(position: number, last: number): Notice {
  return {
    code: 'position-behind',
    message:
      `an update at position ${position} came when the pruning had come to ${last}: masks never go back, so that ` +
      'nothing more is pruned before it has caught up. Positions go on over fits and loops; leave initialEpoch ' +
      'out of fit to go on where the pruning is',
  };
}

/**
 * Notices of core in words that are right for a model whose steps enforce the masks and whose positions are epochs
 * or steps. Codes and weights stay.
 *
 * @param rhythm what positions count
 */
export function inOwnWords(notices: readonly Notice[], rhythm: number | 'epoch'): Notice[] {
  return notices.map((notice) => {
    if (notice.code === 'dropped-not-zero') {
      const [what] = notice.message.split(' enforce() ');
      const message =
        `${what} The next step, update or save zeroes them; until then predictions use them as they are, and ` +
        'await pruning.pruner.enforce() zeroes them at once';
      return { ...notice, message };
    }
    if (notice.code === 'schedule-unfinished') {
      const counts =
        rhythm === 'epoch'
          ? "Positions are epochs here; under every: 'batch' they are steps"
          : "Positions are steps here; under every: 'epoch' they are epochs";
      return { ...notice, message: `${notice.message}. ${counts}` };
    }
    return notice;
  });
}
