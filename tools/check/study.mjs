// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './command.mjs';
import { judgeReport } from './demo.mjs';
import { verdict } from './tally.mjs';
import { root } from './workspace.mjs';

const arms = ['none', 'dropout', 'pruning'];
const seeds = ['42', '43'];

/** Runs a small study by its command, twice: the second time everything is there already. */
export async function checkStudy() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-study-'));
  const start = () =>
    runNode(
      [
        join(root, 'tools', 'study.mjs'),
        ...['--models', 'rnn', '--data', 'weather', '--lengths', '3', '--arms', arms.join(',')],
        ...['--seeds', `${seeds.length}`, '--out', 'out'],
      ],
      { cwd: folder, timeoutSeconds: 600 },
    );
  try {
    const first = await start();
    const store = read(folder, 'runs.jsonl');
    const again = await start();
    return [
      verdict('study: ends with 0', first.status === 0 ? '' : `ended with ${first.status}\n${first.output}`),
      verdict(
        'study: study.json has a scored run for every arm and seed',
        judgeStudy(read(folder, 'study.json')),
      ),
      verdict('study: study.html loads nothing', judgeReport(read(folder, 'study.html'))),
      verdict(
        'study: started again, runs nothing twice',
        again.status === 0 && store !== undefined && store === read(folder, 'runs.jsonl')
          ? ''
          : `ended with ${again.status}; runs.jsonl is ${store === undefined ? 'missing' : 'not as it was'}\n${again.output}`,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} folder @param {string} name */
function read(folder, name) {
  const path = join(folder, 'out', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text @returns {string[]} */
function judgeStudy(text) {
  if (text === undefined) return ['needed study.json, got no such file'];
  const { rows } = JSON.parse(text);
  return arms.flatMap((name) => {
    const got = rows.flatMap((/** @type {any} */ row) => (row.arm === name ? [`${row.seed}`] : []));
    return got.sort().join() === seeds.join()
      ? []
      : [`arm ${name} needs the seeds ${seeds}, got ${got.join() || 'none'}`];
  });
}
