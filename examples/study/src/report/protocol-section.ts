import { signedPercent } from 'forecast-example/format';
import { escapeHtml, tableHtml } from 'forecast-example/report/html';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import type { Effect } from './effects.js';
import type { ProtocolComparison } from './protocol-comparison.js';
import { rangeText } from './words.js';

const DIFFERENCES: readonly (readonly [string, string, string])[] = [
  [
    'split',
    '80 % train, 20 % test; the test part also stops training',
    '70 / 10 / 20 in the order of time; the test part is used once',
  ],
  ['scale', 'fitted on all rows, the test part among them', 'fitted on the training rows'],
  [
    'features',
    'as published, with leads of the target among them',
    'the past of the channels, and what is known of the next row’s date',
  ],
  [
    'stopping',
    'three epochs in a row not better than the one before',
    'no improvement on the best epoch for as long as the patience',
  ],
  [
    'scored',
    'the last epoch, after the three bad ones',
    'the best epoch by validation; pruned arms only once their sparsity is complete',
  ],
  ['sparsity', 'whatever is reached when a run stops, often the ramp’s first step', 'the final sparsity'],
  [
    'tuning',
    'per model for pruning; dropout as it is',
    'the same number of candidates for every arm, on the validation part',
  ],
  ['blocks', 'the lengths of one series', 'series × model, or seeds where there is one series'],
];

/** How far the two protocols differ, and why: in the same runs by the scored epoch, and against another study. */
export function protocolSection(
  study: Study,
  { gaps }: Analysis,
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
        '<p>The same runs, scored at their best epoch (honest) and at their last (published): how each arm then stands against the reference. What shows only in the last column is how little an arm degrades while training goes on too long, not what it can do.</p>' +
        gapTable(gaps)) +
    (comparison === null
      ? `<p>Against a study under the ${study.protocol === 'honest' ? 'published' : 'honest'} protocol this one was not compared; <code>report DIR --compare OTHER/study.json</code> does it.</p>`
      : comparisonTable(study, comparison))
  );
}

function gapTable(gaps: Analysis['gaps']): string {
  const heads = ['arm', 'against', 'best epoch scored', 'last epoch scored', 'the last adds'];
  return tableHtml(
    'Differences by the scored epoch',
    heads.map((text, index) => ({ text, number: index > 1 })),
    gaps.map(({ arm, reference, atBest, atLast }) => ({
      cells: [
        { text: arm },
        { text: reference },
        effectCell(atBest),
        effectCell(atLast),
        { text: signedPercent((1 + atLast.relative) / (1 + atBest.relative) - 1), number: true },
      ],
    })),
  );
}

function comparisonTable(study: Study, { other, places, rows }: ProtocolComparison): string {
  if (rows.length === 0) {
    return '<p class="notice">The other study has no model, series and length in common with this one.</p>';
  }
  const [here, there] = [study.protocol, other.protocol];
  const heads = ['arm', 'against', here, there];
  return (
    `<h3>The two protocols side by side</h3><p>Restricted to what both studies have: ${escapeHtml(places)}. The other study is of ${escapeHtml(other.date.slice(0, 10))}.</p>` +
    tableHtml(
      'The two protocols side by side',
      heads.map((text, index) => ({ text, number: index > 1 })),
      rows.map((row) => ({
        cells: [{ text: row.arm }, { text: row.reference }, effectCell(row.here), effectCell(row.there)],
      })),
    )
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
