import { COLOUR } from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Study } from '../study.js';
import { type Analysis, REFERENCES } from './analysis.js';
import { marginOf } from './effects.js';
import { type ForestRow, forestPlot } from './forest-plot.js';
import type { Looks } from './looks.js';
import { type Observation, weightsGoneOf } from './observations.js';
import { distinctScopes, scopeName } from './scope-names.js';
import type { ScopeStatistics } from './scope-statistics.js';
import { count, marginText, rangeText, shareText } from './words.js';

/** Relative differences to dropout and to none over all data, and pruning against dropout in every part. */
export function effectsSection(
  study: Study,
  { scopes, answer, observations }: Analysis,
  looks: Looks,
): string {
  const overall = scopes[0];
  if (overall === undefined) return '';
  const pictures = REFERENCES.map((reference) => overallForest(overall, reference, looks));
  return [
    ...pictures,
    equivalenceTable(study, overall, observations),
    answer.pruning === null ? '' : partsForest(study, scopes, answer.pruning, looks),
  ].join('');
}

/** How close every arm is shown to be to dropout, the controls beside pruning. */
function equivalenceTable(
  study: Study,
  overall: ScopeStatistics,
  observations: readonly Observation[],
): string {
  const rows = overall.effects.flatMap((effect) => {
    const margin = marginOf(effect);
    if (effect.reference !== 'dropout' || margin === null || effect.bounds === null) return [];
    const gone = weightsGoneOf(study, observations, effect.arm);
    return {
      cells: [
        {
          text: effect.arm,
          note: gone === null || gone[1] === 0 ? 'all weights' : `${shareText(gone)} of weights gone`,
        },
        { text: marginText(margin), number: true },
        { text: rangeText(effect.bounds), number: true },
        { text: effect.blocksToTell === null ? '–' : String(effect.blocksToTell), number: true },
      ],
    };
  });
  const first = overall.effects[0];
  if (study.protocol !== 'honest' || rows.length === 0 || first === undefined) return '';
  const heads = ['arm', 'within', 'MAE against dropout', 'blocks to tell 1 %'];
  return (
    '<h3>How close to dropout</h3>' +
    '<p>That no difference was found does not say that there is none. What can be claimed is the least margin at which two one-sided tests, each at 5 %, show the difference to be smaller; the bounds are those of both tests. A choice by size or speed is safe where that margin is one that you can live with.</p>' +
    `<p>The last column is for whoever goes on: how many blocks that spread as these ${first.blocks} do it takes to tell a difference of 1 % from none, four times in five. More seeds make a block’s own figure surer; blocks are more series, models or lengths.</p>` +
    `<div class="dense">${tableHtml(
      'Least margins of equivalence to dropout',
      heads.map((text, index) => ({ text, number: index > 0 })),
      rows,
    )}</div>`
  );
}

function overallForest(overall: ScopeStatistics, reference: string, looks: Looks): string {
  const unlearned = [linearRow(overall, reference), persistenceRow(overall, reference)];
  const rows = overall.effects
    .filter((effect) => effect.reference === reference)
    .map((effect): ForestRow => ({ label: effect.arm, effect, look: looks.of(effect.arm) }));
  if (rows.length === 0) return '';
  const first = overall.effects.find((effect) => effect.reference === reference)!;
  return (
    `<h3>Every arm against ${escapeHtml(reference)}</h3>` +
    forestPlot(
      `Relative difference of each arm’s MAE to ${reference}’s, with 95 % intervals.`,
      `${count(first.blocks, 'block')} (${overall.scope.blockName}); bars are 95 % intervals by Student’s t over the blocks, runs paired by series, model, length and seed. Left of 0 is better than ${reference}. Not corrected for the number of arms.`,
      `MAE against ${reference}`,
      [...rows, ...unlearned.filter((row) => row !== null)],
    )
  );
}

function partsForest(
  study: Study,
  scopes: readonly ScopeStatistics[],
  pruning: string,
  looks: Looks,
): string {
  const rows = distinctScopes(scopes).flatMap((part): ForestRow[] => {
    const effect = part.effects.find((one) => one.arm === pruning && one.reference === 'dropout');
    if (effect === undefined) return [];
    return [
      {
        label: shortened(scopeName(study, part.scope)),
        effect,
        look: looks.of(pruning),
        tick: persistenceAgainst(part, 'dropout')?.relative ?? null,
        bold: part.scope.kind !== 'model-series',
      },
    ];
  });
  if (rows.length < 2) return '';
  const blocks = [...new Set(scopes.map(({ scope }) => `${scope.blockName} for ${kindName(scope.kind)}`))];
  return (
    `<h3>${escapeHtml(pruning)} against dropout, part by part</h3>` +
    forestPlot(
      `Relative difference of ${pruning}’s MAE to dropout’s in every part of the study.`,
      `Blocks: ${blocks.join('; ')}. The dashed tick in a row is repeating the last value; where it lies outside the picture, a small arrow points to it.`,
      `MAE of ${pruning} against dropout`,
      rows,
    )
  );
}

/** The linear model as one more row: the inverse of the reference's difference to it. */
function linearRow({ onLinear }: ScopeStatistics, reference: string): ForestRow | null {
  const effect = onLinear.find((one) => one.arm === reference);
  if (effect === undefined) return null;
  return {
    label: 'linear model',
    effect: inverted(effect),
    look: { colour: 'var(--linear)', symbol: 'triangle', dash: [] },
    aside: true,
  };
}

/** Repeating the last value as one more row. */
function persistenceRow(overall: ScopeStatistics, reference: string): ForestRow | null {
  const effect = persistenceAgainst(overall, reference);
  if (effect === null) return null;
  return {
    label: 'last value',
    effect,
    look: { colour: COLOUR.ink, symbol: 'diamond', dash: [] },
    line: true,
  };
}

/** Persistence's relative difference to a reference: the inverse of the reference's to persistence. */
function persistenceAgainst(
  { onPersistence }: ScopeStatistics,
  reference: string,
): ForestRow['effect'] | null {
  const effect = onPersistence.find((one) => one.arm === reference);
  return effect === undefined ? null : inverted(effect);
}

function inverted({ relative, interval }: ForestRow['effect']): ForestRow['effect'] {
  const inverse = (value: number) => 1 / (1 + value) - 1;
  return {
    relative: inverse(relative),
    interval: interval === null ? null : [inverse(interval[1]), inverse(interval[0])],
  };
}

function kindName(kind: ScopeStatistics['scope']['kind']): string {
  return kind === 'overall' ? 'all data' : kind === 'model' ? 'a model' : 'a model on a series';
}

function shortened(name: string): string {
  return name.length > 34 ? `${name.slice(0, 33)}…` : name;
}
