import { basename } from 'node:path';
import { legible } from '@synaprune/core/checks';
import type { Findings } from '../commands/findings.js';
import { bytesText, countText, percentText } from '../output/format.js';
import { type Cell, escapeHtml, sectionHtml, tableHtml } from './html.js';
import { costPicture, layerPicture } from './pictures.js';
import { STYLE } from './style.js';

/**
 * A page about findings, which loads nothing. With whatever names came from files, no control character is in it, and
 * none that turns the direction of writing.
 */
export function reportPage(findings: Findings): string {
  const title = `${basename(findings.model)}: before and after`;
  const page = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><p class="eyebrow">synaprune ${escapeHtml(findings.command)}</p>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="lead">${escapeHtml(summary(findings))}</p>`,
    '</header>',
    '<main>',
    ...sections(findings),
    '</main>',
    `<footer>${escapeHtml(footer(findings))}</footer>`,
    '</body>',
    '</html>',
    '',
  ];
  return legible(page.join('\n'), Number.POSITIVE_INFINITY);
}

function summary({ before, after, speedup, agreement, sameSamples, samples }: Findings): string {
  const size = `The file has ${bytesText(after.bytes)} where it had ${bytesText(before.bytes)}, ${bytesText(after.gzip)} by gzip where it had ${bytesText(before.gzip)}.`;
  const speed = speedup === null ? '' : ` It runs ${speedup.toFixed(2)} times as fast.`;
  const answers =
    agreement === null || sameSamples === null
      ? ''
      : ` It agrees with the model before by ${percentText(agreement)}, and answers ${percentText(sameSamples)} of ${countText(samples)} samples as before.`;
  return size + speed + answers;
}

function sections(findings: Findings): string[] {
  const { outputs, removed, held, notices } = findings;
  const told = notices.map(
    ({ code, message }) =>
      `<p class="notice"><strong>${escapeHtml(code)}</strong>: ${escapeHtml(message)}</p>`,
  );
  return [
    told.join('\n'),
    sectionHtml('What it takes', costPicture(findings)),
    outputs.length === 0 ? '' : sectionHtml('How it answers', outputTable(findings)),
    removed.length === 0 ? '' : sectionHtml('What was removed', layerPicture(findings)),
    held.length === 0 ? '' : sectionHtml('What stays, and why', heldTable(findings)),
  ].filter((part) => part !== '');
}

function outputTable({ outputs }: Findings): string {
  const rows = outputs.map(({ name, kind, agreement, elements }): Cell[] => [
    { text: name },
    { text: MEASURES[kind] },
    { text: countText(elements), number: true },
    { text: percentText(agreement), number: true },
  ]);
  const head = [
    { text: 'output' },
    { text: 'agreement is' },
    { text: 'numbers', number: true },
    { text: 'agreement', number: true },
  ];
  return tableHtml('How much each output agrees with that of the model before', head, rows);
}

const MEASURES: Readonly<Record<Findings['outputs'][number]['kind'], string>> = {
  classes: 'the share of equal classes',
  probabilities: 'the overlap of what is above 0.5',
  values: 'the share of the variance explained',
  labels: 'the share of equal numbers',
};

function heldTable({ held }: Findings): string {
  const rows = held.map(({ name, total, heldBy }): Cell[] => [
    { text: name },
    { text: total === null ? '' : countText(total), number: true },
    { text: heldBy },
  ]);
  const table = tableHtml(
    'What stays, and why',
    [{ text: 'name' }, { text: 'of', number: true }, { text: 'held by' }],
    rows,
  );
  return `<div class="reason">${table}</div>`;
}

function footer({ model, out, runtime }: Findings): string {
  const ran = runtime === null ? 'The models were not run.' : `Measured on ${runtime}, one thread.`;
  return `${model}${out === null ? '' : ` → ${out}`}. ${ran} gzip is level 9, brotli quality 9.`;
}
