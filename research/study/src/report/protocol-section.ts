import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import type { Effect } from './effects.js';
import type { ProtocolComparison } from './protocol-comparison.js';
import { rangeText, signedPercent } from './words.js';

const DIFFERENCES: readonly (readonly [string, string, string])[] = [
  [
    'split',
    'train and test; the test part also stops training',
    'train, validation and test in the order of time, no window over a border; the test part is used once',
  ],
  ['scale', 'fitted on all rows, those of the test part among them', 'fitted on the training rows'],
  [
    'inputs',
    'not the target, but its values some rows before and after: within a window they tell what is to be forecast',
    'the past of target and columns, and of the row to forecast only its date; leaks are refused',
  ],
  [
    'stopping',
    'three epochs in a row no better than the one before',
    'five epochs that bring nothing better than the best',
  ],
  [
    'scored',
    'the last epoch, after the three bad ones',
    'the best epoch by validation; of pruned arms one with the full sparsity',
  ],
  [
    'sparsity',
    'whatever is reached when a run stops, often the ramp’s first step',
    'that of the end of the ramp',
  ],
  [
    'tuning',
    'one setting an arm, for pruning one a model',
    'as many candidates for every arm, chosen on the validation part',
  ],
  ['blocks', 'the lengths of a series', 'series × model, or seeds where there is one series'],
];

/** How far the two protocols differ, and why: in the same runs by the scored epoch, and against another study. */
export function protocolSection(
  study: Study,
  { gaps, answer }: Analysis,
  comparison: ProtocolComparison | null,
): string {
  const rows = DIFFERENCES.map((row) => ({ cells: row.map((text) => ({ text })) }));
  return (
    `<div class="prose">${tableHtml(
      'How the protocols differ',
      ['', 'published', 'honest'].map((text) => ({ text })),
      rows,
    )}</div>` +
    (gaps.length === 0
      ? ''
      : '<h3>The scored epoch alone</h3>' +
        `<p>The same runs, scored at their best epoch, as the honest protocol does, and at their last, as the published one does. What shows at the last epoch only is how little an arm degrades while training goes on too long, not what it can do.${escapeHtml(pruningGap(answer.pruning, gaps))}</p>` +
        gapTable(gaps)) +
    (comparison === null
      ? `<p>No study under the ${study.protocol === 'honest' ? 'published' : 'honest'} protocol was given to compare this one with.</p>`
      : comparisonTable(study, comparison))
  );
}

/** The pruning arm's own difference, in words. */
function pruningGap(pruning: string | null, gaps: Analysis['gaps']): string {
  const gap = gaps.find((one) => one.arm === pruning && one.reference === 'dropout');
  if (gap === undefined) return '';
  const [best, last] = [gap.atBest.relative, gap.atLast.relative];
  return (
    ` Against dropout ${gap.arm} stands at ${signedPercent(best)} when the best epoch is scored and at ${signedPercent(last)} ` +
    `when the last is: the choice of the epoch alone moves it by ${signedPercent((1 + last) / (1 + best) - 1)}.`
  );
}

function gapTable(gaps: Analysis['gaps']): string {
  const references = [...new Set(gaps.map((gap) => gap.reference))];
  const arms = [...new Set(gaps.map((gap) => gap.arm))];
  const heads = [
    'arm',
    ...references.flatMap((reference) => [`against ${reference}, best epoch`, 'last epoch']),
  ];
  const rows = arms.map((arm) => ({
    cells: [
      { text: arm },
      ...references.flatMap((reference) => {
        const gap = gaps.find((one) => one.arm === arm && one.reference === reference);
        return [effectCell(gap?.atBest ?? null), effectCell(gap?.atLast ?? null)];
      }),
    ],
  }));
  return `<div class="dense">${tableHtml(
    'Differences by the scored epoch',
    heads.map((text, index) => ({ text, number: index > 0 })),
    rows,
  )}</div>`;
}

function comparisonTable(study: Study, { other, places, rows }: ProtocolComparison): string {
  if (rows.length === 0) {
    return '<p class="notice">The other study has no model, series and length in common with this one.</p>';
  }
  const [here, there] = [study.protocol, other.protocol];
  const heads = ['arm', 'against', here, there];
  return (
    `<h3>The two protocols side by side</h3><p>Restricted to what both studies have: ${escapeHtml(places)}. The other study is of ${escapeHtml(other.date.slice(0, 10))}.</p>` +
    `<div class="dense">${tableHtml(
      'The two protocols side by side',
      heads.map((text, index) => ({ text, number: index > 1 })),
      rows.map((row) => ({
        cells: [{ text: row.arm }, { text: row.reference }, effectCell(row.here), effectCell(row.there)],
      })),
    )}</div>`
  );
}

function effectCell(effect: Effect | null) {
  if (effect === null) return { text: '–', number: true };
  return {
    text: signedPercent(effect.relative),
    number: true,
    ...(effect.interval === null ? {} : { note: rangeText(effect.interval) }),
  };
}
