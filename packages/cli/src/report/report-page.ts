import { basename } from 'node:path';
import type { Notice } from '@synaprune/core';
import { legible } from '@synaprune/core/checks';
import { adviceOn } from '../findings/advice.js';
import type { Findings } from '../findings/findings.js';
import { bytesAmong, countText, percentText } from '../output/format.js';
import { type Cell, escapeHtml, sectionHtml, sentenceHtml, tableHtml } from './html.js';
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
    `<p class="lead">${sentenceHtml(summary(findings))}</p>`,
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
  const bytesText = bytesAmong([before, after].flatMap((cost) => [cost.bytes, cost.gzip]));
  const bytes =
    bytesText(after.bytes) === bytesText(before.bytes)
      ? `The file still has ${bytesText(after.bytes)}`
      : `The file has ${bytesText(after.bytes)} where it had ${bytesText(before.bytes)}`;
  const size = `${bytes}, and ${bytesText(after.gzip)} by gzip where it had ${bytesText(before.gzip)}.`;
  const speed = speedup === null ? '' : ` It runs ${speedText(speedup)}.`;
  const answers =
    agreement === null || sameSamples === null
      ? ''
      : ` It agrees with the model before by ${percentText(agreement)}, and answers ${percentText(sameSamples)} of ${countText(samples)} samples as before.`;
  return size + speed + answers;
}

/** Two runs of one model differ by some percent: less than that is no speed. */
function speedText(speedup: number): string {
  return Math.abs(speedup - 1) < 0.1
    ? `about as fast as before (${speedup.toFixed(2)} times)`
    : `${speedup.toFixed(2)} times as fast`;
}

function sections(findings: Findings): string[] {
  const { outputs, removed, held, notices } = findings;
  const others = notices.filter(({ code }) => code !== 'noise-inputs');
  return [
    noticesHtml(notices.filter(({ code }) => code === 'noise-inputs')),
    sectionHtml('What it takes', costPicture(findings)),
    outputs.length === 0 ? '' : sectionHtml('How it answers', outputTable(findings)),
    adviceHtml(findings),
    removed.length === 0 ? '' : sectionHtml('What was removed', layerPicture(findings)),
    held.length === 0 ? '' : sectionHtml('What stays, and why', heldTable(findings)),
    others.length === 0 ? '' : sectionHtml('What else is to be told', noticesHtml(others)),
  ].filter((part) => part !== '');
}

/** Notices of one code in one box, all but the first folded. */
function noticesHtml(notices: readonly Notice[]): string {
  const boxes = [...new Set(notices.map(({ code }) => code))].map((code) => {
    const [first = '', ...rest] = notices
      .filter((notice) => notice.code === code)
      .map(({ message }) => sentenceHtml(message));
    const folded =
      rest.length === 0
        ? ''
        : `<details><summary>and ${countText(rest.length)} more</summary>${rest.map((text) => `<p>${text}</p>`).join('')}</details>`;
    return `<div class="notice"><p><strong>${escapeHtml(code)}</strong>: ${first}</p>${folded}</div>`;
  });
  return boxes.join('\n');
}

function adviceHtml(findings: Findings): string {
  const advice = adviceOn(findings);
  if (advice.length === 0) return '';
  const items = advice.map(
    ({ text, line }) =>
      `<li>${sentenceHtml(text)}${line === undefined ? '' : `<br><code>${escapeHtml(line)}</code>`}</li>`,
  );
  return sectionHtml('What helps', `<ul class="advice">${items.join('')}</ul>`);
}

function outputTable({ outputs }: Findings): string {
  const rows = outputs.map(({ name, kind, agreement, elements }): Cell[] => [
    { text: name },
    { text: percentText(agreement), number: true },
    { text: MEASURES[kind] },
    { text: countText(elements), number: true },
  ]);
  const head = [
    { text: 'output' },
    { text: 'agreement', number: true },
    { text: 'which is' },
    { text: 'numbers', number: true },
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
