import { amount } from '@synaprune/examples-kit/format';
import { escapeHtml, factsHtml } from '@synaprune/examples-kit/report/html';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { commandOf } from './command.js';
import { runtimesOf } from './to-json.js';
import { count, durationText } from './words.js';

/** What validation chose in every cell, with the candidates' errors behind a fold. */
export function tuningSection(study: Study, { cells }: Analysis): string {
  const tuned = cells.filter((cell) => cell.tuning.length > 1);
  if (tuned.length === 0) {
    return '<p>No arm was tuned: each has one setting, or its candidates have not run.</p>';
  }
  const arms = study.arms.map((arm) => arm.name).filter((arm) => tuned.some((cell) => cell.arm === arm));
  const counts = arms.map((arm) => {
    const here = tuned.filter((cell) => cell.arm === arm);
    const labels = [...new Set(here.flatMap((cell) => cell.tuning.map(({ label }) => label)))];
    const chosen = labels.map((label) => ({
      label,
      times: here.filter((cell) => cell.chosen === label).length,
    }));
    return {
      cells: [
        { text: arm },
        { text: chosen.map(({ label, times }) => `${label}: ${times}`).join(' · ') },
        { text: String(here.length), number: true },
      ],
    };
  });
  const heads = ['arm', 'candidates, and in how many cells validation chose each', 'cells'];
  const each = tuned.map((cell) => ({
    cells: [
      { text: cell.arm },
      { text: cell.model },
      { text: study.series[cell.series]!.name },
      { text: String(cell.length), number: true },
      { text: cell.chosen },
      { text: cell.tuning.map(({ label, scaledMae }) => `${label} ${amount(scaledMae)}`).join(' · ') },
    ],
  }));
  return (
    `<p>Each candidate ran with ${count(study.tuningSeeds.length, 'seed')} (${escapeHtml(study.tuningSeeds.join(', '))}); the lowest mean validation error won. The test part had no say.</p>` +
    `<div class="prose">${tableHtml(
      'Chosen candidates by arm',
      heads.map((text, index) => ({ text, number: index === 2 })),
      counts,
    )}</div>` +
    `<details><summary>Every cell, with the candidates’ validation MAE in error units</summary>${tableHtml(
      'Tuning of every cell',
      ['arm', 'model', 'series', 'length', 'chosen', 'candidates'].map((text, index) => ({
        text,
        number: index === 3,
      })),
      each,
    )}</details>`
  );
}

/** What cannot be had, and failed and missing runs, each with its reason. */
export function gapsSection(study: Study): string {
  return failedRuns(study) + impossibleCells(study);
}

function impossibleCells({ impossible, series }: Study): string {
  if (impossible.length === 0) return '';
  return (
    '<p>Some of what was asked for cannot be had from these data; the rest of the study is without it.</p>' +
    factsHtml(
      impossible.map((place) => [
        `${series[place.series]!.name}, length ${place.length}, ${place.model ?? 'every model'}`,
        place.reason,
      ]),
    )
  );
}

function failedRuns({ missing, failed }: Study): string {
  if (missing === 0 && failed.length === 0) return '';
  const rows = failed.map(({ key, spec, message }) => ({
    cells: [
      { text: `${spec.model}, length ${spec.length}, seed ${spec.seed}` },
      { text: `${spec.series.source}:${spec.series.target}` },
      { text: message },
      { text: key.slice(0, 12) },
    ],
  }));
  return (
    `<p>${count(missing, 'run')} of the design ${missing === 1 ? 'is' : 'are'} not in the store; ${count(failed.length, 'run')} failed. Everything here is computed from those that finished.</p>` +
    (rows.length === 0
      ? ''
      : `<div class="prose">${tableHtml(
          'Failed runs',
          ['run', 'series', 'message', 'key'].map((text) => ({ text })),
          rows,
        )}</div>`)
  );
}

/** Where each series comes from, and what is odd about it. */
export function seriesSection({ series, remarks }: Study): string {
  return series
    .map((identity, index) => {
      const odd = remarks
        .filter((entry) => entry.series === index)
        .flatMap(({ length, remarks: texts }) => texts.map((text) => `length ${length}: ${text}`));
      return (
        `<h3>${escapeHtml(identity.name)}</h3>` +
        factsHtml([
          ['Asked for as', `${identity.source}:${identity.target}`],
          [
            'Forecast',
            `${identity.target}${identity.unit === '' ? '' : ` in ${identity.unit}`}, the next ${identity.step}`,
          ],
          ['Source', identity.provenance],
          ['Licence', identity.licence],
          ['SHA-256', identity.sha256],
          ...(odd.length === 0 ? [] : [['Remarks', odd.join('; ')] as const]),
        ])
      );
    })
    .join('');
}

/** Machine, versions, dates, and the command. */
export function reproductionSection(study: Study): string {
  const { machine, runs, runSeconds, date, seeds } = study;
  return (
    `<pre>${escapeHtml(commandOf(study))}</pre>` +
    factsHtml([
      [
        'Finished runs',
        `${runs.size.toLocaleString('en-US')}${study.missing === 0 ? ', all of the design' : ''}`,
      ],
      ['Time', `${durationText(runSeconds)} of training in all, added up over the runs`],
      ['Seeds', seeds.join(', ')],
      ['Runtime', runtimesOf(study).join(', ') || 'none'],
      ['Machine', `${machine.cpu}, ${count(machine.cores, 'core')}, Node ${machine.node}`],
      ['Date', date],
    ]) +
    '<p>The same seed on the same runtime gives the same numbers to the bit. All of them are in <code>study.json</code> beside this page, unrounded.</p>'
  );
}

/** What each arm is. */
export function armsSection({ arms }: Study): string {
  return factsHtml(arms.map((arm) => [arm.name, arm.explanation]));
}
