import type { Notice } from '@synaprune/core';

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
