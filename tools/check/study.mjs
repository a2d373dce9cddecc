// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './command.mjs';
import { judgeReport } from './demo.mjs';
import { verdict } from './tally.mjs';
import { root } from './workspace.mjs';

const flags = ['--data', 'toy.csv:value', '--models', 'rnn', '--lengths', '2', '--out', 'out'];
const design = ['--arms', 'none,dropout,pruning', '--seeds', '2', '--workers', '2'];
/** A candidate of every arm's three is tuned with one seed, and the chosen one is scored with two. */
const runs = 3 * (3 + 2);

/** Carries a tiny study out by the command of the root, goes on with it, and looks at what it left. */
export async function checkStudy() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-study-'));
  const study = (/** @type {string[]} */ ...args) =>
    runNode([join(root, 'tools', 'study.mjs'), ...args], {
      cwd: folder,
      env: { INIT_CWD: folder },
    });
  try {
    writeFileSync(join(folder, 'toy.csv'), toyCsv());
    const first = await study(...flags, ...design);
    const before = read(folder, 'runs.jsonl');
    const found = [
      ended('a tiny study', first),
      verdict('study: study.json holds every run and an answer', judgeStudy(read(folder, 'study.json'))),
      verdict('study: study.html loads nothing', judgeReport(read(folder, 'study.html'), 'study.html')),
    ];
    const second = await study(...flags, ...design);
    const same = before !== undefined && before === read(folder, 'runs.jsonl');
    found.push(
      ended('the same study again', second),
      verdict('study: the same study again runs nothing', same ? '' : 'runs.jsonl is not what it was'),
    );
    rmSync(join(folder, 'out', 'study.html'), { force: true });
    found.push(
      ended('a report', await study('report', 'out')),
      verdict('study: a report is written anew', judgeReport(read(folder, 'study.html'), 'study.html')),
    );
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} what
 * @param {import('./command.mjs').CommandResult} result
 */
function ended(what, { status, output }) {
  return verdict(`study: ${what} ends with 0`, status === 0 ? '' : `ended with ${status}\n${output}`);
}

/** A wave with some noise, the same each time. */
function toyCsv() {
  const rows = Array.from({ length: 200 }, (_, day) => {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    return `${date},${(10 + 3 * Math.sin(day / 5) + ((day * 37) % 17) / 17).toFixed(4)}`;
  });
  return `date,value\n${rows.join('\n')}\n`;
}

/** @param {string} folder @param {string} name */
function read(folder, name) {
  const path = join(folder, 'out', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text @returns {string[]} */
export function judgeStudy(text) {
  if (text === undefined) return ['needed study.json, got no such file'];
  const study = JSON.parse(text);
  const complaints = [];
  if (study.runs?.length !== runs) complaints.push(`needed ${runs} runs, got ${study.runs?.length}`);
  if (study.rows?.length !== 6) complaints.push(`needed 6 scored rows, got ${study.rows?.length}`);
  if (study.missing !== 0) complaints.push(`needed no missing run, got ${study.missing}`);
  if (typeof study.answer?.sentence !== 'string') complaints.push('needed a sentence of answer, got none');
  const finite = study.rows?.every((/** @type {any} */ row) => Number.isFinite(row.score?.mae));
  if (!finite) complaints.push('needed a finite MAE in every row');
  return complaints;
}
