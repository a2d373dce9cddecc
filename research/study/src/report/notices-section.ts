import { noticeText, type ToldNotice, tellNotices } from '@synaprune/examples-kit/notices';
import { listHtml } from '@synaprune/examples-kit/report/html';
import type { Study } from '../study.js';
import { count } from './words.js';

/** What did not come to hold in the scored runs, by arm. Arms that share a run tell of it each. */
export function noticesOf({ cells, runs }: Study): ToldNotice[] {
  return tellNotices(
    cells.flatMap(({ arm, runs: scored }) =>
      scored.flatMap(({ key }) => {
        const run = runs.get(key);
        return run === undefined ? [] : [{ who: arm, notices: run.result.notices ?? [] }];
      }),
    ),
  );
}

/** The same as a list; nothing where everything held. */
export function noticesSection(study: Study): string {
  const told = noticesOf(study);
  if (told.length === 0) return '';
  return (
    `<p>${count(told.length, 'thing')} that pruning was asked for did not come to hold as it stands, or is worth knowing. Weights are listed in <code>study.json</code>.</p>` +
    listHtml(told.map(noticeText))
  );
}
