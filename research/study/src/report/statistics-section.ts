import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { distinctScopes, scopeName } from './scope-names.js';
import type { PairTest, ScopeStatistics } from './scope-statistics.js';
import { count, probability, rankText, signedPercent } from './words.js';

/** Friedman, Iman and Davenport, Kendall and Nemenyi for every part of the study, and Wilcoxon for its pairs. */
export function statisticsSection(study: Study, { scopes, answer }: Analysis): string {
  const overall = scopes[0];
  if (overall === undefined) return '';
  return [
    `<p>${escapeHtml(overall.scope.population)}</p>`,
    study.protocol === 'published'
      ? ''
      : '<p>Input lengths are never blocks: on one series they forecast the same days, so one lucky stretch of the test part speaks for all of them. They are averaged within a block.</p>',
    ...smallness(overall).map((text) => `<p class="notice">${escapeHtml(text)}</p>`),
    friedmanTable(study, scopes),
    overall.tests === null || overall.tests.planned.length === 0
      ? ''
      : `<h3>${escapeHtml(answer.pruning ?? '')} against each other arm</h3>` +
        `<p>Wilcoxon’s signed-rank test over ${count(overall.table.blocks.length, 'block')}, all data; the comparisons that were planned, corrected by Holm for these ${overall.tests.planned.length}.</p>` +
        plannedTable(overall, overall.tests.planned),
    overall.tests === null || overall.tests.pairs.length < 2
      ? ''
      : `<details><summary>All ${overall.tests.pairs.length} pairs of arms, corrected for all of them</summary>${pairTable('All pairs of arms', overall.tests.pairs, overall.tests.nemenyi.pairs)}</details>`,
    blockList(overall),
  ].join('');
}

/** What so few blocks cannot show, whatever the data. */
export function smallness({ table, tests }: ScopeStatistics): string[] {
  const n = table.blocks.length;
  if (table.arms.length < 2) return ['There is one arm with runs, so there is nothing to compare.'];
  if (n < 2) return [`There ${n === 1 ? 'is one block' : 'are no blocks'}: nothing can be tested.`];
  if (tests === null) return ['All arms have the same errors in every block: there is nothing to test.'];
  const warnings: string[] = [];
  if (tests.friedman.leastP > 0.05) {
    warnings.push(
      `${n} blocks and ${table.arms.length} arms are too few for Friedman’s test: even if every block ranked the arms alike, p would be ${probability(tests.friedman.leastP)}.`,
    );
  }
  for (const [pairs, name] of [
    [tests.planned, 'planned comparisons'],
    [tests.pairs, 'pairs'],
  ] as const) {
    const least = Math.min(1, tests.leastPairP * pairs.length);
    if (pairs.length > 0 && least > 0.05) {
      warnings.push(
        `${n} blocks are too few for Wilcoxon’s test: its least two-sided p is ${probability(tests.leastPairP)}, ` +
          `and after Holm’s correction for ${pairs.length} ${name} ${probability(least)}, so no difference can reach .05 however large it is.`,
      );
      break;
    }
  }
  return warnings;
}

function friedmanTable(study: Study, scopes: readonly ScopeStatistics[]): string {
  const heads = [
    '',
    'blocks',
    'arms',
    'best rank',
    'Friedman χ²',
    'p',
    'exact p',
    'Iman–Davenport',
    'Kendall’s W',
    'Nemenyi CD',
  ];
  const number = (text: string, note?: string) => ({ text, number: true, ...(note ? { note } : {}) });
  const rows = distinctScopes(scopes).map(({ scope, table, averageRanks, tests }) => {
    const best = averageRanks.indexOf(Math.min(...averageRanks));
    const dash = number('–');
    return {
      cells: [
        { text: scopeName(study, scope) },
        number(String(table.blocks.length), scope.blockName),
        number(String(table.arms.length)),
        table.blocks.length === 0 ? dash : number(table.arms[best]!, rankText(averageRanks[best]!)),
        ...(tests === null
          ? [dash, dash, dash, dash, dash, dash]
          : [
              number(tests.friedman.statistic.toFixed(2), `df ${tests.friedman.degrees}`),
              number(probability(tests.friedman.pApproximate)),
              number(tests.friedman.pExact === null ? '–' : probability(tests.friedman.pExact)),
              number(
                probability(tests.imanDavenport.p),
                tests.imanDavenport.statistic === null
                  ? 'F infinite'
                  : `F ${tests.imanDavenport.statistic.toFixed(2)}`,
              ),
              number(tests.kendallW.toFixed(3)),
              number(tests.nemenyi.criticalDifference.toFixed(3)),
            ]),
      ],
    };
  });
  return (
    `<div class="dense">${tableHtml(
      'Tests of the ranks',
      heads.map((text, index) => ({ text, number: index > 0 })),
      rows,
    )}</div>` +
    '<p>The exact p goes through every order of the ranks within the blocks; – where there are too many to go through. Trust it over the approximate one where there are few blocks.</p>'
  );
}

function plannedTable({ effects, onPersistence }: ScopeStatistics, planned: readonly PairTest[]): string {
  const ratio = (arm: string) => onPersistence.find((effect) => effect.arm === arm)?.relative;
  const rows = planned.map(({ arm, other, p, pHolm, exact }) => {
    const direct = effects.find((effect) => effect.arm === arm && effect.reference === other)?.relative;
    const [own, others] = [ratio(arm), ratio(other)];
    // Where the arm is no reference, the ratio of the two to persistence is the same geometric mean.
    const relative =
      direct ?? (own === undefined || others === undefined ? undefined : (1 + own) / (1 + others) - 1);
    return {
      cells: [
        { text: other },
        { text: relative === undefined ? '–' : signedPercent(relative), number: true },
        { text: `${probability(p)}${exact ? '' : ' (normal)'}`, number: true },
        { text: probability(pHolm), number: true },
      ],
    };
  });
  const heads = ['other arm', 'difference', 'Wilcoxon p', 'after Holm'];
  return tableHtml(
    'Planned comparisons',
    heads.map((text, index) => ({ text, number: index > 0 })),
    rows,
  );
}

function pairTable(
  caption: string,
  pairs: readonly PairTest[],
  nemenyi: readonly { readonly p: number }[] = [],
): string {
  const heads = ['arm', 'other', 'Wilcoxon p', 'after Holm', ...(nemenyi.length > 0 ? ['Nemenyi p'] : [])];
  return tableHtml(
    caption,
    heads.map((text, index) => ({ text, number: index > 1 })),
    pairs.map(({ arm, other, p, pHolm, exact }, index) => ({
      cells: [
        { text: arm },
        { text: other },
        { text: `${probability(p)}${exact ? '' : ' (normal)'}`, number: true },
        { text: probability(pHolm), number: true },
        ...(nemenyi.length > 0 ? [{ text: probability(nemenyi[index]!.p), number: true }] : []),
      ],
    })),
  );
}

function blockList({ table, scope }: ScopeStatistics): string {
  const odd = [
    table.incompleteBlocks > 0
      ? `${count(table.incompleteBlocks, 'block')} without a run of every arm ${table.incompleteBlocks === 1 ? 'is' : 'are'} left out.`
      : '',
    table.unpairedRuns > 0
      ? `${count(table.unpairedRuns, 'run')} without a partner in every arm ${table.unpairedRuns === 1 ? 'is' : 'are'} left out of the ranks.`
      : '',
  ].join(' ');
  const items = table.blocks.map(
    ({ label, runs }) => `<li>${escapeHtml(label)} <small>${count(runs, 'run')} an arm</small></li>`,
  );
  return (
    `<details><summary>The ${count(table.blocks.length, 'block')} of the whole study: ${escapeHtml(scope.blockName)}</summary><ul class="plain">${items.join('')}</ul></details>` +
    (odd.trim() === '' ? '' : `<p>${escapeHtml(odd.trim())}</p>`)
  );
}
