// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './command.mjs';
import { failed, verdict } from './tally.mjs';
import { root } from './workspace.mjs';

const arms = ['none', 'dropout', 'mc-dropout', 'synaptic-pruning'];
const figures = ['mae', 'rmse', 'persistenceMae', 'sparsity', 'seconds'];

/** Runs the forecasting demo, small, on each of its runtimes, and looks at what it left. */
export async function checkDemo() {
  const program = join(root, 'examples', 'forecast', 'dist', 'main.js');
  if (!existsSync(program)) {
    return [failed('demo: builds', 'needed examples/forecast/dist/main.js; the build did not make it')];
  }
  const verdicts = [];
  for (const flags of [['--quick'], ['--quick', '--runtime', 'onnxruntime']]) {
    verdicts.push(...(await checkRun(program, flags)));
  }
  return verdicts;
}

/**
 * @param {string} program
 * @param {string[]} flags
 */
async function checkRun(program, flags) {
  const out = mkdtempSync(join(tmpdir(), 'synaprune-demo-'));
  const demo = `demo ${flags.join(' ')}`;
  try {
    const { status, output } = await runNode([program, ...flags, '--out', out], {
      cwd: out,
    });
    return [
      verdict(`${demo}: ends with 0`, status === 0 ? '' : `ended with ${status}\n${output}`),
      verdict(`${demo}: results.json holds the four arms`, judgeResults(read(join(out, 'results.json')))),
      verdict(`${demo}: report.html loads nothing`, judgeReport(read(join(out, 'report.html')))),
    ];
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text @returns {string[]} */
export function judgeResults(text) {
  if (text === undefined) return ['needed results.json, got no such file'];
  const { arms: got } = JSON.parse(text);
  const list = Array.isArray(got)
    ? got
    : Object.entries(got ?? {}).map(([name, arm]) => ({ name, .../** @type {object} */ (arm) }));
  return arms.flatMap((name) => {
    const arm = list.find((/** @type {any} */ entry) => (entry.name ?? entry.arm) === name);
    if (arm === undefined)
      return [
        `needed the arm ${name}, got ${list.map((entry) => entry.name ?? entry.arm).join(', ') || 'none'}`,
      ];
    return figures
      .filter((figure) => !Number.isFinite(arm[figure]))
      .map((figure) => `arm ${name} needs a finite ${figure}, got ${JSON.stringify(arm[figure])}`);
  });
}

/**
 * What a browser would fetch to show the page; links to follow are fine.
 *
 * @param {string | undefined} html
 * @param {string} name of the file, for people
 */
export function judgeReport(html, name = 'report.html') {
  if (html === undefined) return [`needed ${name}, got no such file`];
  if (!/<html[\s>]|<!doctype html>/i.test(html)) return [`${name} is no HTML document`];
  const loads = [
    .../** @type {RegExpMatchArray[]} */ ([
      ...html.matchAll(
        /<(?:script|img|iframe|source|video|audio|embed|image|use|track|input)\b[^>]*?\s(?:xlink:)?(?:src|href|srcset|poster)\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi,
      ),
      ...html.matchAll(/<link\b[^>]*?\shref\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi),
      ...html.matchAll(/<object\b[^>]*?\sdata\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi),
      ...html.matchAll(/@import\b[^;]{0,120}/gi),
      ...html.matchAll(/\burl\(\s*["']?(?!data:|#|["')])[^)]{1,120}/gi),
      ...html.matchAll(/\b(?:fetch|importScripts|import)\s*\(\s*["'`][^"'`]+/g),
    ]),
  ];
  return loads.map(([text]) => `${name} loads ${text.slice(0, 160)}`);
}
